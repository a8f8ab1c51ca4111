internal import Bytes
internal import Foundation

/// Encodes pages for machines, the same bytes for the same page.
enum JSONPage {
  static func encode(_ page: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Pages are made of strings, numbers and booleans, none of which can fail.
    guard let data = try? encoder.encode(page) else { return Array("{}\n".utf8) }
    return Array(data) + [ASCII.newline]
  }
}
