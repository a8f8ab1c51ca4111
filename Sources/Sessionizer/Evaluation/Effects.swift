package import JourneyRules

/// What events and timers have caused, in the order in which it came about: an arena that is handed to the
/// sessionizer with each event.
///
/// Outputs are encoded where they come about: they say what the session was at that moment, which the next
/// event changes.
package struct Effects {
  /// An output; its parts are ranges of `bytes`.
  package struct Output {
    /// The number of its topic.
    package var topic: Int
    package var key: Range<Int>
    package var value: Range<Int>
    package var headers: Range<Int>

    package init(topic: Int, key: Range<Int>, value: Range<Int>, headers: Range<Int>) {
      self.topic = topic
      self.key = key
      self.value = value
      self.headers = headers
    }
  }

  package var bytes: [UInt8] = []
  package var outputs: [Output] = []
  /// Actions of the session at hand that are to wait until its customer comes back. The sessionizer takes
  /// them at once.
  package var awaitingReturn: [SessionAction] = []

  package init() {}

  /// Empties it, and keeps its memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    outputs.removeAll(keepingCapacity: true)
    awaitingReturn.removeAll(keepingCapacity: true)
  }
}
