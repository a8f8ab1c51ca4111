import EventLog
import Foundation
import Presentation
import WireFormat

/// Prints records, one line each.
struct RecordPrinter: Sendable {
  /// What a line has.
  enum Form: Sendable {
    /// The value.
    case value
    /// Partition, offset, key, headers and value.
    case headers
    /// All of it as a JSON object.
    case json
  }

  let terminal: Terminal
  let form: Form

  /// Prints some records of a chunk with one write.
  func print(_ entries: some Sequence<RecordChunk.Entry>, of chunk: RecordChunk) throws {
    try StandardOutput.write(lines(entries, of: chunk))
  }

  /// The records' lines.
  func lines(_ entries: some Sequence<RecordChunk.Entry>, of chunk: RecordChunk) -> [UInt8] {
    var lines: [UInt8] = []
    for entry in entries {
      switch form {
      case .value: lines += readable(chunk.copy(entry.value))
      case .headers:
        lines += prefix(entry, chunk).utf8
        lines += readable(chunk.copy(entry.value))
      case .json: lines += readable(object(entry, chunk))
      }
      lines.append(ASCII.newline)
    }
    return lines
  }

  private func prefix(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> String {
    let headers = entry.headers.map { HeaderBlock(bytes: chunk.bytes[$0.indices]).headers } ?? []
    // Cleaned wherever it goes: a line end in a header would begin a line that is no record.
    func cleaned(_ value: [UInt8]?) -> String {
      DisplayText(String(decoding: readable(value), as: UTF8.self)).text
    }
    let pairs = headers.map { "\(DisplayText($0.name).text)=\(cleaned($0.value))" }
    let key = cleaned(chunk.copy(entry.key))
    return "\(chunk.source.partition):\(entry.offset)\t\(key)\t\(pairs.joined(separator: " "))\t"
  }

  private func object(_ entry: RecordChunk.Entry, _ chunk: RecordChunk) -> [UInt8] {
    var bytes = Array("{\"topic\":".utf8)
    JSONText.append(chunk.source.topic, to: &bytes)
    bytes += ",\"partition\":\(chunk.source.partition),\"offset\":\(entry.offset)".utf8
    if entry.timestamp >= 0 { bytes += ",\"timestamp\":\(entry.timestamp)".utf8 }
    append("key", chunk.copy(entry.key), to: &bytes)
    let headers = entry.headers.map { HeaderBlock(bytes: chunk.bytes[$0.indices]).headers } ?? []
    bytes += ",\"headers\":{".utf8
    for (index, header) in headers.enumerated() {
      if index > 0 { bytes.append(ASCII.comma) }
      JSONText.append(header.name, to: &bytes)
      bytes.append(ASCII.colon)
      if let value = header.value, String(validating: value, as: UTF8.self) == nil {
        bytes += "{\"base64\":\"".utf8 + Data(value).base64EncodedData() + "\"}".utf8
      } else {
        appendText(header.value, to: &bytes)
      }
    }
    bytes.append(ASCII.closeBrace)
    if let value = chunk.copy(entry.value), RecordPrinter.isJSON(value) {
      bytes += ",\"value\":".utf8
      // Line ends between the parts of a value say nothing and would end the line.
      bytes += value.map { $0 == ASCII.newline || $0 == ASCII.carriageReturn ? ASCII.space : $0 }
    } else {
      append("value", chunk.copy(entry.value), to: &bytes)
    }
    bytes.append(ASCII.closeBrace)
    return bytes
  }

  private func append(_ name: String, _ value: [UInt8]?, to bytes: inout [UInt8]) {
    if let value, String(validating: value, as: UTF8.self) == nil {
      bytes += ",\"\(name)Base64\":\"".utf8 + Data(value).base64EncodedData() + "\"".utf8
    } else {
      bytes += ",\"\(name)\":".utf8
      appendText(value, to: &bytes)
    }
  }

  private func appendText(_ value: [UInt8]?, to bytes: inout [UInt8]) {
    guard let value else {
      bytes += "null".utf8
      return
    }
    JSONText.append(String(decoding: value, as: UTF8.self), to: &bytes)
  }

  private static func isJSON(_ value: [UInt8]) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(value), options: .fragmentsAllowed)) != nil
      && String(validating: value, as: UTF8.self) != nil && !value.starts(with: FileForm.byteOrderMark)
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
