package import JourneyModel
internal import Processor

/// The moments at which something held: the first, the newest, and how many.
package struct Hits: Sendable, Hashable {
  /// Most moments that are kept besides the first.
  package static let maxNewest = 8

  /// An event that a session took, or a timer of it.
  package struct Moment: Sendable, Hashable {
    /// Counts the moments of the lane: order of admission.
    package var sequence: Int
    /// Event time.
    package var time: EventTime
    /// The event's id; `nil` for a timer.
    package var event: String?
  }

  /// How many moments.
  package private(set) var count = 0
  /// The first in order of admission.
  package private(set) var first: Moment?
  /// The newest in order of admission, `maxNewest` at most.
  package private(set) var newest: [Moment] = []

  package init() {}

  /// The last one.
  package var last: Moment? { newest.last }

  mutating func add(_ moment: Moment) {
    count += 1
    if first == nil { first = moment }
    newest.append(moment)
    if newest.count > Hits.maxNewest { newest.removeFirst() }
  }

  mutating func merge(_ other: Hits) {
    count += other.count
    first = [first, other.first].compactMap(\.self).min { $0.sequence < $1.sequence }
    newest = Array((newest + other.newest).sorted { $0.sequence < $1.sequence }.suffix(Hits.maxNewest))
  }
}
