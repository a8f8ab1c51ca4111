import EventLog
import Foundation
import JourneyModel
import Sessionizer
import Testing
import WireFormat

/// The bytes of sessions as versions before wrote them, and as a version after may write them: what is stored outlives the
/// build that stored it, in both directions.
@Suite struct StoredSessionTests {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/stored/1")

  private static let streams: [(folder: String, stream: JourneyModel.Stream)] = [
    ("web", .web), ("app", .app), ("conversation_detail", .conversation), ("custom", .custom),
  ]

  /// A session of each stream, made of the documented samples.
  private func session(_ folder: String, _ stream: JourneyModel.Stream) throws -> Session {
    let values = try Fixture.names(folder).map { try Fixture.bytes($0) }
    return try #require(try Decoding().sessions(values, stream).first)
  }

  private func encode(_ session: Session) -> [UInt8] { StateCodec.encoded(session) }

  /// The first version's bytes: never rewritten. `SOJOURN_WRITE_STORED_FORMS=1` writes those that are missing.
  private func stored(_ name: String, or bytes: @autoclosure () throws -> [UInt8]) throws -> [UInt8] {
    let file = StoredSessionTests.directory.appendingPathComponent(name)
    if !FileManager.default.fileExists(atPath: file.path),
      ProcessInfo.processInfo.environment["SOJOURN_WRITE_STORED_FORMS"] == "1"
    {
      try Data(try bytes()).write(to: file)
    }
    return [UInt8](try Data(contentsOf: file))
  }

  @Test(arguments: [0, 1, 2, 3])
  func whatTheFirstVersionWroteIsReadAndShownAsThen(_ index: Int) throws {
    let (folder, stream) = StoredSessionTests.streams[index]
    let decoding = try Decoding()
    let original = try session(folder, stream)
    let bytes = try stored("session-\(folder).bin", or: encode(original))
    let text = try stored("session-\(folder).json", or: Array(decoding.snapshot(original).utf8))
    let restored = try #require(StateCodec.decode(bytes).session)
    #expect(decoding.snapshot(restored) == String(decoding: text, as: UTF8.self))
    #expect(restored.key == original.key)
    #expect(restored.keyDigest == original.keyDigest)
    #expect(restored.duplicates.inOrder == original.duplicates.inOrder)
    // Today's build reads what it writes of it as the same again, whatever sections it adds.
    let again = try #require(StateCodec.decode(encode(restored)).session)
    #expect(decoding.snapshot(again) == decoding.snapshot(restored))
    #expect(again.duplicates.inOrder == restored.duplicates.inOrder)
  }

  /// A version to come: every section is followed by one of its own, and lists hold fields that this one does not know.
  private func encodedByTheNextVersion(_ session: Session) throws -> [UInt8] {
    let bytes = encode(session)
    var result = [bytes[0]]
    var at = 1
    var tag: UInt8 = 100
    while at < bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[at + 1 + $1]) << (8 * $1) }
      var section = Array(bytes[at..<at + 5 + length])
      // Facts: a count of one byte, then entries; another one of an unknown field goes first.
      if bytes[at] == 3, section[5] < 0x7f {
        var entry = BinaryWriter()
        entry.byte(250)
        entry.number(1_767_600_000_000)
        entry.fixed(77)
        entry.text("\"new\"".utf8)
        section[5] += 1
        section.insert(contentsOf: entry.bytes, at: 6)
        let grown = section.count - 5
        for place in 0..<4 { section[1 + place] = UInt8(truncatingIfNeeded: grown >> (8 * place)) }
      }
      result += section
      var added = BinaryWriter()
      added.section(tag) { $0.text("what is new".utf8) }
      result += added.bytes
      tag += 1
      at += 5 + length
    }
    return result
  }

  @Test func whatANextVersionWritesIsReadWithoutLosingWhatIsKnown() throws {
    for (folder, stream) in StoredSessionTests.streams {
      let original = try session(folder, stream)
      let newer = try encodedByTheNextVersion(original)
      #expect(newer.count > encode(original).count + 50)
      let restored = try #require(StateCodec.decode(newer).session)
      #expect(encode(restored) == encode(original), "\(folder)")
    }
  }

  /// A version before: it did not know sections that this one writes.
  @Test func whatAnOlderVersionDidNotWriteIsAtItsDefault() throws {
    for (folder, stream) in StoredSessionTests.streams {
      let original = try session(folder, stream)
      let bytes = encode(original)
      var older = [bytes[0]]
      var at = 1
      while at < bytes.count {
        let length = (0..<4).reduce(0) { $0 | Int(bytes[at + 1 + $1]) << (8 * $1) }
        if bytes[at] <= 3 { older += bytes[at..<at + 5 + length] }
        at += 5 + length
      }
      let restored = try #require(StateCodec.decode(older).session)
      #expect(restored.id == original.id)
      #expect(restored.eventCount == original.eventCount)
      #expect(restored.facts.facts.count == original.facts.facts.count)
      #expect(restored.map.entries.isEmpty)
      #expect(restored.duplicates.inOrder.isEmpty)
      #expect(throws: Never.self) { try StateCodec.decode(encode(restored)) }
    }
  }

  /// A value that ends between two sections would be read with the rest at its default. Nobody ever hands such a one to the
  /// codec: each place that holds values states its length, and LZ4 refuses a block that does not give that many bytes.
  @Test func aValueCutAnywhereIsNotReadFromWhereItIsStored() throws {
    for (folder, stream) in StoredSessionTests.streams {
      let bytes = encode(try session(folder, stream))
      let block = Compression.compress(bytes)
      for end in block.indices {
        #expect(throws: CodecError.self, "\(folder), block cut at \(end)") {
          try StateCodec.decode(try Compression.decompress(Array(block[..<end])))
        }
      }
      var redo = BinaryWriter()
      redo.byte(1)
      redo.section(0) { $0.bytes += bytes }
      for end in 1..<redo.bytes.count {
        var reader = BinaryReader(Array(redo.bytes[1..<end]))
        #expect(throws: CodecError.self, "\(folder), section cut at \(end)") { try reader.section() }
      }
    }
  }
}
