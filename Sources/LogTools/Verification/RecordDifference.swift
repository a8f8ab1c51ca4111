internal import EventLog
internal import Processor

/// Where two records differ first, for a person.
enum RecordDifference {
  /// Bytes shown before and after the first difference.
  private static let shownBefore = 16
  private static let shownAfter = 24

  /// One clause: key, then headers, then value; `nil` if nothing differs.
  static func text(expected: RecordContent, found: RecordContent) -> String? {
    if expected.key != found.key { return text("the key", expected: expected.key, found: found.key) }
    if expected.headers != found.headers { return headers(expected.headers, found.headers) }
    if expected.value != found.value {
      var name = "the value"
      if let left = expected.value, let right = found.value,
        let inside = member(of: left, at: position(left, right))
      {
        name = "the value (member \(inside))"
      }
      return text(name, expected: expected.value, found: found.value)
    }
    return nil
  }

  /// `NAME differs at byte N: expected …, found …`.
  static func text(_ name: String, expected: [UInt8]?, found: [UInt8]?) -> String {
    guard let expected else { return "\(name) should be null, found \(found?.count ?? 0) bytes" }
    guard let found else { return "\(name) is null, expected \(expected.count) bytes" }
    let at = position(expected, found)
    return
      "\(name) differs at byte \(at): expected \(excerpt(expected, at)), found \(excerpt(found, at))"
  }

  /// Index of the first byte that differs; the shorter one's length if it is the other's beginning.
  static func position(_ left: [UInt8], _ right: [UInt8]) -> Int {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] { return index }
    return shared
  }

  /// How many bytes differ, a difference in length included.
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var count = abs(left.count - right.count)
    for index in 0..<min(left.count, right.count) where left[index] != right[index] { count += 1 }
    return count
  }

  /// The bytes around a position: as text if they are printable, else in hexadecimal digits.
  static func excerpt(_ bytes: [UInt8], _ at: Int) -> String {
    guard at < bytes.count else { return "the end after \(bytes.count) bytes" }
    let shown = bytes[max(0, at - shownBefore)..<min(bytes.count, at + shownAfter)]
    if shown.allSatisfy({ $0 >= ASCII.space && $0 < 0x7f }) {
      return "`\(String(decoding: shown, as: UTF8.self))`"
    }
    var digits: [UInt8] = []
    for byte in bytes[at..<min(bytes.count, at + 8)] { Hex.append(byte, to: &digits) }
    return "0x" + String(decoding: digits, as: UTF8.self)
  }

  /// A key for messages.
  static func name(_ key: [UInt8]?) -> String {
    guard let key else { return "no key" }
    return "key \(excerpt(key, 0))"
  }

  private static func headers(_ expected: [UInt8]?, _ found: [UInt8]?) -> String {
    let left = HeaderBlock(bytes: expected ?? []).headers
    let right = HeaderBlock(bytes: found ?? []).headers
    for index in 0..<min(left.count, right.count) {
      if left[index].name != right[index].name {
        return "header \(index + 1) is named '\(right[index].name)', expected '\(left[index].name)'"
      }
      if left[index].value != right[index].value {
        return text("header \(left[index].name)", expected: left[index].value, found: right[index].value)
      }
    }
    if left.count != right.count { return "there are \(right.count) headers, expected \(left.count)" }
    return text("the headers' encoding", expected: expected, found: found)
  }

  /// The JSON member whose name or value holds the byte at a position; `nil` if the bytes are no JSON object.
  static func member(of value: [UInt8], at position: Int) -> String? {
    guard value.first == ASCII.openBrace else { return nil }
    var name: String?
    var last: Range<Int> = 0..<0
    var start: Int?
    var isEscaped = false
    for index in 0..<min(position, value.count) {
      let byte = value[index]
      if let from = start {
        if isEscaped {
          isEscaped = false
        } else if byte == ASCII.backslash {
          isEscaped = true
        } else if byte == ASCII.quote {
          last = from..<index
          start = nil
        }
      } else if byte == ASCII.quote {
        start = index + 1
      } else if byte == ASCII.colon {
        name = String(decoding: value[last], as: UTF8.self)
      }
    }
    return name
  }
}
