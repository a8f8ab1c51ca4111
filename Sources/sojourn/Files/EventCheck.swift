import EventLog
import Foundation
import JourneyModel
import WireFormat

/// Judges a file of events as the processor would judge each of them by itself.
struct EventCheck {
  let path: String
  let limits: DecodingLimits

  /// Prints the findings and a summary.
  ///
  /// - Returns: the number of findings.
  func run(_ handle: FileHandle, start: Data, stream given: JourneyModel.Stream?) async throws -> Int {
    guard let stream = given ?? StreamGuess.stream(of: start, path: path) else {
      try StandardOutput.print("\(path):1: neither content nor name says which stream this is: give --stream")
      try StandardOutput.print("\(path): 1 finding")
      return 1
    }
    guard let decoder = EventDecoder(limits: limits, partitions: 1) else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser")
    }
    let reader = LineReader(
      handle: handle, source: TopicPartition(path, 0), maxLineBytes: limits.maxEventBytes,
      blockBytes: 1 << 20,
      isInteractive: true)
    var records = 0
    var findings = 0
    while let chunk = try await reader.next() {
      records += chunk.entries.count
      let decoded = decoder.decode(chunk, stream: stream)
      findings += decoded.rejections.count
      for rejection in decoded.rejections.sorted(by: { $0.record < $1.record }) {
        let line = chunk.entries[rejection.record].offset
        try StandardOutput.print(
          "\(path):\(line): \(rejection.reason.rawValue): \(rejection.explanation)")
      }
    }
    try StandardOutput.print(
      "\(path): \(stream.name), \(CheckCommand.count(records, "event")), \(CheckCommand.count(findings, "finding"))"
    )
    return findings
  }
}
