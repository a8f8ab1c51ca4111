import Foundation
import JourneyModel
import NIOHTTP1
import Testing
import Tokens

@testable import Gateway

@Suite struct LoginTests {
  private let start = EventTime(milliseconds: 1_767_600_000_000)
  private let desk = Access(subject: "desk", permissions: ["*"], divisions: ["*"])

  private func after(_ seconds: Int64, _ milliseconds: Int64 = 0) -> EventTime {
    EventTime(milliseconds: start.milliseconds + seconds * 1_000 + milliseconds)
  }

  @Test("A login that nobody uses ends", arguments: [-1, 0, 1])
  func idle(milliseconds: Int64) {
    var table = LoginTable(LoginLimits())
    _ = table.add([1], desk, now: start)
    #expect((table.access([1], now: after(3_600, milliseconds)) == nil) == (milliseconds >= 0))
    #expect(table.count == (milliseconds >= 0 ? 0 : 1))
  }

  @Test("One that is used lasts as long as any may", arguments: [-1, 0, 1])
  func lifetime(milliseconds: Int64) {
    var table = LoginTable(LoginLimits())
    #expect(table.add([1], desk, now: start).expiresAt == after(12 * 3_600))
    for minutes in stride(from: Int64(30), to: 12 * 60, by: 30) {
      let used = table.access([1], now: after(minutes * 60))
      #expect(used?.subject == "desk")
    }
    let last = table.access([1], now: after(12 * 3_600, milliseconds))
    #expect((last == nil) == (milliseconds >= 0))
  }

  @Test func itEndsWithTheTokenThatItWasMadeWith() {
    var table = LoginTable(LoginLimits())
    var short = desk
    short.expiresAt = after(60)
    #expect(table.add([1], short, now: start).expiresAt == after(60))
    let (before, then) = (table.access([1], now: after(59)), table.access([1], now: after(60)))
    #expect(before != nil && then == nil)
  }

  @Test("There are so many at most; the one that was used longest ago goes", arguments: [-1, 0, 1])
  func bounded(more: Int) {
    var limits = LoginLimits()
    limits.maxLogins = 3
    var table = LoginTable(limits)
    for number in 0..<3 + more { _ = table.add([UInt8(number)], desk, now: after(Int64(number))) }
    #expect(table.count == min(3, 3 + more))
    let first = table.access([0], now: after(10))
    #expect((first == nil) == (more > 0))
  }

  // MARK: Cookies

  private func head(_ method: String, _ fields: [(String, String)]) -> RequestHead {
    RequestHead(
      method: method, path: "/v1/me", query: "", headers: HTTPHeaders([("host", "localhost:1")] + fields),
      clientAddress: "127.0.0.1", id: "r")
  }

  private func cookie(_ field: Answer.Field) -> String { String(field.value.prefix { $0 != ";" }) }

  @Test func whatChangesSomethingHasToComeFromOurOwnPage() {
    let logins = Logins(AccessSettings())
    let (access, field) = logins.begin(desk, isFramed: false, now: start)
    #expect(access.subject == "desk" && field.name == "Set-Cookie")
    #expect(field.value.hasSuffix("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict"))
    let known = ("cookie", "a=b; \(cookie(field))")
    let own = ("sojourn-request", "1")
    func grants(_ method: String, _ fields: [(String, String)]) -> Bool {
      logins.access(head(method, fields), now: start) != nil
    }
    #expect(grants("GET", [known]) && grants("HEAD", [known]))
    #expect(
      !grants("GET", []) && !grants("GET", [("cookie", "sojourn=" + String(repeating: "0", count: 64))]))
    // A token goes first, whatever it is.
    #expect(!grants("GET", [known, ("authorization", "Bearer x")]))
    #expect(!grants("POST", [known]))
    #expect(grants("POST", [known, own]))
    #expect(grants("POST", [known, own, ("origin", "http://localhost:1")]))
    #expect(!grants("POST", [known, own, ("origin", "http://localhost:2")]))
    #expect(!grants("POST", [known, own, ("origin", "https://localhost:1")]))
    #expect(!grants("POST", [known, own, ("origin", "null")]))
    let gone = logins.end(head("DELETE", [known]), isFramed: false)
    #expect(gone.value.hasPrefix("sojourn=; Path=/; Max-Age=0;"))
    #expect(!grants("GET", [known]))
    #expect(!logins.stillGrants(head("GET", [known]), now: start))
    #expect(logins.stillGrants(head("GET", []), now: start))
  }

  @Test func overTLSTheCookieIsThisHostsAlone() {
    var settings = AccessSettings()
    settings.isEncrypted = true
    let field = Logins(settings).begin(desk, isFramed: false, now: start).1
    #expect(field.value.hasPrefix("__Host-sojourn=") && field.value.hasSuffix("SameSite=Strict; Secure"))
    let framed = Logins(settings).begin(desk, isFramed: true, now: start).1
    #expect(framed.value.hasSuffix("SameSite=None; Partitioned; Secure"))
    // Without TLS a frame of another site gets nothing.
    let plain = Logins(AccessSettings()).begin(desk, isFramed: true, now: start).1
    #expect(plain.value.hasSuffix("SameSite=Strict"))
  }

  @Test func noTwoLoginsHaveTheSameCookie() {
    let logins = Logins(AccessSettings())
    let values = Set((0..<100).map { _ in cookie(logins.begin(desk, isFramed: false, now: start).1) })
    #expect(values.count == 100)
    #expect(values.allSatisfy { $0.utf8.count == "sojourn=".utf8.count + 64 })
  }
}
