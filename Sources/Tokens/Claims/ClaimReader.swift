internal import Bytes

/// Reads JSON of claims and keys. The grammar and nothing else, and no name twice in an object: where readers
/// differ, a forger finds room.
struct ClaimReader {
  /// What is wrong with a text.
  enum Flaw: Error {
    case noJSON
    case duplicateName
  }

  /// Objects and lists within each other.
  static let maxDepth = 16

  private let bytes: [UInt8]
  private var index = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads an object, and nothing behind it.
  static func object(_ bytes: [UInt8]) throws(Flaw) -> [String: ClaimValue] {
    var reader = ClaimReader(bytes)
    reader.skipBlanks()
    guard case .object(let object) = try reader.value(depth: 0) else { throw .noJSON }
    reader.skipBlanks()
    guard reader.index == bytes.count else { throw .noJSON }
    return object
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
  }

  /// Takes a character if it comes next.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func value(depth: Int) throws(Flaw) -> ClaimValue {
    guard depth <= ClaimReader.maxDepth else { throw .noJSON }
    switch next {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .list(try list(depth: depth))
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ word: String, _ value: ClaimValue) throws(Flaw) -> ClaimValue {
    guard bytes[index...].starts(with: word.utf8) else { throw .noJSON }
    index += word.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(Flaw) -> [String: ClaimValue] {
    index += 1
    var object: [String: ClaimValue] = [:]
    skipBlanks()
    if take("}") { return object }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw .noJSON }
      let name = try text()
      skipBlanks()
      guard take(":") else { throw .noJSON }
      skipBlanks()
      let value = try value(depth: depth + 1)
      guard object.updateValue(value, forKey: name) == nil else { throw .duplicateName }
      skipBlanks()
    } while take(",")
    guard take("}") else { throw .noJSON }
    return object
  }

  private mutating func list(depth: Int) throws(Flaw) -> [ClaimValue] {
    index += 1
    var list: [ClaimValue] = []
    skipBlanks()
    if take("]") { return list }
    repeat {
      skipBlanks()
      list.append(try value(depth: depth + 1))
      skipBlanks()
    } while take(",")
    guard take("]") else { throw .noJSON }
    return list
  }

  private mutating func number() throws(Flaw) -> Double {
    let start = index
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)) else { throw .noJSON }
    return number
  }

  /// One digit or more.
  private mutating func digits() throws(Flaw) {
    let start = index
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    guard index > start else { throw .noJSON }
  }

  private mutating func text() throws(Flaw) -> String {
    index += 1
    var text: [UInt8] = []
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let valid = String(validating: text, as: UTF8.self) else { throw .noJSON }
        return valid
      case UInt8(ascii: "\\"): try appendEscape(to: &text)
      case 0..<0x20: throw .noJSON
      default: text.append(byte)
      }
    }
    throw .noJSON
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(Flaw) {
    guard let letter = next else { throw .noJSON }
    index += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try unit()
      if (0xD800..<0xDC00).contains(code) {
        // Half of a pair: the other half follows, or it is nothing.
        guard take("\\"), take("u") else { throw .noJSON }
        let low = try unit()
        guard (0xDC00..<0xE000).contains(low) else { throw .noJSON }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw .noJSON }
      text += String(Character(scalar)).utf8
    default: throw .noJSON
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit() throws(Flaw) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Hex.value(of: byte) else { throw .noJSON }
      unit = unit << 4 | UInt32(digit)
      index += 1
    }
    return unit
  }
}
