import Identity
import JourneyModel
import Processor
import Sessionizer
import Testing
import WireFormat

@testable import Persons

/// Of whom nothing was heard for long nothing is held either: what a lane kept no erasure would reach.
@Suite struct ExpiredPersonTests {
  private func scene(_ lanes: Int32, isTight: Bool) throws -> PersonScene {
    var persons = PersonSettings()
    persons.limits.contactRetention = .hours(1)
    persons.limits.activityStep = .minutes(10)
    return try PersonScene(lanes: lanes, persons: persons, isTight: isTight) {
      $0.sessions.conversationRetention = .minutes(1)
    }
  }

  private func view(
    _ scene: PersonScene, _ number: Int, _ customer: String, _ at: String, _ email: String? = nil
  ) throws {
    let traits = email.map { #","traits":{"email":"\#($0)@example.com"}"# } ?? ""
    try scene.publish(
      .web,
      """
      {"id":"e\(number)","eventName":"page_viewed","createdDate":"2026-01-05T\(at)Z","customerId":"\(customer)",
       "customerIdType":"cookie"\(traits)}
      """)
    try scene.settle()
  }

  /// Visitors of every lane, so that each knows what time it is.
  private func others(_ scene: PersonScene, _ at: String) throws {
    for number in 0..<100 { try view(scene, 1_000 + number, "other-\(number)-\(at)", at) }
  }

  private func held(_ scene: PersonScene, _ text: String) throws -> [StoredKind] {
    let sought = Array(text.utf8)
    var found: Set<StoredKind> = []
    try scene.forEachValue { value in
      let bytes = StateCodec.encoded(value)
      guard bytes.count >= sought.count else { return }
      for start in 0...bytes.count - sought.count where bytes[start...].starts(with: sought) {
        found.insert(value.kind)
      }
    }
    return found.sorted { "\($0)" < "\($1)" }
  }

  @Test(arguments: [1, 2, 4, 16] as [Int32], [false, true])
  func nothingIsHeld(lanes: Int32, isTight: Bool) throws {
    let scene = try scene(lanes, isTight: isTight)
    try view(scene, 1, "cookie-ada", "09:00:00", "ada")
    // Within a step, so that her register is not told.
    try view(scene, 2, "cookie-ada", "09:05:00", "ada")
    try view(scene, 3, "shared", "09:00:00", "ada")
    try view(scene, 4, "shared", "09:40:00", "bob")
    try view(scene, 5, "cookie-bob", "10:05:00", "bob")
    #expect(
      scene.people == ["-: ada@example.com | cookie-ada shared", "-: bob@example.com | cookie-bob shared"])
    try others(scene, "11:00:00")
    #expect(scene.people == ["-: bob@example.com | cookie-bob shared"])
    #expect(try held(scene, "ada@example.com") == [])
    #expect(try held(scene, "bob@example.com").contains(.device))
    #expect(scene.storedKinds()[.device] == 2)
    // What she is erased by later finds nothing, and nothing that is his goes.
    try scene.command(
      #"{"id":"k1","createdDate":"2026-01-05T11:01:00Z","operation":"erase","#
        + #""identifier":{"type":"email","value":"ada@example.com"}}"#)
    try scene.settle()
    #expect(scene.people == ["-: bob@example.com | cookie-bob shared"])
    try others(scene, "13:00:00")
    #expect(scene.people == [])
    for name in ["ada", "bob"] { #expect(try held(scene, "\(name)@example.com") == []) }
    #expect(scene.storedKinds()[.device] == nil)
  }

  /// Who comes back is known again, on the same device too, and of a device it is told once whose it is.
  @Test(arguments: [1, 4] as [Int32], [false, true])
  func whoComesBackStartsAnew(lanes: Int32, isTight: Bool) throws {
    let scene = try scene(lanes, isTight: isTight)
    try view(scene, 1, "cookie", "09:00:00", "ada")
    try view(scene, 2, "cookie", "10:05:00", "bob")
    try others(scene, "10:30:00")
    #expect(scene.people == ["-: bob@example.com | cookie"])
    try view(scene, 3, "cookie", "10:40:00", "ada")
    #expect(scene.people == ["-: ada@example.com | cookie", "-: bob@example.com | cookie"])
    let switches = scene.events.filter { $0["event"] as? String == "switched" }.map { "\($0["since"] ?? "")" }
    #expect(switches == ["2026-01-05T10:05:00.000Z", "2026-01-05T10:40:00.000Z"])
  }

  /// A session that lasts longer than its person is remembered: named in it again, she is known again.
  @Test(arguments: [1, 4] as [Int32])
  func aLongSessionMakesHerKnownAgain(lanes: Int32) throws {
    let scene = try scene(lanes, isTight: false)
    try view(scene, 1, "cookie", "09:00:00", "ada")
    for (number, at) in ["09:15:00", "09:30:00", "09:45:00", "10:00:00", "10:15:00", "10:25:00"].enumerated()
    {
      try view(scene, 2 + number, "cookie", at)
    }
    try others(scene, "10:25:00")
    #expect(scene.people == [])
    #expect(try held(scene, "ada@example.com") == [])
    #expect(scene.sessions.values.filter { $0["customerId"] as? String == "cookie" }.count == 1)
    try view(scene, 50, "cookie", "10:31:00", "ada")
    #expect(scene.people == ["-: ada@example.com | cookie"])
    #expect(try held(scene, "ada@example.com").contains(.session))
  }

  /// Evidence that comes too often is passed over, and not held where it was said either.
  @Test func whatCameTooOftenIsErased() throws {
    var persons = PersonSettings()
    persons.limits.assertsPerMinute = 1
    let scene = try PersonScene(lanes: 2, persons: persons)
    try view(scene, 1, "cookie-1", "09:00:00", "ada")
    try view(scene, 2, "cookie-2", "09:00:01", "ada")
    #expect(try held(scene, "cookie-1").contains(.device))
    #expect(try !held(scene, "cookie-2").contains(.device))
    // In another minute it counts, in another session.
    try view(scene, 3, "cookie-2", "11:01:10", "ada")
    #expect(scene.people == ["-: ada@example.com | cookie-1 cookie-2"])
    try scene.command(
      #"{"id":"k1","createdDate":"2026-01-05T11:02:00Z","operation":"erase","#
        + #""identifier":{"type":"email","value":"ada@example.com"}}"#)
    try scene.settle()
    for text in ["ada@example.com", "cookie-1", "cookie-2"] {
      #expect(try held(scene, text) == [], "\(text)")
    }
  }

  /// Of more devices than a register tells the oldest keeps nothing, so that an erasure reaches all that do.
  @Test(arguments: [1, 4] as [Int32])
  func ofTooManyDevicesTheOldestForgets(lanes: Int32) throws {
    var persons = PersonSettings()
    persons.limits.maxWatchers = 2
    let scene = try PersonScene(lanes: lanes, persons: persons)
    for number in 1...3 { try view(scene, number, "cookie-\(number)", "09:0\(number):00", "ada") }
    // That it was hers the contact knows still.
    #expect(scene.people == ["-: ada@example.com | cookie-1 cookie-2 cookie-3"])
    #expect(scene.storedKinds()[.device] == 2)
    try view(scene, 4, "cookie-1", "09:04:00")
    let card = try #require(scene.sessions.values.first { $0["customerId"] as? String == "cookie-1" })
    #expect(scene.contact(of: card) == nil)
    try scene.command(
      #"{"id":"k1","createdDate":"2026-01-05T09:10:00Z","operation":"erase","#
        + #""identifier":{"type":"email","value":"ada@example.com"}}"#)
    try scene.settle()
    // The session that named her is held for some hours more, the device would be for good.
    #expect(try Set(held(scene, "ada@example.com")).isSubset(of: [.session]))
    #expect(scene.storedKinds()[.device] == nil)
    #expect(scene.people == [])
    // Said again and again in one session, it is told once.
    let before = scene.messages
    for number in 10..<20 { try view(scene, number, "cookie-1", "09:04:\(number)", "ada") }
    #expect(scene.messages == before)
  }
}
