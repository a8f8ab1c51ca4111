internal import Bytes

/// Writes an object of JSON, member by member.
struct JSONObject {
  private(set) var bytes: [UInt8] = [ASCII.openBrace]
  private var isEmpty = true

  /// The object, closed.
  var closed: [UInt8] { bytes + [ASCII.closeBrace] }

  mutating func add(_ name: String, _ text: String?) {
    guard let text else { return }
    begin(name)
    JSONText.append(text, to: &bytes)
  }

  mutating func add(_ name: String, _ number: some BinaryInteger) {
    begin(name)
    bytes += Array("\(number)".utf8)
  }

  mutating func add(_ name: String, _ flag: Bool) {
    begin(name)
    bytes += Array("\(flag)".utf8)
  }

  /// Adds a value that is JSON.
  mutating func add(_ name: String, json: [UInt8]) {
    begin(name)
    bytes += json
  }

  mutating func add(_ name: String, list: [[UInt8]]) {
    begin(name)
    bytes.append(ASCII.openBracket)
    for (index, value) in list.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      bytes += value
    }
    bytes.append(ASCII.closeBracket)
  }

  private mutating func begin(_ name: String) {
    if !isEmpty { bytes.append(ASCII.comma) }
    isEmpty = false
    JSONText.append(name, to: &bytes)
    bytes.append(ASCII.colon)
  }
}
