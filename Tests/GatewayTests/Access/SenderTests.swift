import Foundation
import Intake
import JourneyModel
import Testing
import Tokens

@testable import Gateway

/// Who may send, over the wire: keys, deployments, tokens, origins and rates.
@Suite(.timeLimit(.minutes(2))) struct SenderTests {
  private static let browserKey = "browser-key-0123456789"
  private static let serverKey = "server-key-0123456789"
  private static let token = "token-0123456789abcdef"
  private static let page = "https://shop.example.com"

  private static func access(_ change: (inout AccessSettings) -> Void = { _ in }) -> AccessSettings {
    var access = AccessSettings()
    access.mode = .tokens
    access.sources = [
      Source(
        IntakeSource(id: "shop-web", kind: .browser), keyHashes: [WriteKey.hash(browserKey)],
        deployments: ["deployment-1"], origins: [page]),
      Source(IntakeSource(id: "shop-server", kind: .server), keyHashes: [WriteKey.hash(serverKey)]),
    ]
    change(&access)
    return access
  }

  private static func tokens(_ permissions: Set<String>) throws -> ListedTokens {
    let hash = WriteKey.hash(token).map { String(format: "%02x", $0) }.joined()
    return try ListedTokens([
      ListedToken(
        sha256: hash, access: Access(subject: "desk", permissions: permissions, divisions: ["*"]))
    ])
  }

  private static func scene(
    _ permissions: Set<String> = ["sojourn:events:add"],
    _ change: (inout AccessSettings) -> Void = { _ in }
  ) throws -> GatewayScene {
    GatewayScene(access: access(change), verifier: try tokens(permissions))
  }

  private static func basic(_ user: String, _ password: String = "") -> String {
    "Authorization: Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
  }

  private static var event: String { GatewayScene.event("a") }

  @Test func everyWayToSayWhoOneIs() async throws {
    let event = SenderTests.event
    let key = SenderTests.serverKey
    let requests: [([UInt8], Int)] = [
      (GatewayScene.post(event, fields: [SenderTests.basic(key)]), 200),
      (GatewayScene.post(event, fields: [SenderTests.basic(key, "password")]), 200),
      (GatewayScene.post(event, fields: ["Authorization: Bearer \(key)"]), 200),
      (GatewayScene.post(event, fields: ["authorization: bearer \(key)"]), 200),
      (GatewayScene.post(event, fields: ["Authorization: Bearer \(SenderTests.token)"]), 200),
      (GatewayScene.post(event, path: "/v1/events?stream=web&key=\(key)"), 200),
      (GatewayScene.post(event, path: "/v1/events?writeKey=\(key)&stream=web"), 200),
      (GatewayScene.post(event), 401),
      (GatewayScene.post(event, fields: [SenderTests.basic("nobody")]), 401),
      (GatewayScene.post(event, fields: ["Authorization: Bearer nobody"]), 401),
      (GatewayScene.post(event, fields: ["Authorization: Basic !!!"]), 401),
      (GatewayScene.post(event, fields: ["Authorization: Digest \(key)"]), 401),
      (GatewayScene.post(event, path: "/v1/events?stream=web&key=\(key)x"), 401),
      (GatewayScene.post(event, fields: ["Authorization: "]), 401),
    ]
    for (request, status) in requests {
      let answer = try await SenderTests.scene().answer(to: request)
      #expect(answer.status == status, "\(String(decoding: request, as: UTF8.self))")
      if status == 401 { #expect(answer.fields["www-authenticate"] == "Bearer") }
    }
  }

  @Test func aTokenNeedsThePermission() async throws {
    let request = GatewayScene.post(
      SenderTests.event, fields: ["Authorization: Bearer \(SenderTests.token)"])
    for (permissions, status) in [
      (["sojourn:events:add"], 200), (["sojourn:*:add"], 200), (["*"], 200), (["sojourn:events:view"], 403),
      ([], 403),
    ] as [(Set<String>, Int)] {
      let scene = try SenderTests.scene(permissions)
      let answer = try await scene.answer(to: request)
      #expect(answer.status == status)
      #expect(scene.log.records.count == (status == 200 ? 1 : 0))
      if status == 403 { #expect(try JSONPage(answer.body).code == "missing.permission") }
    }
  }

  /// A browser's key writes what its source may, and nothing else.
  @Test func aSourceWritesToItsStreams() async throws {
    let fields = [SenderTests.basic(SenderTests.browserKey)]
    for (stream, status) in [("web", 200), ("app", 403), ("custom", 403), ("conversation", 403)] {
      let answer = try await SenderTests.scene().answer(
        to: GatewayScene.post(SenderTests.event, path: "/v1/events?stream=\(stream)", fields: fields))
      #expect(answer.status == status, "\(stream)")
      if status == 403 { #expect(try JSONPage(answer.body).code == "stream.not.allowed") }
    }
  }

  @Test(arguments: [
    (page, 200), ("HTTPS://Shop.example.com", 200), ("https://evilshop.example.com", 403),
    ("https://shop.example.com.evil", 403), ("https://shop.example.com:444", 403),
    ("http://shop.example.com", 403), ("null", 403), ("", 403), ("https://shop.example.com/", 403),
  ])
  func originsAreWholeOrigins(origin: String, status: Int) async throws {
    let answer = try await SenderTests.scene().answer(
      to: GatewayScene.post(
        SenderTests.event, fields: [SenderTests.basic(SenderTests.browserKey), "Origin: \(origin)"]))
    #expect(answer.status == status)
    if status == 200 {
      #expect(answer.fields["access-control-allow-origin"] == origin)
      #expect(answer.fields["vary"] == "Origin")
    } else {
      #expect(answer.fields["access-control-allow-origin"] == nil)
      #expect(try JSONPage(answer.body).code == "origin.not.allowed")
    }
    #expect(answer.fields["access-control-allow-credentials"] == nil)
  }

  @Test func noPageSendsForAServer() async throws {
    for credentials in [
      SenderTests.basic(SenderTests.serverKey), "Authorization: Bearer \(SenderTests.token)",
    ] {
      let answer = try await SenderTests.scene().answer(
        to: GatewayScene.post(SenderTests.event, fields: [credentials, "Origin: \(SenderTests.page)"]))
      #expect(answer.status == 403)
    }
  }

  @Test func preflightsReflectWhatIsAsked() async throws {
    func ask(_ origin: String, _ fields: String...) async throws -> RawAnswer {
      let lines =
        ["OPTIONS /v1/events HTTP/1.1", "Host: localhost", "Origin: \(origin)"] + fields + ["", ""]
      return try await SenderTests.scene().answer(to: lines.joined(separator: "\r\n"))
    }
    let names = "authorization, content-type, rsa-retry-attempt, x-new-in-next-version"
    let allowed = try await ask(SenderTests.page, "Access-Control-Request-Headers: \(names)")
    #expect(allowed.status == 204)
    #expect(allowed.fields["access-control-allow-origin"] == SenderTests.page)
    #expect(allowed.fields["access-control-allow-methods"] == "POST")
    #expect(allowed.fields["access-control-allow-headers"] == names)
    #expect(allowed.fields["vary"] == "Origin")
    #expect(try await ask("https://evil.example").status == 403)
    #expect(try await ask("null").status == 403)
    let long = String(repeating: "x", count: CORS.maxHeaderNames)
    for (text, isReflected) in [(long, true), (long + "x", false), ("a\u{7f}b", false), ("a(b", false)] {
      let answer = try await ask(SenderTests.page, "Access-Control-Request-Headers: \(text)")
      #expect((answer.fields["access-control-allow-headers"] != nil) == isReflected)
    }
  }

  /// A browser hands a page nothing of an answer without these fields, not even its status.
  @Test func aPageIsToldWhyItIsRefused() async throws {
    let wrong = "Authorization: Bearer nobody-knows-it"
    let (page, foreign) = ("Origin: \(SenderTests.page)", "Origin: https://evil.example")
    for (fields, path, status) in [
      ([wrong], "/v1/events?stream=web", 401), ([], "/v1/events?stream=web", 401),
      ([SenderTests.basic(SenderTests.browserKey), "Content-Encoding: br"], "/v1/events?stream=web", 415),
      ([wrong], "/v1/batch", 401),
    ] {
      let told = try await SenderTests.scene().answer(
        to: GatewayScene.post(SenderTests.event, path: path, fields: fields + [page]))
      #expect(told.status == status, "\(path) \(fields)")
      #expect(told.fields["access-control-allow-origin"] == SenderTests.page, "\(path) \(fields)")
      #expect(told.fields["vary"] == "Origin")
      let stranger = try await SenderTests.scene().answer(
        to: GatewayScene.post(SenderTests.event, path: path, fields: fields + [foreign]))
      #expect(stranger.fields["access-control-allow-origin"] == nil, "\(path) \(fields)")
    }
    var limits = ServerLimits()
    limits.maxHeaderFields = 16
    let crowded = (0..<20).map { "X-\($0): 1" } + [page]
    let early = try await GatewayScene(server: limits, access: SenderTests.access { _ in }).answer(
      to: GatewayScene.post(SenderTests.event, fields: crowded))
    #expect(early.status == 431)
    #expect(early.fields["access-control-allow-origin"] == SenderTests.page)
  }

  @Test func aDeploymentNamesItsSource() async throws {
    let body =
      #"{"customerCookieId":"ada","eventName":"page_viewed","page":{"url":"https://shop.example.com/"}}"#
    let scene = try SenderTests.scene()
    let answer = try await scene.answer(
      to: GatewayScene.post(body, path: "/api/v2/journey/deployments/deployment-1/webevents"))
    #expect(answer.status == 200, "\(answer.body)")
    #expect(scene.log.records.map(\.key) == ["ada"])
    let unknown = try await SenderTests.scene().answer(
      to: GatewayScene.post(body, path: "/api/v2/journey/deployments/deployment-2/webevents"))
    #expect(unknown.status == 404)
  }

  /// Clients that cannot set fields put the key into the body.
  @Test func aKeyInTheBody() async throws {
    func call(_ key: String) -> String {
      #"{"writeKey":"\#(key)","batch":[{"type":"page","anonymousId":"ada","messageId":"m1","context":{"page":{"url":"https://shop.example.com/"}}}]}"#
    }
    for (key, origin, status) in [
      (SenderTests.browserKey, SenderTests.page, 200), (SenderTests.browserKey, "https://evil.example", 403),
      ("nobody-knows-it", SenderTests.page, 401), ("", SenderTests.page, 401),
    ] {
      let scene = try SenderTests.scene()
      let answer = try await scene.answer(
        to: GatewayScene.post(call(key), path: "/v1/batch", fields: ["Origin: \(origin)"]))
      #expect(answer.status == status, "\(answer.body)")
      #expect(scene.log.records.count == (status == 200 ? 1 : 0))
    }
    #expect(
      try await SenderTests.scene().answer(to: GatewayScene.post("[]", path: "/v1/batch")).status == 401)
  }

  @Test func anAddressHasARate() async throws {
    let scene = try SenderTests.scene { access in
      access.sources[0].limits.requestsPerMinutePerAddress = 3
      access.sources[0].limits.eventsPerMinutePerAddress = 1_000
    }
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return (0..<5).map { _ -> (Int?, String?) in
        connection.send(
          GatewayScene.post(SenderTests.event, fields: [SenderTests.basic(SenderTests.browserKey)]))
        let answer = connection.receiveAnswer()
        return (answer?.status, answer?.fields["retry-after"])
      }
    }
    #expect(statuses.map(\.0) == [200, 200, 200, 429, 429])
    #expect((1...21).contains(Int(statuses[3].1 ?? "") ?? 0))
    #expect(scene.log.records.count == 3)
  }

  @Test func aSourceHasARateOfEvents() async throws {
    let scene = try SenderTests.scene { $0.sources[1].limits.eventsPerMinute = 5 }
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return [3, 3].map { count -> Int? in
        let events = (0..<count).map { _ in SenderTests.event }.joined(separator: ",")
        connection.send(
          GatewayScene.post("[\(events)]", fields: [SenderTests.basic(SenderTests.serverKey)]))
        return connection.receiveAnswer()?.status
      }
    }
    #expect(statuses == [200, 429])
    #expect(scene.log.records.count == 3)
  }

  @Test func whoGuessesIsSlowedDown() async throws {
    let scene = try SenderTests.scene { $0.failuresPerMinute = 4 }
    let statuses = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return (0..<7).map { index -> Int? in
        let key = index == 6 ? SenderTests.serverKey : "guess-\(index)"
        connection.send(GatewayScene.post(SenderTests.event, fields: [SenderTests.basic(key)]))
        return connection.receiveAnswer()?.status
      }
    }
    #expect(statuses == [401, 401, 401, 401, 429, 429, 429])
  }

  /// No answer, metric or log line has a key in it, right or wrong.
  @Test func keysAreNowhereToBeSeen() async throws {
    let scene = try SenderTests.scene()
    let secrets = [SenderTests.serverKey, SenderTests.token, "guessed-secret-key"]
    let answers = try await scene.serving { port in
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return secrets.flatMap { secret in
        [
          GatewayScene.post(SenderTests.event, fields: [SenderTests.basic(secret)]),
          GatewayScene.post(SenderTests.event, fields: ["Authorization: Bearer \(secret)"]),
          GatewayScene.post(SenderTests.event, path: "/v1/events?stream=web&key=\(secret)"),
          GatewayScene.post("{", path: "/v1/events?stream=web&key=\(secret)"),
          GatewayScene.post("{", path: "/v1/nothing?key=\(secret)"),
        ].map { request -> String in
          connection.send(request)
          let answer = connection.receiveAnswer()
          return "\(answer?.fields ?? [:]) \(answer?.body ?? "")"
        }
      }
    }
    let metrics = String(
      decoding: GatewayMetrics(scene.handler.monitor, connections: 0).text, as: UTF8.self)
    #expect(metrics.contains("sojourn_gateway_authentication_failures_total{kind=\"bad.credentials\"}"))
    for secret in secrets {
      for text in answers + [metrics] {
        #expect(!text.contains(secret))
        #expect(!text.contains(Data("\(secret):".utf8).base64EncodedString()))
      }
    }
  }
}

@Suite struct WriteKeyTests {
  @Test func keysAndTheirHashesAreTheSame() {
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(WriteKey.configured("sha256:" + hash) == WriteKey.hash("abc"))
    #expect(WriteKey.configured("sha256:" + hash.uppercased()) == WriteKey.hash("abc"))
    #expect(WriteKey.configured("eight-88") == WriteKey.hash("eight-88"))
    for text in [
      "short-7", "", "sha256:", "sha256:00", "sha256:" + hash + "0", "sha256:zz" + hash.dropFirst(2),
    ] {
      #expect(WriteKey.configured(String(text)) == nil, "\(text)")
    }
  }

  @Test(
    arguments: [
      ("YWJjOg==", "abc"), ("YWJj", "abc"), ("YWJjOmQ6ZQ==", "abc"), ("Og==", ""), ("", ""),
      ("YWJjOg", "abc"),
      ("Y", nil), ("YW Jj", nil), ("/+8=", nil), ("YWJj-", nil),
    ] as [(String, String?)])
  func usersOfBasicAuthentication(text: String, user: String?) {
    #expect(BasicUser.name(in: text) == user)
  }
}
