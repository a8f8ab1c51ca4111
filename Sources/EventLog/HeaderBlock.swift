/// Record headers as one run of bytes, so that a record with headers costs no allocation of its own.
///
/// Layout, repeated per header: name length (UInt16, little endian), name (UTF-8), value length (Int32,
/// little endian, −1 for a null value), value. The same bytes are stored by the embedded log as they are.
public struct HeaderBlock: Sendable, Hashable {
  /// The encoded headers.
  public var bytes: [UInt8]

  /// Creates an empty block.
  public init() { bytes = [] }

  /// Wraps bytes of this layout, as read from an arena or from the embedded log.
  public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Creates a block from name and value pairs.
  public init(_ headers: [(name: String, value: String)]) {
    bytes = []
    bytes.reserveCapacity(headers.reduce(0) { $0 + 6 + $1.name.utf8.count + $1.value.utf8.count })
    for header in headers {
      HeaderBlock.append(header.name, to: &bytes)
      HeaderBlock.append(length: Int32(header.value.utf8.count), to: &bytes)
      bytes.append(contentsOf: header.value.utf8)
    }
  }

  /// Appends one header. A name longer than 65,535 bytes is cut; `nil` writes a null value.
  public mutating func append(_ name: String, _ value: [UInt8]?) {
    HeaderBlock.append(name, value, to: &bytes)
  }

  /// Appends one encoded header to an arena.
  public static func append(_ name: String, _ value: [UInt8]?, to bytes: inout [UInt8]) {
    append(name, to: &bytes)
    append(length: value.map { Int32($0.count) } ?? -1, to: &bytes)
    if let value { bytes.append(contentsOf: value) }
  }

  private static func append(_ name: String, to bytes: inout [UInt8]) {
    let length = min(name.utf8.count, Int(UInt16.max))
    bytes.append(UInt8(length & 0xff))
    bytes.append(UInt8(length >> 8))
    if length == name.utf8.count {
      bytes.append(contentsOf: name.utf8)
    } else {
      bytes.append(contentsOf: name.utf8.prefix(length))
    }
  }

  private static func append(length: Int32, to bytes: inout [UInt8]) {
    let length = UInt32(bitPattern: length)
    for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: length >> shift))
    }
  }

  /// The headers in order. A damaged tail ends the list instead of trapping.
  public var headers: [(name: String, value: [UInt8]?)] {
    var result: [(name: String, value: [UInt8]?)] = []
    var at = 0
    while at + 2 <= bytes.count {
      let nameLength = Int(bytes[at]) | Int(bytes[at + 1]) << 8
      at += 2
      guard at + nameLength + 4 <= bytes.count else { break }
      let name = String(decoding: bytes[at..<at + nameLength], as: UTF8.self)
      at += nameLength
      var length: UInt32 = 0
      for index in 0..<4 { length |= UInt32(bytes[at + index]) << (8 * UInt32(index)) }
      at += 4
      let valueLength = Int(Int32(bitPattern: length))
      if valueLength < 0 {
        result.append((name, nil))
        continue
      }
      guard at + valueLength <= bytes.count else { break }
      result.append((name, Array(bytes[at..<at + valueLength])))
      at += valueLength
    }
    return result
  }

  /// The first value with this name, as text.
  public func text(_ name: String) -> String? {
    for header in headers where header.name == name {
      return header.value.map { String(decoding: $0, as: UTF8.self) }
    }
    return nil
  }
}
