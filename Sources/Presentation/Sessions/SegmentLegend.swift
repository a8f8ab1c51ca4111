package import EventLog
package import JourneyRules
import Processor
import Threads

/// How cards name and colour segments, and name outcomes, by id: from the definitions in force.
package struct SegmentLegend: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package var name: String
    /// `#308000`, or none.
    package var color: String?
  }

  private var entries: [String: Entry] = [:]
  private var outcomes: [String: String] = [:]

  /// Nothing is known: cards show ids.
  package static let empty = SegmentLegend()

  private init() {}

  package init(_ definitions: some Sequence<Definition>) {
    for case .segment(let segment) in definitions {
      let name = segment.displayName.isEmpty ? segment.id : segment.displayName
      entries[segment.id] = Entry(name: name, color: segment.color)
    }
    for case .outcome(let outcome) in definitions {
      outcomes[outcome.id] = outcome.displayName.isEmpty ? outcome.id : outcome.displayName
    }
  }

  /// A segment as it is shown; a definition that is gone is shown by its id.
  package func entry(_ id: String) -> Entry { entries[id] ?? Entry(name: id, color: nil) }

  /// An outcome's name; of a definition that is gone, its id.
  package func outcome(_ id: String) -> String { outcomes[id] ?? id }

  /// That of a log; empty if it has no definitions.
  package static func inForce(_ log: any EventLog, _ topic: String) async throws -> SegmentLegend {
    let bundle = try await onOwnThread {
      try log.describe([topic])[topic].flatMap { _ in try DefinitionStore(log: log, topic: topic).current() }?
        .bundle
    }
    return bundle.map { SegmentLegend($0.entries.map(\.definition)) } ?? .empty
  }
}
