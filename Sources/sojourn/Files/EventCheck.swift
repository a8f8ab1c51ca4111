import EventLog
import Foundation
import JourneyModel
import Presentation
import WireFormat

/// Judges a file of events as the processor would judge each of them by itself.
struct EventCheck {
  let path: String
  let limits: DecodingLimits

  /// Prints the findings, notes on members that were probably meant to be others, and a summary.
  ///
  /// - Returns: the number of findings; notes are none.
  func run(_ handle: FileHandle, stream given: JourneyModel.Stream?) async throws -> Int {
    guard let decoder = EventDecoder(limits: limits, partitions: 1) else {
      throw LogError(.fatal, code: "outOfMemory", "no memory for the JSON parser")
    }
    let reader = LineReader(
      handle: handle, path: path, source: TopicPartition(path, 0), maxLineBytes: limits.maxEventBytes,
      blockBytes: 1 << 20, isInteractive: true)
    guard var chunk = try await reader.next() else {
      try StandardOutput.print("\(path): empty, no events")
      return 0
    }
    let first = chunk.copy(chunk.entries.first?.value) ?? []
    guard let stream = given ?? StreamGuess.stream(of: Data(first), path: path) else {
      try StandardOutput.print("\(path):1: neither content nor name says which stream this is: give --stream")
      try StandardOutput.print("\(path): 1 finding")
      return 1
    }
    var members = MemberNotes(stream: stream)
    var types = SessionTypeNotes()
    var records = 0
    var findings = 0
    while true {
      records += chunk.entries.count
      for entry in chunk.entries {
        if let value = entry.value { members.look(at: chunk.bytes[value.indices], line: entry.offset.value) }
      }
      let decoded = decoder.decode(chunk, stream: stream)
      if stream.profile.sessionType == nil {
        for event in decoded.batch.events {
          let type = String(decoding: decoded.batch.bytes[event.sessionType.indices], as: UTF8.self)
          types.look(at: type, line: chunk.entries[Int(event.record)].offset.value)
        }
      }
      findings += decoded.rejections.count
      for rejection in decoded.rejections.sorted(by: { $0.record < $1.record }) {
        let line = chunk.entries[rejection.record].offset
        let finding = "\(path):\(line): \(rejection.reason.rawValue): \(rejection.explanation)"
        try StandardOutput.print(DisplayText(finding).text)
      }
      guard let next = try await reader.next() else { break }
      chunk = next
    }
    let notes = members.notes + types.notes
    for note in notes { try StandardOutput.print(DisplayText("\(path):\(note)").text) }
    let counts = [
      stream.name, CheckCommand.count(records, "event"), CheckCommand.count(findings, "finding"),
    ]
    let noted = notes.isEmpty ? [] : [CheckCommand.count(notes.count, "note")]
    try StandardOutput.print("\(path): \((counts + noted).joined(separator: ", "))")
    return findings
  }
}
