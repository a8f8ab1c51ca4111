import EventLog
import Foundation

/// Prints records, one line each.
struct RecordPrinter: Sendable {
  let terminal: Terminal
  let showsHeaders: Bool

  /// Prints some records of a chunk with one write.
  func print(_ entries: some Sequence<RecordChunk.Entry>, of chunk: RecordChunk) throws {
    var lines: [UInt8] = []
    for entry in entries {
      if showsHeaders { lines += prefix(entry, chunk).utf8 }
      lines += readable(chunk.copy(entry.value))
      lines.append(0x0a)
    }
    try StandardOutput.write(lines)
  }

  private func prefix(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> String {
    let headers = entry.headers.map { HeaderBlock(bytes: chunk.bytes[$0.indices]).headers } ?? []
    let pairs = headers.map { "\($0.name)=\(String(decoding: readable($0.value), as: UTF8.self))" }
    let key = String(decoding: readable(chunk.copy(entry.key)), as: UTF8.self)
    return "\(chunk.source.partition):\(entry.offset)\t\(key)\t\(pairs.joined(separator: " "))\t"
  }

  /// The bytes if they are text. What goes to a terminal is cleaned, so that no record can steer it.
  private func readable(_ value: [UInt8]?) -> [UInt8] {
    guard let value else { return Array("null".utf8) }
    guard let text = String(validating: value, as: UTF8.self) else {
      return Array("base64:".utf8) + Data(value).base64EncodedData()
    }
    return terminal.isStyled ? Array(DisplayText(text).text.utf8) : value
  }
}
