internal import JourneyModel

/// The newest event ids of a pattern, in order of admission, in one run of bytes.
struct EventIDList: Sendable, Hashable {
  /// Each id behind its length, in two bytes.
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  /// Bytes of ids and lengths.
  var byteCount: Int { bytes.count }

  /// Adds an id, and drops the oldest ones beyond the limit. An id that takes more than 65,535 bytes is not
  /// kept.
  mutating func append(_ id: ByteSlice, of source: borrowing [UInt8], limit: Int) {
    guard id.count <= 0xffff, limit > 0 else { return }
    bytes.append(UInt8(truncatingIfNeeded: id.count))
    bytes.append(UInt8(truncatingIfNeeded: id.count >> 8))
    bytes.append(id, of: source)
    count += 1
    trim(limit)
  }

  /// Adds another list's ids behind these.
  mutating func append(_ other: EventIDList, limit: Int) {
    bytes += other.bytes
    count += other.count
    trim(limit)
  }

  private mutating func trim(_ limit: Int) {
    var start = 0
    while count > max(limit, 0), let length = length(at: start) {
      start += 2 + length
      count -= 1
    }
    if start > 0 { bytes.removeSubrange(..<start) }
  }

  private func length(at start: Int) -> Int? {
    guard start + 2 <= bytes.count else { return nil }
    let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
    return start + 2 + length <= bytes.count ? length : nil
  }

  /// The ids as text.
  var texts: [String] {
    var texts: [String] = []
    var at = 0
    while let length = length(at: at) {
      texts.append(String(decoding: bytes[at + 2..<at + 2 + length], as: UTF8.self))
      at += 2 + length
    }
    return texts
  }

  init() {}

  /// Takes stored bytes.
  ///
  /// - Returns: `nil` if they are no list.
  init?(stored: [UInt8]) {
    bytes = stored
    var at = 0
    while let length = length(at: at) {
      at += 2 + length
      count += 1
    }
    guard at == stored.count else { return nil }
  }
}
