import EventLog
import Foundation
import JourneyModel
import LaneScenes
import LaneStorage
import Sessionizer
import SimulatedLog
import Testing
import WireFormat

@testable import Processor

/// Redo records, journal records and lane files as the first version wrote them, and as one to come may write
/// them.
@Suite struct StoredFormTests {
  private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/stored/1")

  /// The first version's bytes: never rewritten. `SOJOURN_WRITE_STORED_FORMS=1` writes those that are
  /// missing.
  private func stored(_ name: String, or bytes: @autoclosure () throws -> [UInt8]) throws -> [UInt8] {
    let file = StoredFormTests.directory.appendingPathComponent(name)
    if !FileManager.default.fileExists(atPath: file.path),
      ProcessInfo.processInfo.environment["SOJOURN_WRITE_STORED_FORMS"] == "1"
    {
      try Data(try bytes()).write(to: file)
    }
    return [UInt8](try Data(contentsOf: file))
  }

  /// A lane with live sessions, one that was merged, and one that `state` has as well.
  private func scene() throws -> LaneScene {
    let scene = try LaneScene { $0.lanes.checkpointAge = .minutes(2) }
    let minute: Int64 = 60_000
    try scene.batch([scene.event(at: 0, of: 0), scene.event(at: 1, of: 1)], at: 60 * minute)
    try scene.batch([scene.event(at: 30 * minute, of: 1)], at: 61 * minute)
    try scene.batch([scene.event(at: 3, of: 2)], at: 63 * minute)
    try scene.batch([scene.event(at: 15 * minute, of: 1)], at: 64 * minute)
    return scene
  }

  private func values(_ topic: String, _ scene: LaneScene) throws -> [[UInt8]] {
    let partition = TopicPartition(topic, lane: LaneScene.lane)
    let reader = try scene.log.makeReader()
    let bounds = try #require(try reader.bounds([partition])[partition])
    var values: [[UInt8]] = []
    try reader.read(partition, from: bounds.earliest, to: bounds.end, patience: .zero) { chunk in
      values += chunk.entries.compactMap { chunk.copy($0.value) }
      return true
    }
    return values
  }

  /// What redo records say, in order.
  private func operations(_ record: [UInt8]) throws -> [String] {
    var operations: [String] = []
    try RedoRecord.read(record, from: 0) { operation, sequence in
      switch operation {
      case .put(let value):
        operations.append("\(sequence) put \(value.id.text) \(value.session?.eventCount ?? 0)")
      case .delete(let id): operations.append("\(sequence) delete \(id.text)")
      }
    }
    return operations
  }

  @Test func redoOfTheFirstVersionIsRead() throws {
    let redo = try values("redo", try scene())
    let first = try stored("redo-put.bin", or: redo[0])
    let last = try stored("redo-merge.bin", or: redo[3])
    // Ids are those under which the first version stored them: today's would be others.
    func withoutIDs(_ operations: [String]) -> [String] {
      operations.map {
        $0.split(separator: " ").enumerated().filter { $0.offset != 2 }.map(\.element).joined(separator: " ")
      }
    }
    #expect(withoutIDs(try operations(first)) == withoutIDs(try operations(redo[0])))
    #expect(withoutIDs(try operations(last)) == withoutIDs(try operations(redo[3])))
    let ids = try operations(first).map { $0.split(separator: " ")[2] }
    #expect(Set(ids).isDisjoint(with: try operations(redo[0]).map { $0.split(separator: " ")[2] }))
    #expect(try operations(first).count == 2)
    #expect(try operations(last).map { $0.split(separator: " ")[1] } == ["delete", "put"])
  }

  @Test func operationsOfANextVersionAreSkipped() throws {
    let redo = try values("redo", try scene())[3]
    var head = BinaryReader(redo)
    _ = try RedoRecord.sequence(&head)
    let body = try Compression.decompress(Array(redo[head.at...]))
    for operation in [RedoRecord.firstUnknownOperation, 100, 255] {
      var newer = BinaryWriter()
      newer.byte(operation)
      newer.section(9) { $0.text("a customer's value".utf8) }
      newer.bytes += body
      newer.byte(operation)
      newer.section(0) { _ in }
      let record = Array(redo[..<head.at]) + Compression.compress(newer.bytes)
      #expect(try operations(record) == operations(redo))
      let cut = Array(redo[..<head.at]) + Compression.compress(Array(newer.bytes.dropLast(2)))
      #expect(throws: CodecError.self) { try operations(cut) }
    }
    let zero = Array(redo[..<head.at]) + Compression.compress([0] + body)
    #expect(throws: CodecError.self) { try operations(zero) }
    var otherForm = redo
    otherForm[0] = RedoForm.version + 1
    let error = #expect(throws: CodecError.self) { try operations(otherForm) }
    #expect(error?.description.contains("version 2") == true)
  }

  @Test func redoCutAnywhereIsAnError() throws {
    for record in try values("redo", try scene()) {
      for end in record.indices {
        #expect(throws: CodecError.self, "cut at \(end)") { try operations(Array(record[..<end])) }
      }
    }
  }

  @Test func aJournalRecordOfTheFirstVersionIsRead() throws {
    let journal = try values("journal", try scene())[3]
    let bytes = try stored("journal.json", or: journal)
    let record = try JournalRecord(decoding: bytes)
    #expect(record.sequence == 4)
    #expect(record.partitions == 4)
    #expect(record.ranges["web"] == 4..<5)
    #expect(record.counts.applied == 1)
    #expect(record.highest[.web]?.milliseconds == LaneScene.start + 1_800_000)
    #expect(try JournalRecord(decoding: record.encoded()) == record)
  }

  @Test func aJournalRecordOfANextVersionIsReadWithoutLosingWhatIsKnown() throws {
    let bytes = try values("journal", try scene())[3]
    let record = try JournalRecord(decoding: bytes)
    var text = String(decoding: bytes, as: UTF8.self)
    text = text.replacingOccurrences(
      of: "{\"v\":1,", with: "{\"new\":{\"a\":[1,\"2\"]},\"v\":1,\"newer\":null,")
    text = text.replacingOccurrences(
      of: "\"counts\":{", with: "\"identities\":\"abc\",\"counts\":{\"expired\":3,")
    text = text.replacingOccurrences(
      of: "\"watermarks\":{", with: "\"watermarks\":{\"email\":\"2026-01-05T08:00:00.001Z\",")
    #expect(text.contains("expired") && text.contains("email") && text.contains("newer"))
    #expect(try JournalRecord(decoding: Array(text.utf8)) == record)
  }

  @Test func aCountThatAnOlderVersionDidNotHaveIsZero() throws {
    let bytes = try values("journal", try scene())[3]
    let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: ",\"routed\":0", with: "")
    #expect(!text.contains("routed\":0"))
    #expect(try JournalRecord(decoding: Array(text.utf8)) == JournalRecord(decoding: bytes))
  }

  // MARK: - Lane files

  private func laneFile(_ scene: LaneScene) throws -> [UInt8] {
    let files = MemoryLaneFiles()
    let newest = try #require(scene.newest)
    let draft = files.create(LaneScene.lane)
    let builder = LaneFileBuilder(
      scene.machine, base: newest,
      identity: LaneFileIdentity(scene.settings.lanes, log: scene.log.name, lane: LaneScene.lane),
      draft: draft)
    _ = try builder.finish(scene.machine, end: newest)
    try draft.publish()
    return try #require(files[LaneScene.lane])
  }

  private func restore(_ scene: LaneScene, _ file: [UInt8]) throws -> (LaneRestorer.Restored, LaneFileDoubt?)
  {
    let files = MemoryLaneFiles()
    files[LaneScene.lane] = file
    var storage = LocalStorage()
    storage.laneFiles = files
    var doubt: LaneFileDoubt?
    let restored = try scene.restore(storage) { event in
      if case .laneFileIgnored(_, let reason) = event { doubt = reason }
    }
    return (restored, doubt)
  }

  @Test func aLaneFileOfTheFirstVersionIsRead() throws {
    let scene = try scene()
    let bytes = try stored("lane-file.bin", or: laneFile(scene))
    // The file belongs to the journal that the first version wrote, not to the one that this build writes.
    let journal = try stored("journal.json", or: try values("journal", scene)[3])
    let partition = TopicPartition("journal", lane: LaneScene.lane)
    let newest = try #require(scene.log.lastRecord(partition))
    var result: (LaneRestorer.Restored, LaneFileDoubt?)?
    try scene.log.altering(
      partition, at: newest.value,
      { record in
        var record = record
        record.value = journal
        return record
      },
      during: { result = try restore(scene, bytes) })
    let (restored, doubt) = try #require(result)
    #expect(doubt == nil)
    #expect(restored.source == .file)
    // Ids are those of the file, and nothing else differs: they are as long as today's.
    let (found, expected) = (LaneView(try #require(restored.machine)), LaneView(scene.machine))
    #expect(found.sequence == expected.sequence)
    func withoutIDs(_ view: LaneView) -> [[UInt8]] {
      // Version, tag and length of the identity's section come before the id's sixteen bytes.
      view.sessions.values.map { Array($0[..<6] + $0[22...]) }.sorted { $0.lexicographicallyPrecedes($1) }
    }
    #expect(withoutIDs(found) == withoutIDs(expected))
  }

  @Test func aLaneFileOfANextVersionIsReadOrIgnoredNeverHalfRead() throws {
    let scene = try scene()
    let bytes = try laneFile(scene)
    for place in [8, 9, 10] {
      var newer = bytes
      newer[place] += 1
      let (restored, doubt) = try restore(scene, newer)
      #expect(doubt?.reason == .unknownVersion)
      #expect(LaneView(try #require(restored.machine)) == LaneView(scene.machine))
    }
    // A section that this build does not know, with a right digest; and known ones that say more at their
    // end.
    for (tag, isRead) in [(UInt8(0), true), (40, false)] {
      let newer = try rewritten(bytes) { sections in
        if tag == 0 {
          for index in sections.indices where [1, 2, 4, 5, 6].contains(sections[index].tag) {
            sections[index].body += Array("more".utf8)
          }
        } else {
          sections.insert((tag, [1, 2, 3]), at: 3)
        }
      }
      #expect(newer.count > bytes.count)
      let (restored, doubt) = try restore(scene, newer)
      #expect(doubt?.reason == (isRead ? nil : .unknownVersion))
      #expect(restored.source == (isRead ? .file : .log))
      #expect(LaneView(try #require(restored.machine)) == LaneView(scene.machine))
    }
  }

  /// A lane file with other sections and a digest that fits.
  private func rewritten(
    _ bytes: [UInt8], _ change: (inout [(tag: UInt8, body: [UInt8])]) -> Void
  ) throws -> [UInt8] {
    var reader = BinaryReader(bytes, LaneFileForm.preambleBytes..<bytes.count)
    var sections: [(tag: UInt8, body: [UInt8])] = []
    while !reader.isAtEnd {
      let start = reader.at + 5
      let tag = try reader.section().tag
      if tag != LaneFileForm.Tag.digest { sections.append((tag, Array(bytes[start..<reader.at]))) }
    }
    change(&sections)
    var writer = BinaryWriter()
    writer.bytes = Array(bytes[..<LaneFileForm.preambleBytes])
    var digest = Digest()
    digest.append(writer.bytes)
    for section in sections {
      let start = writer.bytes.count
      writer.section(section.tag) { $0.bytes += section.body }
      digest.append(writer.bytes, start..<writer.bytes.count)
    }
    writer.section(LaneFileForm.Tag.digest) { $0.fixed(digest.value) }
    return writer.bytes
  }
}
