import JourneyModel
import Sessionizer
import Testing
import WireFormat

/// Who a session is of: told by the bytes of its key where they say it, by bytes of its own where they do not.
@Suite struct SessionIdentityTests {
  private func parts(_ identity: Session.Identity) -> [String] {
    [identity.type, identity.customerIDType, identity.customerID, identity.externalID].map {
      identity.text($0)
    }
  }

  private func restored(_ session: Session) throws -> Session {
    try #require(StateCodec.decode(StateCodec.encoded(session)).session)
  }

  @Test func standsInTheKeyOfSessionsThatTheirCustomerIsPartOf() throws {
    let feed = try LaneFeed()
    feed.web("a", at: 0)
    feed.custom("b", at: 0)
    feed.conversation("c", at: 0, name: "started")
    let identities = feed.sessions.map(\.identity)
    #expect(
      Set(identities.map(parts)) == [
        ["web", "cookie", "ann", ""], ["delivery", "externalId", "ann", "x1"],
        ["conversation", "externalId", "ann", "c1"],
      ])
    for session in feed.sessions {
      #expect(session.identity.isInKey)
      #expect(session.identity.bytes == session.key)
      #expect(try restored(session).identity == session.identity)
    }
  }

  @Test(arguments: [
    // The detail feed's keys have no customer.
    "conversation\0\0\0c1", "conversation\0c1", "", "\0cookie\0ann", "web\0cookie\0ann", "web\0cookie\0ann\0",
    "web\0cookie\0ann\0x2", "web\0cookie\0ann\0x1y", "web\0cookie\0anx\0x1", "web.cookie\0ann\0x1",
    "web\0cookie.ann\0x1", "web\0cookie\0ann.x1", "xweb\0cookie\0ann\0x1",
  ])
  func hasBytesOfItsOwnBesideAnyOtherKey(_ key: String) {
    let source = Array("..webcookieannx1".utf8)
    func slice(_ offset: Int, _ length: Int) -> ByteSlice { ByteSlice(offset: offset, length: length) }
    func identity(_ key: String) -> Session.Identity {
      Session.Identity(
        type: slice(2, 3), customerIDType: slice(5, 6), customerID: slice(11, 3), externalID: slice(14, 2),
        of: source, key: Array(key.utf8))
    }
    #expect(!identity(key).isInKey)
    #expect(identity("web\0cookie\0ann\0x1").isInKey)
    #expect(parts(identity(key)) == ["web", "cookie", "ann", "x1"])
    #expect(parts(identity("web\0cookie\0ann\0x1")) == ["web", "cookie", "ann", "x1"])
    #expect(
      parts(Session.Identity(identity("web\0cookie\0ann\0x1"), key: Array(key.utf8))) == parts(identity(key)))
  }
}
