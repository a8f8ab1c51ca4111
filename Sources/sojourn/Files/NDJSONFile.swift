import Foundation
import JourneyModel
import LogTools
import Presentation
import Processor
import WireFormat

/// A file of JSON lines, written in large pieces. It appears whole when it is closed, or not at all: what was
/// there before stays until then.
actor NDJSONFile {
  private let file: WholeFile
  private var buffer: [UInt8] = []
  private static let bufferBytes = 1 << 20

  init(path: String) throws { file = try WholeFile(path) }

  func write(_ lines: [UInt8]) throws {
    guard lines.count < NDJSONFile.bufferBytes else {
      // Large pieces go out as they are: copying them into the buffer first cost 3 % of a replay.
      try flush()
      try writeOut(lines)
      return
    }
    buffer.append(contentsOf: lines)
    if buffer.count >= NDJSONFile.bufferBytes { try flush() }
  }

  /// One line per rejected record: where it was, why, and its bytes as text, or in base64 if they are no
  /// UTF-8.
  func write(rejections: [Replay.Rejected], inputs: [String]) throws {
    for rejection in rejections {
      var line: [UInt8] = Array("{\"reason\":\"\(rejection.reason.rawValue)\",\"explanation\":".utf8)
      JSONText.append(rejection.explanation, to: &line)
      line.append(contentsOf: ",\"input\":".utf8)
      JSONText.append(inputs.indices.contains(rejection.input) ? inputs[rejection.input] : "", to: &line)
      line.append(contentsOf: ",\"line\":\(rejection.line),".utf8)
      if String(validating: rejection.value, as: UTF8.self) != nil {
        line.append(contentsOf: "\"value\":".utf8)
        JSONText.append(rejection.value, to: &line)
      } else {
        line.append(contentsOf: "\"valueBase64\":\"".utf8)
        line.append(contentsOf: Data(rejection.value).base64EncodedData())
        line.append(ASCII.quote)
      }
      line.append(contentsOf: "}\n".utf8)
      try write(line)
    }
  }

  /// Makes what was written durable; it is not seen yet.
  func finish() throws {
    try flush()
    try file.finish()
  }

  /// Puts the file in its place.
  func publish() throws { try file.publish() }

  private func flush() throws {
    try writeOut(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeOut(_ bytes: [UInt8]) throws { try file.write(bytes) }
}
