package import WireFormat

/// Stops reading an input topic whose records are mostly broken, so that a bad release of a producer does not
/// turn a day's events into rejections that have to be put back: what is not read yet waits in the log.
///
///     closed ──share exceeded──▶ open ──cooldown over──▶ half open ──a window without excess──▶ closed
///                                 ▲                          │
///                                 └──────share exceeded──────┘
///
/// A synchronous machine without a clock: times are a steady clock's. What it knows is lost with the process;
/// a new one opens again after `minRecords`.
package struct PoisonBreaker: Sendable {
  /// When it opens and for how long.
  package struct Settings: Sendable, Hashable {
    /// How far back records count.
    package var window: Duration = .seconds(30)
    /// Fewest records of a topic within the window that say anything.
    package var minRecords = 1_000
    /// The percentage of a topic's records that may be broken; 100 never opens.
    package var maxRejectedPercent = 50
    /// How long a topic is left alone.
    package var cooldown: Duration = .seconds(60)

    /// Creates the default settings.
    package init() {}
  }

  /// Where a topic is.
  package enum State: Sendable, Hashable {
    /// It is read.
    case closed
    /// It is not read before this time.
    case open(until: Duration)
    /// It is read again, on trial until this time.
    case halfOpen(until: Duration)
  }

  /// What changed.
  package enum Change: Sendable, Hashable {
    /// The topic's partitions are to be paused.
    case opened(BreakerOpening)
    /// The topic's partitions are to be resumed.
    case halfOpened(topic: String)
    /// The trial went well.
    case closed(topic: String)
  }

  /// Parts of a window that are counted together: what leaves the window leaves it in so many steps.
  static let parts = 16

  /// Records of one part of the window.
  private struct Part {
    var start: Duration
    var read: Int
    var broken: Int
  }

  private struct Topic {
    var state = State.closed
    var parts: [Part] = []
  }

  private let settings: Settings
  private var topics: [String: Topic] = [:]

  /// Creates a breaker that is closed for every topic.
  package init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Where a topic is.
  package func state(_ topic: String) -> State { topics[topic]?.state ?? .closed }

  /// Topics that are not to be read, by name.
  package var openTopics: [String] {
    topics.filter { if case .open = $0.value.state { true } else { false } }.keys.sorted()
  }

  /// Lets time pass.
  package mutating func advance(to now: Duration) -> [Change] {
    var changes: [Change] = []
    for name in topics.keys.sorted() {
      switch topics[name]?.state {
      case .open(let end) where now >= end:
        // Judged by what is read from now on.
        topics[name]?.parts = []
        topics[name]?.state = .halfOpen(until: now + settings.window)
        changes.append(.halfOpened(topic: name))
      case .halfOpen(let end) where now >= end:
        topics[name]?.state = .closed
        changes.append(.closed(topic: name))
      default: break
      }
    }
    return changes
  }

  /// Counts the records of a committed batch. Records of a topic that is open were on their way when it
  /// opened, and change nothing.
  ///
  /// - Returns: the topics that open by it.
  package mutating func note(_ counts: RejectionCounts, of inputs: [String], at now: Duration) -> [Change] {
    guard settings.maxRejectedPercent < 100 else { return [] }
    var changes: [Change] = []
    for name in inputs {
      guard let counted = counts.topics[name], counted.read > 0 else { continue }
      var topic = topics[name] ?? Topic()
      if case .open = topic.state { continue }
      count(counted, in: &topic, at: now)
      let read = topic.parts.reduce(0) { $0 + $1.read }
      let broken = topic.parts.reduce(0) { $0 + $1.broken }
      if read >= settings.minRecords, broken * 100 > read * settings.maxRejectedPercent {
        topic.state = .open(until: now + settings.cooldown)
        topic.parts = []
        changes.append(
          .opened(BreakerOpening(topic: name, read: read, rejected: broken, cooldown: settings.cooldown)))
      }
      topics[name] = topic
    }
    return changes
  }

  private func count(_ counted: RejectionCounts.Topic, in topic: inout Topic, at now: Duration) {
    topic.parts.removeAll { $0.start + settings.window <= now }
    if let last = topic.parts.indices.last,
      now < topic.parts[last].start + settings.window / PoisonBreaker.parts
    {
      topic.parts[last].read += counted.read
      topic.parts[last].broken += counted.broken
    } else {
      topic.parts.append(Part(start: now, read: counted.read, broken: counted.broken))
    }
  }
}

/// Why a topic is not read for a while.
package struct BreakerOpening: Sendable, Hashable {
  /// The topic.
  package var topic: String
  /// Its records within the window.
  package var read: Int
  /// How many of them were broken.
  package var rejected: Int
  /// How long it is left alone.
  package var cooldown: Duration

  /// Creates an opening.
  package init(topic: String, read: Int, rejected: Int, cooldown: Duration) {
    self.topic = topic
    self.read = read
    self.rejected = rejected
    self.cooldown = cooldown
  }

  /// The share of broken records, from 0 to 1.
  package var share: Double { read > 0 ? Double(rejected) / Double(read) : 0 }
}
