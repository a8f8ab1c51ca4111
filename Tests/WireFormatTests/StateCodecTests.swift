import JourneyModel
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// Stored sessions: read back as they were, whatever the version; damaged bytes are errors and never traps.
@Suite struct StateCodecTests {
  /// A session of each stream, with facts of every kind.
  private func sessions() throws -> [Session] {
    let decoding = try Decoding()
    var settings = SessionSettings()
    settings.maxJourneyMapEvents = 3
    settings.maxCollectedValues = 1
    var type = SessionSettings.SessionType()
    type.projections = [SessionSettings.Projection(from: "location", to: "places", isList: true)]
    settings.types["delivery"] = type
    var result: [Session] = []
    for (folder, stream) in [
      ("web", Stream.web), ("app", .app), ("conversation_detail", .conversation), ("custom", .custom),
    ] {
      result += decoding.sessions(try Fixture.names(folder).map { try Fixture.bytes($0) }, stream, settings)
    }
    return result
  }

  private func encode(_ session: Session) -> [UInt8] { StateCodec.encoded(session) }

  /// Start of each section, and the end.
  private func boundaries(_ bytes: [UInt8]) -> [Int] {
    var result = [1]
    while let at = result.last, at < bytes.count {
      let length = (0..<4).reduce(0) { $0 | Int(bytes[at + 1 + $1]) << (8 * $1) }
      result.append(at + 5 + length)
    }
    return result
  }

  @Test func givesBackWhatWasWritten() throws {
    let sessions = try sessions()
    #expect(sessions.count == 4)
    for session in sessions {
      let bytes = encode(session)
      let restored = try #require(StateCodec.decode(bytes).session)
      #expect(encode(restored) == bytes)
      let decoding = try Decoding()
      #expect(decoding.snapshot(restored) == decoding.snapshot(session))
      #expect(restored.id == session.id)
      #expect(restored.key == session.key)
      #expect(restored.keyDigest == session.keyDigest)
      #expect(restored.identity == session.identity)
      #expect(restored.byteCount == session.byteCount)
      #expect(restored.conversation.phase == session.conversation.phase)
      #expect(restored.conversation.phaseTime == session.conversation.phaseTime)
      #expect(restored.conversation.wrapupTime == session.conversation.wrapupTime)
      #expect(restored.conversation.status == session.conversation.status)
      #expect(restored.conversation.legs.legs.count == session.conversation.legs.legs.count)
      #expect(restored.duplicates.inOrder == session.duplicates.inOrder)
      #expect(restored.facts.omitted == session.facts.omitted)
      #expect(restored.emittedRevision == session.emittedRevision)
      #expect(restored.lifecycle == session.lifecycle)
      #expect(restored.endReason == session.endReason)
    }
  }

  @Test func skipsSectionsOfANewerVersion() throws {
    for session in try sessions() {
      let bytes = encode(session)
      let unknown: [UInt8] = [200, 3, 0, 0, 0, 1, 2, 3]
      for boundary in boundaries(bytes) {
        var longer = bytes
        longer.insert(contentsOf: unknown, at: boundary)
        if boundary == 1 {
          #expect(throws: CodecError.self) { try StateCodec.decode(longer) }
        } else {
          #expect(StateCodec.encoded(try StateCodec.decode(longer)) == bytes)
        }
      }
    }
  }

  @Test func leavesWhatASectionDoesNotSayAtItsDefault() throws {
    for session in try sessions() {
      let bytes = encode(session)
      let starts = boundaries(bytes)
      let shortest = try #require(StateCodec.decode(Array(bytes[..<starts[2]])).session)
      #expect(shortest.id == session.id)
      #expect(shortest.eventCount == session.eventCount)
      #expect(shortest.facts.facts.isEmpty)
      #expect(shortest.map.entries.isEmpty)
      // Without its times a session would end at once: every version has written them.
      #expect(throws: CodecError.self) { try StateCodec.decode(Array(bytes[..<starts[1]])) }
      for index in 2..<starts.count - 1 {
        var shorter = bytes
        shorter.removeSubrange(starts[index]..<starts[index + 1])
        #expect(try StateCodec.decode(shorter).id == session.id)
      }
      var without = bytes
      without.removeSubrange(starts[0]..<starts[1])
      #expect(throws: CodecError.self) { try StateCodec.decode(without) }
    }
  }

  @Test func refusesAnotherVersion() throws {
    var bytes = encode(try sessions()[0])
    // Two is that of what is known of persons, three that of predictions, four that of decisions about
    // them, which are read as well.
    for version in [0, 5, 255] as [UInt8] {
      bytes[0] = version
      #expect(throws: CodecError.self) { try StateCodec.decode(bytes) }
    }
    #expect(throws: CodecError.self) { try StateCodec.decode([]) }
  }

  @Test func everyTruncationIsAnErrorExceptBetweenSections() throws {
    for session in try sessions() {
      let bytes = encode(session)
      let boundaries = Set(boundaries(bytes).dropFirst(2))
      for end in bytes.indices {
        let part = Array(bytes[..<end])
        if boundaries.contains(end) {
          #expect(throws: Never.self) { try StateCodec.decode(part) }
        } else {
          #expect(throws: CodecError.self, "cut at \(end)") { try StateCodec.decode(part) }
        }
      }
    }
  }

  @Test func damageIsAnErrorOrASessionThatCanBeUsed() throws {
    var generator = SeededGenerator(seed: 11)
    let decoding = try Decoding()
    let originals = try sessions().map(encode)
    var survivors = 0
    for round in 0..<4_000 {
      var bytes = originals[round % originals.count]
      for _ in 0..<generator.pick(1...3) {
        bytes[Int(generator.pick(0...Int64(bytes.count - 1)))] = UInt8(generator.pick(0...255))
      }
      guard let session = try? StateCodec.decode(bytes).session else { continue }
      survivors += 1
      let sessionizer = Sessionizer(settings: SessionSettings())
      sessionizer.restore(session)
      sessionizer.tick(to: StreamTimes(every: .latest))
      _ = decoding.snapshot(session)
      _ = encode(session)
    }
    #expect(survivors > 100)
  }

  @Test func refusesTimesAndCountsThatCannotBe() throws {
    let session = try sessions()[0]
    let times = [Int64.max, Int64.min, -1, EventTime.latest.milliseconds + 1].map {
      EventTime(milliseconds: $0)
    }
    for time in times {
      session.last = time
      #expect(throws: CodecError.self) { try StateCodec.decode(encode(session)) }
    }
    session.last = session.first
    #expect(throws: Never.self) { try StateCodec.decode(encode(session)) }
    for count in [-1, Int.min, Int.max] {
      session.eventCount = count
      #expect(throws: CodecError.self) { try StateCodec.decode(encode(session)) }
    }
  }
}
