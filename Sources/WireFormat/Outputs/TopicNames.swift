package import JourneyModel

/// The names of all topics, prefix included.
package struct TopicNames: Sendable, Hashable {
  /// Input topic of each stream.
  package var inputs: [Stream: String]
  /// The topic of commands about persons.
  package var commands: String
  /// Whether lanes take commands: they do where persons are looked for.
  package var readsCommands = false
  /// By the number of an `OutputTopic`.
  private let names: [String]

  /// Creates names with a prefix before each.
  package init(prefix: String = "") {
    inputs = Dictionary(uniqueKeysWithValues: Stream.allCases.map { ($0, prefix + $0.name) })
    commands = prefix + TopicNames.commandsName
    names = OutputTopic.allCases.map { prefix + $0.entry.name }
  }

  /// What commands and files know the topic of commands by.
  package static let commandsName = "identity"

  /// The name of a topic that Sojourn writes.
  package subscript(topic: OutputTopic) -> String { names[topic.rawValue] }

  /// The topic of a name; `nil` for one that is not in the catalogue.
  package func output(named name: String) -> OutputTopic? {
    names.firstIndex(of: name).flatMap { OutputTopic(rawValue: $0) }
  }

  /// The names of the topics with some entry, in the catalogue's order.
  package func outputs(where isWanted: (OutputEntry) -> Bool) -> [String] {
    OutputCatalog.standard.entries.filter(isWanted).map { self[$0.topic] }
  }

  /// All topics that a lane consumes, in the order that breaks ties between equal event times.
  package var consumed: [String] { published + [routed] }

  /// The topics that others publish to: those of streams, and where lanes take commands theirs.
  package var published: [String] {
    Stream.allCases.compactMap { inputs[$0] } + (readsCommands ? [commands] : [])
  }

  /// Topics of what rules give.
  package var derived: [String] { outputs(where: { $0.encoder == .derivedEvent }) }

  /// All topics that a lane writes.
  package var produced: [String] { outputs(where: { $0.isOfLanes && writes($0) }) }

  /// Those of them that settings are known by. That predictions came later changes nothing of batches from
  /// before.
  package var digested: [String] { outputs(where: { $0.isOfLanes && !$0.isOfPredictions && writes($0) }) }

  /// Whether lanes write a topic of the catalogue: of persons, only where these are looked for.
  package func writes(_ entry: OutputEntry) -> Bool { readsCommands || !entry.isOfPersons }

  /// Every topic, `routed` once for each side that it has.
  package var all: [String] { consumed + names }

  /// The stream of an input topic; `nil` for `routed` and foreign topics.
  package func stream(of topic: String) -> Stream? {
    Stream.allCases.first { inputs[$0] == topic }
  }
}

/// The topics that code names; see `OutputTopic` for what each is.
extension TopicNames {
  package var routed: String { self[.routed] }
  package var sessions: String { self[.sessions] }
  package var segments: String { self[.segments] }
  package var outcomes: String { self[.outcomes] }
  package var actions: String { self[.actions] }
  package var rejected: String { self[.rejected] }
  package var journal: String { self[.journal] }
  package var redo: String { self[.redo] }
  package var state: String { self[.state] }
  package var definitions: String { self[.definitions] }
}
