public import JourneyModel

/// The names of all topics, prefix included.
public struct TopicNames: Sendable, Hashable {
  /// Input topic of each stream.
  public var inputs: [Stream: String]
  /// Events that arrived in a lane which does not own them (internal, input as well).
  public var routed: String
  /// Session snapshots (compacted).
  public var sessions: String
  /// Segments assigned and unassigned.
  public var segments: String
  /// Outcomes achieved.
  public var outcomes: String
  /// What happens to actions; triggers among them.
  public var actions: String
  /// Dead letters.
  public var rejected: String
  /// One record per committed batch and lane (internal).
  public var journal: String
  /// Final values of what each batch touched (internal).
  public var redo: String
  /// Checkpointed values (internal, compacted).
  public var state: String

  /// Definitions in force and the bundles that the journal names (internal, compacted, one partition).
  public var definitions: String

  /// Creates names with a prefix before each.
  public init(prefix: String = "") {
    inputs = Dictionary(uniqueKeysWithValues: Stream.allCases.map { ($0, prefix + $0.name) })
    routed = prefix + "routed"
    sessions = prefix + "sessions"
    segments = prefix + "segments"
    outcomes = prefix + "outcomes"
    actions = prefix + "actions"
    rejected = prefix + "rejected"
    journal = prefix + "journal"
    redo = prefix + "redo"
    state = prefix + "state"
    definitions = prefix + "definitions"
  }

  /// All topics that a lane consumes, in the order that breaks ties between equal event times.
  public var consumed: [String] { Stream.allCases.compactMap { inputs[$0] } + [routed] }

  /// Topics of what rules give.
  public var derived: [String] { [segments, outcomes, actions] }

  /// All topics that a lane writes.
  public var produced: [String] { [routed, sessions] + derived + [rejected, journal, redo, state] }

  /// Every topic, `routed` once for each side that it has.
  public var all: [String] { consumed + produced + [definitions] }

  /// The stream of an input topic; `nil` for `routed` and foreign topics.
  public func stream(of topic: String) -> Stream? {
    Stream.allCases.first { inputs[$0] == topic }
  }
}
