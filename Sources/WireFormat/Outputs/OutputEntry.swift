/// All there is to say about a topic that Sojourn writes.
package struct OutputEntry: Sendable {
  /// Who reads it.
  package enum Audience: Sendable {
    /// Anybody: its records are described by schemas.
    case subscribers
    /// The processor and its tools.
    case processor
  }

  /// What writes its records.
  package enum Encoder: Sendable {
    /// `LaneMachine` forwards a record to its owner's lane.
    case forward
    /// `SnapshotEncoder`, a record for each session that a batch changed.
    case snapshot
    /// What evaluators gave, from `DerivedEventWriter`.
    case derivedEvent
    /// `LaneMachine` refuses a record, with the reason in its headers.
    case rejection
    /// `JournalRecord`, one a batch.
    case journal
    /// `StateChanges`, one or more a batch.
    case changes
    /// `StateCodec`, when a value's checkpoint is due.
    case value
    /// `ContactEncoder`, when a cluster of identifiers has changed.
    case contact
    /// `ContactEventEncoder`, when somebody is forgotten or a decision is not carried out.
    case contactEvent
    /// `ExampleCollection`, a record for each batch that has ended sessions to learn from, or several.
    case examples
    /// `DefinitionStore`: not a lane, but whoever applies definitions.
    case definitions
    /// `ModelRecords`: no lane either, but whoever trains.
    case models
  }

  /// Which records go, and when.
  package enum Cleanup: Sendable, Hashable {
    /// All but the newest of each key.
    case compact
    /// What is older than so many hours.
    case delete(afterHours: Int)
    /// What is old and no restart needs: see `RestartNeeds`.
    case deleteUnneeded
  }

  /// The largest record that it must take; `sojourn topics plan` makes bytes of it.
  package enum Size: Sendable {
    /// An input record with other headers.
    case forwarded
    /// A session's snapshot.
    case snapshot
    /// An event that rules gave.
    case derivedEvent
    /// One stored value.
    case value
    /// The part of a batch's changes that ends with the largest value.
    case changes
    /// 1 MiB, which nothing here comes near.
    case small
  }

  /// How a verification compares what is there with what is re-reduced.
  package enum Comparison: Sendable {
    /// Record for record, in the lane's own partition.
    case records
    /// Record for record in every partition, among those of other lanes; a header says who wrote one.
    case recordsAmongOthers
    /// By batch: each record names its batch.
    case changes
    /// Each must be a value that was held at some time. When one is written is no function of the input.
    case values
    /// Member by member.
    case members
    /// Not at all: lanes do not write it.
    case none

    /// Whether a verification counts the records that it found equal.
    package var isCounted: Bool {
      switch self {
      case .records, .recordsAmongOthers, .changes, .values: true
      case .members, .none: false
      }
    }
  }

  /// How `sojourn replay` writes it to `NAME.ndjson`.
  package enum ReplayForm: Sendable {
    /// The last revision of each session, one a line.
    case lastRevisions
    /// Every value, one a line; only where definitions are tried.
    case events
    /// The last value of each key, one a line; only where persons are looked for.
    case lastValues
    /// Each refused record with its reason.
    case rejections
    /// Not at all.
    case none
  }

  /// Whether lanes write it.
  package var isOfLanes: Bool { encoder != .definitions && encoder != .models }

  /// Whether definitions decide if it is written: only where something is predicted.
  package var isOfPredictions: Bool { encoder == .examples || encoder == .models }

  /// Whether it is written only where persons are looked for.
  package var isOfPersons: Bool { encoder == .contact || encoder == .contactEvent }

  /// The topic.
  package let topic: OutputTopic
  /// Its name without prefix; commands, settings and files know it by that.
  package let name: String
  package let audience: Audience
  package let encoder: Encoder
  package let cleanup: Cleanup
  package let size: Size
  /// Whether it has one partition instead of one a lane.
  package var hasOnePartition = false
  /// The `ce_type` of its records; `nil` for records that are no CloudEvents.
  package var eventType: String?
  /// The files in `schemas/` that describe its values, or for `rejected` its headers, without `.schema.json`.
  package var schemas: [String] = []
  package let comparison: Comparison
  package var replay = ReplayForm.none
  /// The metrics that count what is written there.
  package var counters: [OutputCounter] = []
}
