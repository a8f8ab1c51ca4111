package import EventLog
package import JourneyModel

/// One trigger on its way to one target.
struct Delivery: Sendable {
  /// What it waits for.
  enum State: Sendable, Hashable {
    /// An earlier trigger of its session.
    case queued
    /// A free request.
    case ready
    /// Its next attempt.
    case waiting(until: Duration)
    /// An answer.
    case underWay
  }

  let id: UInt64
  let origin: TriggerOrigin
  /// The record's key: deliveries of one key go one after the other.
  let order: [UInt8]
  let trigger: Trigger
  let body: [UInt8]
  let headers: [RequestHeader]
  var state = State.queued
  var attempts = 0
  var last: AttemptResult?
  var lastSent: EventTime?

  /// Bytes that it takes in memory.
  var byteCount: Int {
    body.count + order.count + headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
  }
}

/// The record of a trigger.
package struct TriggerOrigin: Sendable, Hashable {
  package var source: TopicPartition
  package var offset: RecordOffset

  /// Creates an origin.
  package init(source: TopicPartition, offset: RecordOffset) {
    self.source = source
    self.offset = offset
  }
}

/// A header of a request.
package struct RequestHeader: Sendable, Hashable {
  package var name: String
  package var value: String

  /// Creates a header.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// One request that is to be made now.
package struct Attempt: Sendable, Hashable {
  /// Tells it from others of the same machine.
  package var id: UInt64
  /// From 1.
  package var number: Int
  package var trigger: Trigger
  package var body: [UInt8]
  package var headers: [RequestHeader]
}

/// A trigger that was not delivered: what the dead letter says.
package struct DeliveryFailure: Sendable, Hashable {
  package var origin: TriggerOrigin
  package var reason: FailureReason
  /// `nil` where the record is unreadable.
  package var trigger: Trigger?
  package var attempts: Int
  package var last: AttemptResult?
  package var lastSent: EventTime?
  /// One sentence for a person.
  package var explanation: String
  /// The record's key and value as they were.
  package var key: [UInt8]
  package var body: [UInt8]

  /// Bytes that it takes in memory.
  var byteCount: Int { key.count + body.count }
}
