import EventLog
import JourneyModel
import LaneScenes
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// A restore takes redo only if it says what the journal says it does.
@Suite struct RedoCheckTests {
  private static let partition = TopicPartition("redo", lane: LaneScene.lane)

  /// Three batches, and what redo holds of them.
  private func scene() throws -> (scene: LaneScene, tail: JournalRecord, redo: [[UInt8]]) {
    let scene = try LaneScene { _ in }
    for number in 0..<3 {
      let now = Int64(number) * 60_000
      try scene.batch([scene.event(at: now, of: number)], at: now)
    }
    let reader = try scene.log.makeReader()
    let bounds = try #require(try reader.bounds([RedoCheckTests.partition])[RedoCheckTests.partition])
    var redo: [[UInt8]] = []
    try reader.read(RedoCheckTests.partition, from: bounds.earliest, to: bounds.end, patience: .zero) {
      chunk in
      redo += chunk.entries.compactMap { chunk.copy($0.value) }
      return true
    }
    return (scene, try #require(scene.newest), redo)
  }

  private func check(_ redo: [[UInt8]], _ tail: JournalRecord) throws {
    var check = RedoCheck(RedoCheckTests.partition, tail: tail)
    for record in redo { try check.note(record) }
    try check.finish()
  }

  @Test func whatTheJournalNamesIsTaken() throws {
    let (scene, tail, redo) = try scene()
    try check(redo, tail)
    #expect(try scene.restore().source == .log)
  }

  /// What debug builds check of every value that they write.
  @Test func aValueThatIsReadAsAnotherIsNoticed() throws {
    let sessions = try scene().scene.machine.sessionizer.allSessions
    #expect(!sessions.isEmpty)
    for session in sessions {
      var writer = BinaryWriter()
      writer.bytes = [7, 7, 7]
      writer.section(0) { StateCodec.encode(session, to: &$0) }
      #expect(StateCodec.isReadBack(writer.bytes, from: 3))
      #expect(!StateCodec.isReadBack(Array(writer.bytes.dropLast()), from: 3))
      // Something that no reader keeps.
      var other = BinaryWriter()
      other.section(0) { writer in
        StateCodec.encode(session, to: &writer)
        writer.section(255) { $0.byte(1) }
      }
      #expect(!StateCodec.isReadBack(other.bytes, from: 0))
    }
  }

  @Test func anythingElseIsNot() throws {
    let (_, tail, redo) = try scene()
    #expect(redo.count == 3)
    var other = tail
    other.state = "0000000000000000"
    let error = #expect(throws: LogError.self) { try check(redo, other) }
    #expect(error?.code == "redoDiffers" && error?.reaction == .fatal)
    #expect(error?.message.contains("sojourn recover") == true)
    #expect(throws: LogError.self, "the newest is missing") { try check(redo.dropLast(), tail) }
    #expect(throws: LogError.self, "the newest is there twice") { try check(redo + redo.suffix(1), tail) }
    #expect(throws: CodecError.self, "out of order") { try check(redo.reversed(), tail) }
    // What others took the digest of is not known, and a recovery writes what it found.
    other.reducer = "3"
    try check(redo, other)
    other = tail
    other.state = ""
    other.isRecovered = true
    try check(redo, other)
  }
}
