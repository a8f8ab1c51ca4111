/// What librdkafka may hold in memory on our behalf, per client. The operator's own properties win.
///
/// A worker has one member, one reader and one transactional producer. While it polls nothing, fetching stops
/// at these bounds; while the broker takes nothing, `RecordWriter` waits for room in the producer's queue.
enum ClientBounds {
  /// Records fetched ahead: fetching stops at whichever comes first, the number (of each partition) or the
  /// kilobytes (of a member's whole queue; of each partition for a reader, which reads few at a time).
  static let fetching: [(String, String)] = [
    ("queued.min.messages", "100000"), ("queued.max.messages.kbytes", "65536"),
    ("fetch.message.max.bytes", "1048576"),
  ]

  /// Largest answer to one fetch, in bytes (16 MiB instead of 50 MiB), unless `message.max.bytes` is larger:
  /// an answer must hold one record of the greatest size. May come on top of what is queued.
  static let fetchBytes = 16_777_216

  /// Records handed over and not confirmed: whichever comes first.
  static let writing: [(String, String)] = [
    ("queue.buffering.max.messages", "100000"), ("queue.buffering.max.kbytes", "65536"),
  ]
}
