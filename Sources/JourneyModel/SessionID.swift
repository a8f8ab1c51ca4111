/// A session's id: UUID version 5 of type, customer id type, customer id, and of the first admitted event its
/// id and its time.
///
/// The time, because producers number their events anew in every visit: two visits of one customer then have
/// two ids. Nothing that changes later is part of it, so late events and merges never change it.
public struct SessionID: Sendable, Hashable, Comparable {
  /// The first eight bytes, big endian.
  public var high: UInt64
  /// The last eight bytes, big endian.
  public var low: UInt64

  /// Half of it distinguishes ids as well as all: they are digests.
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
    var name = SessionID.emptyName(
      room: event.sessionType.count + event.customerIDType.count + event.customerID.count + event.id.count)
    name.append(event.sessionType, of: bytes)
    name.append(0)
    name.append(event.customerIDType, of: bytes)
    name.append(0)
    name.append(event.customerID, of: bytes)
    name.append(0)
    name.append(event.id, of: bytes)
    SessionID.append(event.time, to: &name)
    self.init(name: name)
  }

  /// Derives the id. The parts are joined by NUL bytes, which none of them can contain after decoding; the
  /// time is written as decimal milliseconds.
  ///
  /// - Parameter time: the first event's time; `nil` for what is no session.
  public init(
    type: some Collection<UInt8>, customerIDType: some Collection<UInt8>, customerID: some Collection<UInt8>,
    firstEventID: some Collection<UInt8>, at time: EventTime?
  ) {
    self.init(
      type: Array(type), customerIDType: Array(customerIDType), customerID: Array(customerID),
      firstEventID: Array(firstEventID), at: time)
  }

  /// The same of arrays, and nothing of it generic.
  public init(
    type: [UInt8], customerIDType: [UInt8], customerID: [UInt8], firstEventID: [UInt8], at time: EventTime?
  ) {
    var name = SessionID.emptyName(
      room: type.count + customerIDType.count + customerID.count + firstEventID.count)
    name.append(contentsOf: type)
    name.append(0)
    name.append(contentsOf: customerIDType)
    name.append(0)
    name.append(contentsOf: customerID)
    name.append(0)
    name.append(contentsOf: firstEventID)
    if let time { SessionID.append(time, to: &name) }
    self.init(name: name)
  }

  private static func append(_ time: EventTime, to name: inout [UInt8]) {
    // The NUL stands there already; the digits come from the last one on. 64 bits have twenty at most.
    var text = InlineArray<21, UInt8>(repeating: 0)
    var start = text.count
    // Admitted times are not negative.
    var rest = time.milliseconds.magnitude
    repeat {
      start -= 1
      text[start] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
      rest /= 10
    } while rest > 0
    name.append(text.span.extracting((start - 1)..<text.count))
  }

  /// A name without its parts, behind its name space; with room for them, what stands between them, the time
  /// and the padding.
  private static func emptyName(room: Int) -> [UInt8] {
    var name: [UInt8] = []
    name.reserveCapacity(namespace.count + room + 24 + UUIDVersion5.paddingBytes)
    name.append(namespace.span)
    return name
  }

  private init(name: consuming [UInt8]) {
    let (high, low) = UUIDVersion5.halves(of: name)
    self.init(high: high, low: low)
  }

  /// Orders by bytes.
  public static func < (left: Self, right: Self) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  /// Appends the canonical text, 36 bytes, lower case.
  public func appendText(to bytes: inout [UInt8]) {
    // One block: to append its digits one by one asks for room each time.
    var block = InlineArray<36, UInt8>(repeating: 0)
    var text = block.mutableSpan
    writeText(at: 0, in: &text)
    bytes.append(block.span)
  }

  /// Length in bytes of the canonical text.
  public static let textLength = 36

  /// Writes the canonical text over 36 bytes.
  public func writeText(at start: Int, in text: inout MutableSpan<UInt8>) {
    var bytes = text.mutableBytes
    let first = Hex.digits(UInt32(truncatingIfNeeded: high >> 32))
    let second = Hex.digits(UInt32(truncatingIfNeeded: high))
    let third = Hex.digits(UInt32(truncatingIfNeeded: low >> 32))
    let last = Hex.digits(UInt32(truncatingIfNeeded: low))
    // By words: a snapshot and its headers name the id five times.
    bytes.storeBytes(of: first.bigEndian, toByteOffset: start, as: UInt64.self)
    bytes.storeBytes(of: 0x2d, toByteOffset: start + 8, as: UInt8.self)
    bytes.storeBytes(of: UInt32(second >> 32).bigEndian, toByteOffset: start + 9, as: UInt32.self)
    bytes.storeBytes(of: 0x2d, toByteOffset: start + 13, as: UInt8.self)
    bytes.storeBytes(
      of: UInt32(truncatingIfNeeded: second).bigEndian, toByteOffset: start + 14, as: UInt32.self)
    bytes.storeBytes(of: 0x2d, toByteOffset: start + 18, as: UInt8.self)
    bytes.storeBytes(of: UInt32(third >> 32).bigEndian, toByteOffset: start + 19, as: UInt32.self)
    bytes.storeBytes(of: 0x2d, toByteOffset: start + 23, as: UInt8.self)
    bytes.storeBytes(
      of: UInt32(truncatingIfNeeded: third).bigEndian, toByteOffset: start + 24, as: UInt32.self)
    bytes.storeBytes(of: last.bigEndian, toByteOffset: start + 28, as: UInt64.self)
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
      guard let value = Hex.value(of: byte) else { return nil }
      halves[digits / 16] = halves[digits / 16] << 4 | UInt64(value)
      digits += 1
    }
    self.init(high: halves[0], low: halves[1])
  }
}
