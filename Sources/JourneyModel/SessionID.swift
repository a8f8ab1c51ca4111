/// A session's id: UUID version 5 of type, customer id type, customer id and the first admitted event's id.
///
/// It contains no time and no bounds, so late events and merges never change it.
public struct SessionID: Sendable, Hashable, Comparable {
  /// The first eight bytes, big endian.
  public var high: UInt64
  /// The last eight bytes, big endian.
  public var low: UInt64

  /// Half of it tells ids apart as well as all: they are digests.
  public func hash(into hasher: inout Hasher) { hasher.combine(low) }

  /// Creates an id from its halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The name space: UUIDv5 of the URL name space and `https://sojourn.dev/session`.
  static let namespace: [UInt8] = UUIDVersion5.bytes(
    namespace: UUIDVersion5.urlNamespace, name: Array("https://sojourn.dev/session".utf8))

  /// Derives the id of the session that an event opens.
  public init(opening event: borrowing Event, in bytes: borrowing [UInt8]) {
    var name: [UInt8] = []
    name.reserveCapacity(
      event.sessionType.count + event.customerIDType.count + event.customerID.count + event.id.count + 3)
    name.append(event.sessionType, of: bytes)
    name.append(0)
    name.append(event.customerIDType, of: bytes)
    name.append(0)
    name.append(event.customerID, of: bytes)
    name.append(0)
    name.append(event.id, of: bytes)
    self.init(name: name)
  }

  /// Derives the id. The parts are joined by NUL bytes, which none of them can contain after decoding.
  public init(
    type: some Collection<UInt8>, customerIDType: some Collection<UInt8>, customerID: some Collection<UInt8>,
    firstEventID: some Collection<UInt8>
  ) {
    var name: [UInt8] = []
    name.reserveCapacity(type.count + customerIDType.count + customerID.count + firstEventID.count + 3)
    name.append(contentsOf: type)
    name.append(0)
    name.append(contentsOf: customerIDType)
    name.append(0)
    name.append(contentsOf: customerID)
    name.append(0)
    name.append(contentsOf: firstEventID)
    self.init(name: name)
  }

  private init(name: [UInt8]) {
    let bytes = UUIDVersion5.bytes(namespace: SessionID.namespace, name: name)
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<8 {
      high = high << 8 | UInt64(bytes[index])
      low = low << 8 | UInt64(bytes[index + 8])
    }
    self.init(high: high, low: low)
  }

  /// Orders by bytes.
  public static func < (left: Self, right: Self) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  /// Appends the canonical text, 36 bytes, lower case.
  public func appendText(to bytes: inout [UInt8]) {
    let start = bytes.count
    // One block, then its digits: to append them one by one asks for room each time.
    bytes.append(contentsOf: repeatElement(0x2d, count: SessionID.textLength))
    var text = bytes.mutableSpan
    writeText(at: start, in: &text)
  }

  /// Length in bytes of the canonical text.
  public static let textLength = 36

  /// Writes the canonical text over 36 bytes.
  public func writeText(at start: Int, in text: inout MutableSpan<UInt8>) {
    SessionID.hex(high, 0..<8, at: start, in: &text)
    text[start + 8] = 0x2d
    SessionID.hex(high, 8..<12, at: start + 1, in: &text)
    text[start + 13] = 0x2d
    SessionID.hex(high, 12..<16, at: start + 2, in: &text)
    text[start + 18] = 0x2d
    SessionID.hex(low, 0..<4, at: start + 19, in: &text)
    text[start + 23] = 0x2d
    SessionID.hex(low, 4..<16, at: start + 20, in: &text)
  }

  /// Writes some digits of a number, each at its own place behind `start`.
  @inline(__always)
  private static func hex(
    _ value: UInt64, _ digits: Range<Int>, at start: Int, in text: inout MutableSpan<UInt8>
  ) {
    for digit in digits {
      let nibble = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * digit)) & 0xf
      text[start + digit] = nibble < 10 ? 48 + nibble : 87 + nibble
    }
  }

  /// The canonical text.
  public var text: String {
    var bytes: [UInt8] = []
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension SessionID {
  /// Parses the canonical text: 36 bytes, hexadecimal digits and hyphens.
  public init?(text: [UInt8]) {
    guard text.count == 36 else { return nil }
    var halves: [UInt64] = [0, 0]
    var digits = 0
    for (index, byte) in text.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == 0x2d else { return nil }
        continue
      }
      let nibble: UInt8
      switch byte {
      case 0x30...0x39: nibble = byte - 0x30
      case 0x61...0x66: nibble = byte - 0x57
      case 0x41...0x46: nibble = byte - 0x37
      default: return nil
      }
      halves[digits / 16] = halves[digits / 16] << 4 | UInt64(nibble)
      digits += 1
    }
    self.init(high: halves[0], low: halves[1])
  }
}
