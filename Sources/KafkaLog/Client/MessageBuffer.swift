import CRdKafka

/// Owns the messages that were taken from a queue and not yet copied out.
///
/// What does not fit into one poll stays here for the next, so that the limits of a poll hold exactly.
final class MessageBuffer {
  /// A message of librdkafka.
  typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

  /// Most messages taken at once: enough to make the queue's lock cheap, few enough to hold back.
  static let capacity = 4096

  // Raw memory because librdkafka fills it.
  private let storage: UnsafeMutablePointer<Message?>
  private var head = 0
  private var end = 0

  init() {
    storage = .allocate(capacity: Self.capacity)
    storage.initialize(repeating: nil, count: Self.capacity)
  }

  deinit {
    removeAll()
    storage.deallocate()
  }

  /// The oldest message.
  var first: Message? { head < end ? storage[head] : nil }

  /// Takes messages from a queue into the empty buffer; serves the client's callbacks meanwhile.
  func refill(from queue: QueueHandle, wait milliseconds: Int32, atMost limit: Int) -> Int {
    removeAll()
    let count = rd_kafka_consume_batch_queue(
      queue.raw, milliseconds, storage, min(limit, Self.capacity))
    head = 0
    end = max(0, count)
    return end
  }

  /// Frees the oldest message.
  func removeFirst() {
    rd_kafka_message_destroy(storage[head])
    head += 1
  }

  /// Frees everything.
  func removeAll() {
    while head < end { removeFirst() }
    head = 0
    end = 0
  }

  /// Frees the messages that match.
  func removeAll(where matches: (Message) -> Bool) {
    var kept = head
    for index in head..<end {
      guard let message = storage[index] else { continue }
      if matches(message) {
        rd_kafka_message_destroy(message)
      } else {
        storage[kept] = message
        kept += 1
      }
    }
    end = kept
  }
}
