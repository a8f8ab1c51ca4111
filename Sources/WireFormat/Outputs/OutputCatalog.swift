internal import Identity

/// Every topic that Sojourn writes, each once. Topic plan, lanes, verification, replay, `tail`, simulation
/// and metrics read it.
package struct OutputCatalog: Sendable {
  /// In the order of `OutputTopic`.
  package let entries: [OutputEntry]

  package init(_ entries: [OutputEntry]) { self.entries = entries }

  /// The catalogue in force: an entry for each topic, or it does not compile.
  package static let standard = OutputCatalog(OutputTopic.allCases.map(entry))

  package subscript(topic: OutputTopic) -> OutputEntry { entries[topic.rawValue] }

  /// The entries as people are shown them: what subscribers read first.
  package var shown: [OutputEntry] {
    entries.filter { $0.audience == .subscribers } + entries.filter { $0.audience == .processor }
  }

  private static func entry(_ topic: OutputTopic) -> OutputEntry {
    switch topic {
    case .routed:
      OutputEntry(
        topic: topic, name: "routed", audience: .processor, encoder: .forward, cleanup: .deleteUnneeded,
        size: .forwarded, comparison: .recordsAmongOthers,
        counters: [
          OutputCounter(
            name: "sojourn_records_routed_total", help: "Events forwarded to the lane that owns them.",
            source: .records { $0.routed })
        ])
    case .sessions:
      OutputEntry(
        topic: topic, name: "sessions", audience: .subscribers, encoder: .snapshot, cleanup: .compact,
        size: .snapshot, eventType: "dev.sojourn.session.snapshot.v1", schemas: ["session"],
        comparison: .records, replay: .lastRevisions,
        counters: [
          OutputCounter(
            name: "sojourn_shortened_snapshots_total",
            help: "Snapshots written with less because of their size.", source: .shortenedSnapshots)
        ])
    case .segments: segments
    case .outcomes: outcomes
    case .actions: actions
    case .rejected:
      OutputEntry(
        topic: topic, name: "rejected", audience: .subscribers, encoder: .rejection,
        cleanup: .delete(afterHours: 336), size: .forwarded, eventType: "dev.sojourn.rejected.v1",
        schemas: ["rejected"], comparison: .records, replay: .rejections,
        counters: [
          OutputCounter(
            name: "sojourn_records_rejected_total",
            help: "Records written to the rejected topic, by the topic that they were read from.",
            source: .rejections)
        ])
    case .journal:
      OutputEntry(
        topic: topic, name: "journal", audience: .processor, encoder: .journal, cleanup: .deleteUnneeded,
        size: .small, schemas: ["journal"], comparison: .members)
    case .redo:
      OutputEntry(
        topic: topic, name: "redo", audience: .processor, encoder: .changes, cleanup: .deleteUnneeded,
        size: .changes, comparison: .changes)
    case .state:
      OutputEntry(
        topic: topic, name: "state", audience: .processor, encoder: .value, cleanup: .compact, size: .value,
        comparison: .values)
    case .contacts:
      OutputEntry(
        topic: topic, name: "contacts", audience: .subscribers, encoder: .contact, cleanup: .compact,
        size: .value, eventType: "dev.sojourn.contact.v1", schemas: ["contact"],
        comparison: .recordsAmongOthers, replay: .lastValues, counters: identityCounters)
    case .contactEvents: contactEvents
    case .examples:
      // No ids, no texts, but coarse facts of persons all the same: they go after a month.
      OutputEntry(
        topic: topic, name: "examples", audience: .processor, encoder: .examples,
        cleanup: .delete(afterHours: 720), size: .small, comparison: .records)
    case .models:
      OutputEntry(
        topic: topic, name: "models", audience: .processor, encoder: .models, cleanup: .compact,
        size: .small, hasOnePartition: true, comparison: .none)
    case .definitions:
      // One partition: what is in force is one thing, whatever the number of lanes.
      OutputEntry(
        topic: topic, name: "definitions", audience: .subscribers, encoder: .definitions, cleanup: .compact,
        size: .small, hasOnePartition: true, schemas: ["definitions-current"], comparison: .none)
    }
  }

  private static let contactEvents =
    OutputEntry(
      topic: .contactEvents, name: "contactEvents", audience: .subscribers, encoder: .contactEvent,
      cleanup: .delete(afterHours: 168), size: .small, eventType: "dev.sojourn.contact.event.v1",
      schemas: ["contact-event"], comparison: .recordsAmongOthers,
      counters: [
        OutputCounter(
          name: "sojourn_identity_refused_total",
          help: "Evidence and decisions about persons that were not taken, by why.",
          source: .derived(
            label: "reason",
            Refusal.Reason.allCases.map { reason in
              .init(value: reason.name, count: { $0.persons.refused[reason] ?? 0 })
            }))
      ])

  private static let identityCounters = [
    OutputCounter(
      name: "sojourn_identity_changes_total", help: "What registers of identifiers have done, by what it is.",
      source: .derived(
        label: "change",
        [
          .init(value: "claim", count: { $0.persons.claims }),
          .init(value: "union", count: { $0.persons.unions }),
          .init(value: "adoption", count: { $0.persons.adoptions }),
          .init(value: "command", count: { $0.persons.commands }),
        ])),
    OutputCounter(
      name: "sojourn_identity_contacts_total", help: "Records about persons, by what they say.",
      source: .derived(
        label: "state",
        [
          .init(value: "published", count: { $0.persons.published }),
          .init(value: "merged", count: { $0.persons.merged }),
          .init(value: "erased", count: { $0.persons.erased }),
          .init(value: "expired", count: { $0.persons.expired }),
          .init(value: "sessionErased", count: { $0.persons.sessions }),
        ])),
  ]

  private static let segments = derived(
    .segments, name: "segments", type: "dev.sojourn.segment.assignment.v1", schemas: ["segment-assignment"],
    OutputCounter(
      name: "sojourn_segments_total", help: "Changes of segment assignments, by what they became.",
      source: .derived(
        label: "state",
        [
          .init(value: "Assigned", count: { $0.assigned }),
          .init(value: "Unassigned", count: { $0.unassigned }),
        ])))

  private static let outcomes = derived(
    .outcomes, name: "outcomes", type: "dev.sojourn.outcome.achieved.v1", schemas: ["outcome-achieved"],
    OutputCounter(
      name: "sojourn_outcomes_achieved_total", help: "Outcomes achieved.",
      source: .derived(label: nil, [.init(value: "", count: { $0.achieved })])))

  private static let actions = derived(
    .actions, name: "actions", type: "dev.sojourn.action.v1", schemas: ["web-action", "blocked-action"],
    OutputCounter(
      name: "sojourn_actions_total", help: "What happened to actions: triggers are those that were offered.",
      source: .derived(
        label: "event",
        [
          .init(value: "qualified", count: { $0.qualified }),
          .init(value: "offered", count: { $0.offered }),
          .init(value: "expired", count: { $0.expired }),
          .init(value: "blocked", count: { $0.blocked }),
          .init(value: "reported", count: { $0.reported }),
        ])))

  /// What rules give.
  private static func derived(
    _ topic: OutputTopic, name: String, type: String, schemas: [String], _ counter: OutputCounter
  ) -> OutputEntry {
    OutputEntry(
      topic: topic, name: name, audience: .subscribers, encoder: .derivedEvent,
      cleanup: .delete(afterHours: 168), size: .derivedEvent, eventType: type, schemas: schemas,
      comparison: .records, replay: .events, counters: [counter])
  }
}
