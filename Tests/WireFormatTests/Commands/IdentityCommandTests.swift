import Foundation
import Identity
import JourneyModel
import Testing

@testable import WireFormat

/// Records of `identity`, read or refused.
@Suite struct IdentityCommandTests {
  private let decoder = IdentityCommandDecoder(limits: IdentityLimits(), identifiers: IdentifierRules())

  private static let examples = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("schemas/examples/identity-command")

  private static func files(_ folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
  }

  private func problem(_ json: String) -> CommandProblemAt? {
    do {
      _ = try decoder.command(Array(json.utf8))
      return nil
    } catch {
      return error
    }
  }

  private func command(_ operation: String, _ members: String) -> String {
    #"{"id":"k1","createdDate":"2026-01-05T10:00:00Z","operation":"\#(operation)",\#(members)}"#
  }

  @Test func examplesAreCommandsAndCounterexamplesAreNot() throws {
    let examples = try Self.files(Self.examples)
    for file in examples {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      #expect(problem(text) == nil, "\(file.lastPathComponent)")
    }
    let wrong = try Self.files(Self.examples.appendingPathComponent("invalid"))
    for file in wrong {
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      #expect(problem(text) != nil, "\(file.lastPathComponent)")
    }
    #expect(examples.count > 10 && wrong.count > 10)
  }

  @Test func whatIsReadIsWhatWasWritten() throws {
    let put = try decoder.command(
      Array(
        command(
          "put",
          #""identifiers":[{"type":"email","value":" Ada@Example.com"},{"type":"externalId","value":"u-5","externalSource":"shop"}],"traits":{"givenName":"Ada"}"#
        ).utf8))
    #expect(put.stamp.id == Array("k1".utf8) && put.stamp.time == EventTime(iso8601: "2026-01-05T10:00:00Z"))
    guard case .put(let identifiers, let traits) = put.orders.first else {
      Issue.record("\(put)")
      return
    }
    #expect(identifiers.map(\.value) == [Array("ada@example.com".utf8), Array("u-5".utf8)])
    #expect(identifiers.last?.source == Array("shop".utf8))
    #expect(traits == [Trait(Array("givenName".utf8), Array("Ada".utf8), put.stamp)])
    let merge = try decoder.command(Array(command("merge", #""contactIds":["b","a","c"]"#).utf8))
    let ids = ["a", "b", "c"].map { ContactID(text: Array($0.utf8)) }
    #expect(merge.orders == [.decide(.merge(rest: ids, found: []), .contact(ids[0]))])
  }

  @Test func refusalsSayWhereAndWhat() {
    let path = command("claim", #""contactId":"c","identifiers":[{"type":"mail","value":"x"}]"#)
    #expect(
      problem(path)?.message
        == "identifiers[0].type 'mail': expected one of email, phone, externalId, contact, social")
    let number = command("verify", #""identifier":{"type":"phone","value":"5550100"}"#)
    #expect(
      problem(number)?.message == "identifier.value '5550100': expected what names somebody: it is notE164")
    #expect(problem("")?.reason == .emptyPayload)
    #expect(problem("{")?.reason == .malformedJSON)
    #expect(problem("[]")?.reason == .notAnObject)
    #expect(problem(#"{"id":"k","operation":"verify","contactId":"c"}"#)?.reason == .missingTime)
    #expect(
      problem(#"{"id":"k","operation":"verify","contactId":"c","createdDate":"today"}"#)?.message
        == "createdDate 'today': expected ISO 8601 with an offset, since 1970")
    #expect(problem(command("verify", #""contactId":"c","contactId":"d""#))?.reason == .malformedJSON)
  }

  private func list(_ count: Int, _ element: (Int) -> String) -> String {
    "[" + (0..<count).map(element).joined(separator: ",") + "]"
  }

  @Test(arguments: [(1, false), (2, true), (25, true), (26, false)])
  func merged(count: Int, isCommand: Bool) {
    let text = command("merge", #""contactIds":"# + list(count) { "\"c\($0)\"" })
    #expect((problem(text) == nil) == isCommand)
  }

  @Test(arguments: [(0, false), (1, true), (25, true), (26, false)])
  func identifiers(count: Int, isCommand: Bool) {
    let members =
      #""contactId":"c","identifiers":"# + list(count) { #"{"type":"email","value":"p\#($0)@example.com"}"# }
    #expect((problem(command("claim", members)) == nil) == isCommand)
  }

  @Test(arguments: [(0, false), (1, true), (100, true), (101, false)])
  func segments(count: Int, isCommand: Bool) {
    let members = #""contactId":"c","assign":"# + list(count) { #"{"segment":"s\#($0)"}"# }
    #expect((problem(command("segments", members)) == nil) == isCommand)
    let taken = #""contactId":"c","unassign":"# + list(count) { "\"s\($0)\"" }
    #expect((problem(command("segments", taken)) == nil) == isCommand)
  }

  @Test(arguments: [
    ("0", false), ("1", true), ("36525", true), ("36526", false), ("1.5", false), ("\"3\"", false),
  ])
  func days(text: String, isCommand: Bool) {
    let members = #""contactId":"c","assign":[{"segment":"vip","days":\#(text)}]"#
    #expect((problem(command("segments", members)) == nil) == isCommand)
  }

  @Test(arguments: [(0, false), (1, true), (500, true), (501, false)])
  func sessions(count: Int, isCommand: Bool) {
    let members =
      #""sessionIds":"#
      + list(count) { "\"50e4bb1c-9b4a-5d8c-9a61-" + String(format: "%012d", $0) + "\"" }
    #expect((problem(command("sweep", members)) == nil) == isCommand)
  }

  @Test(arguments: [(1, true), (20, true), (21, false)])
  func traits(count: Int, isCommand: Bool) {
    let traits = (0..<count).map { #""t\#($0)":"x""# }.joined(separator: ",")
    #expect((problem(command("put", #""contactId":"c","traits":{\#(traits)}"#)) == nil) == isCommand)
  }

  @Test(arguments: [(254, true), (255, true), (256, false)])
  func ids(bytes: Int, isCommand: Bool) {
    let id = String(repeating: "k", count: bytes)
    let text = #"{"id":"\#(id)","createdDate":1767600000000,"operation":"verify","contactId":"c"}"#
    #expect((problem(text) == nil) == isCommand)
    let contact = command("verify", #""contactId":"\#(id)""#)
    #expect((problem(contact) == nil) == isCommand)
  }

  @Test(arguments: [(65_535, true), (65_536, true), (65_537, false)])
  func bytes(count: Int, isCommand: Bool) {
    let text = command("verify", #""contactId":"c""#)
    let padded = text + String(repeating: " ", count: count - text.utf8.count)
    #expect((problem(padded) == nil) == isCommand)
    if !isCommand { #expect(problem(padded)?.reason == .tooLarge) }
  }

  @Test func damagedBytesAreRefusedOrRead() {
    let text = Array(
      command(
        "put", #""identifiers":[{"type":"email","value":"ada@example.com"}],"traits":{"givenName":"Ada"}"#
      ).utf8)
    var refused = 0
    for place in text.indices {
      for byte in [0, 0x22, 0x7b, 0xff] as [UInt8] {
        var damaged = text
        damaged[place] = byte
        if problem(String(decoding: damaged, as: UTF8.self)) != nil { refused += 1 }
        do { _ = try decoder.command(damaged) } catch { continue }
      }
      #expect(problem(String(decoding: text[..<place], as: UTF8.self)) != nil)
    }
    #expect(refused > text.count)
  }

  @Test func aSessionIsNamedAsItsRecordHasIt() throws {
    let id = try #require(SessionID(text: Array("5cf14cbc-1d9a-5a44-9d0e-4a1c3ad3f5f1".utf8)))
    func read(_ session: String) throws -> SessionReference? {
      let command = try decoder.command(
        Array(command("unlink", #""session":{"id":"\#(id.text.uppercased())",\#(session)}"#).utf8))
      guard case .unlink(let session)? = command.orders.first else { return nil }
      #expect(command.key == session.placement)
      return session
    }
    let call = try #require(try read(#""conversationId":"c0ffee""#))
    #expect(call.id == id && call.placement == Array("c0ffee".utf8))
    #expect(call.key == Array("conversation".utf8) + [0, 0, 0] + Array("c0ffee".utf8))
    let visit = try #require(try read(#""type":"web","customerId":"c-1","customerIdType":"cookie""#))
    #expect(visit.key == Array("web\0cookie\0c-1".utf8) && visit.placement == Array("c-1".utf8))
    #expect(visit.node(partitions: 8).key == IdentifierKey(high: SessionKey.digest(visit.key), low: id.low))
    let delivery = try #require(
      try read(#""type":"delivery","customerId":"u","customerIdType":"externalId","externalId":"d-1""#))
    #expect(delivery.key == Array("delivery\0externalId\0u\0d-1".utf8))
    for wrong in [
      #""type":"web""#, #""conversationId":"""#, #""conversationId":"c","externalId":"d""#,
      #""type":"web","customerId":"c","customerIdType":"cookie","lane":1"#,
    ] {
      #expect(throws: CommandProblemAt.self) { try read(wrong) }
    }
    let long = String(repeating: "c", count: 255)
    for (count, isRead) in [(254, true), (255, true), (256, false)] {
      let text = String((long + "c").prefix(count))
      let found = try? read(#""conversationId":"\#(text)""#)
      #expect((found != nil) == isRead)
    }
  }
}
