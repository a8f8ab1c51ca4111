/// Decoded events of one chunk of input, in offset order, sharing one arena.
///
/// The shape is columnar because a million small objects a second would cost more than everything done with
/// them.
public struct EventBatch: Sendable {
  /// The arena all slices point into.
  public var bytes: [UInt8]
  /// The events in offset order.
  public var events: [Event]
  /// Facts of all events.
  public var facts: [Event.Fact]

  /// Creates an empty batch.
  public init() {
    bytes = []
    events = []
    facts = []
  }

  /// The text of a slice, for messages and tests.
  public func text(_ slice: ByteSlice) -> String {
    String(decoding: bytes[slice.indices], as: UTF8.self)
  }

  /// Copies bytes into the arena.
  public mutating func append(_ source: some Collection<UInt8>) -> ByteSlice {
    let slice = ByteSlice(offset: bytes.count, length: source.count)
    bytes.append(contentsOf: source)
    return slice
  }
}
