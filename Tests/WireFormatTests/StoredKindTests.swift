import Foundation
import JourneyModel
import JourneyRules
import SeededGenerator
import Sessionizer
import Testing

@testable import WireFormat

/// Values that are no sessions, as the version that wrote them first did.
@Suite struct StoredKindTests {
  private func stored(_ name: String) throws -> [UInt8] {
    let file = StoredSessionTests.directory.appendingPathComponent(name)
    return [UInt8](try Data(contentsOf: file))
  }

  @Test func aCustomersMemoryIsReadAndWrittenAsThen() throws {
    let bytes = try stored("customer-memory.bin")
    guard case .customerMemory(let memory) = try StateCodec.decode(bytes).content else {
      Issue.record("another kind")
      return
    }
    #expect(memory.kind == .customerMemory)
    #expect(memory.key == Array("\0cookie\0ann".utf8))
    #expect(memory.stream == .web)
    #expect(memory.identity.text(memory.identity.customerID) == "ann")
    #expect(memory.rules.actions.count == 1)
    #expect(memory.rules.nextFading != nil)
    #expect(memory.first == memory.last)
    #expect(!memory.isGone)
    #expect(StateCodec.encoded(memory) == bytes)
  }

  @Test func anEndedConversationIsReadAndWrittenAsThen() throws {
    let bytes = try stored("ended-conversation.bin")
    guard case .endedConversation(let ending) = try StateCodec.decode(bytes).content else {
      Issue.record("another kind")
      return
    }
    #expect(ending.kind == .endedConversation)
    #expect(ending.key == Array("\0\0conversation\0phone\0+353871234567\0k1".utf8))
    #expect(ending.stream == .conversation)
    #expect(ending.identity.text(ending.identity.externalID) == "k1")
    // It ended by its own event, and was forgotten days later.
    #expect(ending.last > ending.first + EventTime.Span(milliseconds: 9 * 24 * 3_600_000))
    #expect(StateCodec.encoded(ending) == bytes)
  }

  @Test(arguments: ["customer-memory.bin", "ended-conversation.bin"])
  func aRestoredValueIsHeldUnderItsKeyAndGoesWithItsTime(_ name: String) throws {
    let value = try StateCodec.decode(try stored(name))
    let sessionizer = Sessionizer(settings: SessionSettings())
    sessionizer.restore(value)
    #expect(sessionizer.resident(value.keyDigest).map(\.id) == [value.id])
    #expect(sessionizer.allValues.map(\.id) == [value.id])
    #expect(sessionizer.allSessions.isEmpty)
    #expect(sessionizer.sessionCount == 1)
    let deadline = try #require(sessionizer.deadline(value))
    #expect(sessionizer.nextTimers[value.stream] == deadline)
    sessionizer.tick(to: [value.stream: deadline - EventTime.Span(milliseconds: 1)])
    #expect(sessionizer.finish().isEmpty)
    #expect(!value.isGone)
    sessionizer.tick(to: [value.stream: deadline])
    #expect(sessionizer.finish().map(\.id) == [value.id])
    #expect(value.isGone)
    #expect(sessionizer.sessionCount == 0)
    #expect(sessionizer.allValues.isEmpty)
    #expect(sessionizer.resident(value.keyDigest).isEmpty)
  }

  @Test(arguments: ["customer-memory.bin", "ended-conversation.bin"])
  func aValuePutAwayComesBackAsItWas(_ name: String) throws {
    let bytes = try stored(name)
    let sessionizer = Sessionizer(settings: SessionSettings())
    let value = try StateCodec.decode(bytes)
    sessionizer.restore(value)
    sessionizer.putAway(sessionizer.resident(value.keyDigest))
    #expect(sessionizer.residentCount == 0)
    #expect(sessionizer.sessionCount == 1)
    #expect(sessionizer.nextTimers[value.stream] == sessionizer.deadline(try StateCodec.decode(bytes)))
    sessionizer.bringBack(value.keyDigest, [try StateCodec.decode(bytes)])
    #expect(sessionizer.resident(value.keyDigest).map { StateCodec.encoded($0) } == [bytes])
  }

  @Test func aKindIsWhatItsKeySays() {
    #expect(StoredKind(ofKey: []) == .session)
    #expect(StoredKind(ofKey: Array("web\0cookie\0ann".utf8)) == .session)
    #expect(StoredKind(ofKey: [0]) == .customerMemory)
    #expect(StoredKind(ofKey: [0, 0]) == .customerMemory)
    #expect(StoredKind(ofKey: Array("\0cookie\0ann".utf8)) == .customerMemory)
    #expect(StoredKind(ofKey: [0, 0, 1]) == .endedConversation)
    for kind in StoredKind.allCases where kind != .session {
      #expect(StoredKind(ofKey: kind.keyPrefix + Array("x\0y".utf8)) == kind)
    }
  }

  /// The compiler takes a number that two tags have: of two sections of a value one is read as the other.
  @Test func noTagIsGivenTwice() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../Sources/WireFormat/Stored/StateCodec.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: "enum Tag {")).upperBound
    let tags = text[start...].prefix { $0 != "}" }.matches(of: /: UInt8 = (\d+)/).map { Int($0.1) }
    #expect(tags.count > 15 && Set(tags).count == tags.count, "\(tags)")
  }

  @Test(arguments: ["customer-memory.bin", "ended-conversation.bin"])
  func everyTruncationIsAnErrorExceptBetweenSections(_ name: String) throws {
    let bytes = try stored(name)
    var ends: [Int] = [1]
    while let at = ends.last, at < bytes.count {
      ends.append(at + 5 + (0..<4).reduce(0) { $0 | Int(bytes[at + 1 + $1]) << (8 * $1) })
    }
    for end in bytes.indices {
      let part = Array(bytes[..<end])
      if ends.dropFirst(2).contains(end) {
        #expect(throws: Never.self) { try StateCodec.decode(part) }
      } else {
        #expect(throws: CodecError.self, "cut at \(end)") { try StateCodec.decode(part) }
      }
    }
  }

  @Test func damageIsAnErrorOrAValueThatCanBeUsed() throws {
    var generator = SeededGenerator(seed: 5)
    let originals = [try stored("customer-memory.bin"), try stored("ended-conversation.bin")]
    var survivors = 0
    for round in 0..<2_000 {
      var bytes = originals[round % 2]
      for _ in 0..<generator.pick(1...3) {
        bytes[Int(generator.pick(0...Int64(bytes.count - 1)))] = UInt8(generator.pick(0...255))
      }
      guard let value = try? StateCodec.decode(bytes) else { continue }
      survivors += 1
      let sessionizer = Sessionizer(settings: SessionSettings())
      sessionizer.restore(value)
      sessionizer.tick(to: StreamTimes(every: .latest))
      _ = StateCodec.encoded(value)
    }
    #expect(survivors > 100)
  }

  /// Sessions' members in a value that is no session would be lost with the next write.
  @Test func whatIsNoSessionHasNoEvents() throws {
    let bytes = try stored("ended-conversation.bin")
    let value = try StateCodec.decode(bytes)
    let session = Session(
      id: value.id, stream: value.stream, keyDigest: value.keyDigest, key: value.key,
      identity: value.identity, first: value.first)
    session.last = value.last
    #expect(StateCodec.encoded(session) == bytes)
    session.eventCount = 1
    #expect(throws: CodecError.self) { try StateCodec.decode(StateCodec.encoded(session)) }
    session.eventCount = 0
    session.lifecycle = .ended
    #expect(throws: CodecError.self) { try StateCodec.decode(StateCodec.encoded(session)) }
  }
}
