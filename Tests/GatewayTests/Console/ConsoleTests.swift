import Foundation
import JourneyModel
import Testing
import Tokens

@testable import Gateway

/// The console's files, and logins to it, over the wire.
@Suite(.timeLimit(.minutes(3))) struct ConsoleTests {
  private let desk = Access(subject: "desk", permissions: ["journey:*:view"], divisions: ["*"])

  private func answers(_ scene: LiveScene, _ requests: [String]) async throws -> [RawAnswer] {
    try scene.send(1, revision: 1)
    return try await scene.serving { port in
      try requests.map { request in
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        connection.send(request)
        return try #require(connection.receiveAnswer())
      }
    }
  }

  @Test func everyFileIsServedAndNoOther() async throws {
    let files = ConsoleFiles.all
    #expect(Set(files.keys) == Set(ConsoleAssets.files.keys).union(["console.html"]))
    #expect(ConsoleAssets.page.bytes == files["console.html"])
    let names = ConsoleAssets.files.keys.sorted()
    let answers = try await answers(
      LiveScene(), names.map { LiveScene.request("/console/assets/\($0)") })
    for (name, answer) in zip(names, answers) {
      var written = files[name] ?? []
      if name.hasSuffix(".js") { written = Reduction.script(written) }
      if name.hasSuffix(".css") { written = Reduction.sheet(written) }
      #expect(answer.status == 200 && Array(answer.body.utf8) == written, "\(name)")
    }
  }

  /// Bytes that a browser loads for a view, unpacked: the page, its style sheets, the scripts that name each
  /// other, and the texts of one language.
  private func load(_ view: String, isWide: Bool, _ language: String) -> Int {
    var files: Set<String> = ["console.css", "icon.svg", "\(language).js"]
    if isWide { files.insert("views.css") }
    if isWide, view != "now.js" { files.insert("\(language).views.js") }
    if ["definitions.js", "explain.js"].contains(view) { files.insert("\(language).sentences.js") }
    for name in ["main.js", view] { ConsoleFiles.closure(of: name, &files) }
    return files.reduce(ConsoleAssets.page.bytes.count) { $0 + (ConsoleAssets.files[$1]?.bytes.count ?? 0) }
  }

  /// 120 KB for each view.
  @Test(arguments: ["en", "zh"])
  func whatAViewLoadsIsSmall(language: String) throws {
    let views = [
      ("agent.js", false), ("login.js", false), ("now.js", true), ("operations.js", true),
      ("definitions.js", true), ("explain.js", true),
    ]
    for (view, isWide) in views {
      let bytes = load(view, isWide: isWide, language)
      #expect(bytes > 50_000 && bytes <= 120_000, "\(view) in \(language): \(bytes)")
    }
  }

  /// All that there is, in both languages: as it is sent to who takes gzip, and to who does not.
  @Test func allOfItIsSmall() throws {
    let assets = ConsoleAssets.files.values + [ConsoleAssets.page]
    let packed = assets.reduce(0) { $0 + ($1.text.packed ?? $1.text.plain).count }
    let plain = assets.reduce(0) { $0 + $1.bytes.count }
    #expect(packed <= 75_000, "\(packed)")
    #expect(plain <= 192_000, "\(plain)")
  }

  /// Texts of events become text: whatever could make markup or code of them is not in the files.
  @Test(arguments: [
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc",
    "setAttribute('style'", "style: ", "javascript:", "DOMParser", "createContextualFragment", "http://",
    "onclick", "@import", "url(",
  ])
  func noFileMakesMarkupOfTexts(text: String) {
    for (name, bytes) in ConsoleFiles.scripts {
      var source = String(decoding: bytes, as: UTF8.self)
      // A namespace is a name, no address; a number's style is how it is written.
      source = source.replacingOccurrences(of: "'http://www.w3.org/2000/svg'", with: "")
      source = source.replacingOccurrences(of: "{ style: 'percent' }", with: "")
      #expect(!source.contains(text), "\(name): \(text)")
    }
  }

  @Test func everyViewIsThePage() async throws {
    let paths = [
      "/console/", "/console/customer/cookie/a%2Fb", "/console/contact/c", "/console/session/s",
      "/console/conversation/c", "/console/live", "/console/operations", "/console/definitions",
      "/console/explain",
    ]
    let wrong = [
      "/console/other", "/console/customer/cookie", "/console/customer/cookie/a/b", "/console//",
      "/console/../openapi.json", "/console/%2e%2e%2fopenapi.json", "/console/assets/",
      "/console/assets/x.js",
      "/console/assets/..%2fconsole.html", "/console/assets/main.js/", "/console/session/%ff",
      "/console/session/", "/consoles", "/console/%00",
    ]
    let answers = try await answers(LiveScene(), (paths + wrong).map { LiveScene.request($0) })
    for (path, answer) in zip(paths, answers) {
      #expect(answer.status == 200 && answer.body.hasPrefix("<!doctype html>"), "\(path)")
    }
    for (path, answer) in zip(wrong, answers.dropFirst(paths.count)) {
      #expect(answer.status == 404, "\(path) \(answer.status)")
    }
  }

  @Test func pagesMayDoNothingButAskTheirOwnServer() async throws {
    let answers = try await answers(
      LiveScene(),
      [
        LiveScene.request("/console/"), LiveScene.request("/console/assets/main.js"),
        LiveScene.request("/console"),
        LiveScene.request("/console/", method: "POST"), LiveScene.request("/console/", host: "evil.example"),
        LiveScene.request("/console/", ["If-None-Match: \(ConsoleAssets.page.tag)"]),
      ])
    #expect(answers.map(\.status) == [200, 200, 308, 405, 421, 304])
    for answer in answers[0...1] + answers[5...5] {
      let policy = try #require(answer.fields["content-security-policy"])
      #expect(policy.hasPrefix("default-src 'none'; script-src 'self';"))
      #expect(policy.contains("frame-ancestors 'none'; require-trusted-types-for 'script'"))
      #expect(answer.fields["x-content-type-options"] == "nosniff")
      #expect(answer.fields["referrer-policy"] == "no-referrer")
      #expect(answer.fields["x-frame-options"] == "DENY")
      #expect(answer.fields["cache-control"] == "no-cache" && answer.fields["etag"] != nil)
    }
    #expect(answers[2].fields["location"] == "/console/")
  }

  @Test func whoMayFrameItIsSaid() async throws {
    var console = ConsoleSettings()
    console.frameAncestors = ["https://desk.example.com", "https://apps.example.com:8443"]
    let answer = try await answers(LiveScene(console: console), [LiveScene.request("/console/")])[0]
    #expect(
      answer.fields["content-security-policy"]?.contains(
        "frame-ancestors https://desk.example.com https://apps.example.com:8443;") == true)
    #expect(answer.fields["x-frame-options"] == nil)
  }

  @Test func withoutAConsoleThereIsNothing() async throws {
    var console = ConsoleSettings()
    console.isEnabled = false
    let answers = try await answers(
      LiveScene(console: console),
      [
        LiveScene.request("/console/"), LiveScene.request("/console/assets/main.js"),
        LiveScene.request("/v1/login", ["Sojourn-Request: 1"], method: "DELETE"),
      ])
    #expect(answers.map(\.status) == [404, 404, 404])
  }

  // MARK: Logins

  private static let own = "Sojourn-Request: 1"

  @Test func whoLogsInReadsWithACookie() async throws {
    let scene = try LiveScene(token: desk)
    try scene.send(1, revision: 1)
    try await scene.serving { port in
      func ask(_ request: String) throws -> RawAnswer {
        let connection = try RawConnection(port: port)
        defer { connection.close() }
        connection.send(request)
        return try #require(connection.receiveAnswer())
      }
      let login = try ask(
        LiveScene.request("/v1/login", [LiveScene.bearer, ConsoleTests.own], method: "POST"))
      #expect(login.status == 200 && login.body.contains("\"subject\":\"desk\""))
      let cookie = try #require(login.fields["set-cookie"]?.prefix { $0 != ";" })
      #expect(!login.body.contains(cookie.dropFirst(8)))
      let field = "Cookie: \(cookie)"
      #expect(try ask(LiveScene.request("/v1/me", [field])).status == 200)
      #expect(try ask(LiveScene.request("/v1/sessions", [field])).body.contains("\"customerId\":\"ada\""))
      let reader = try LiveReader(port, "/v1/live?scope=all", [field])
      defer { reader.close() }
      #expect(reader.status == 200)
      #expect(try ask(LiveScene.request("/v1/login", [field], method: "DELETE")).status == 403)
      let end = try ask(LiveScene.request("/v1/login", [field, ConsoleTests.own], method: "DELETE"))
      #expect(end.status == 204 && end.fields["set-cookie"]?.contains("Max-Age=0") == true)
      #expect(try ask(LiveScene.request("/v1/me", [field])).status == 401)
      // The stream of a login that was ended ends as well.
      #expect(reader.event()?.name == "expired")
    }
  }

  @Test func whoMayNotLogIn() async throws {
    let path = "/v1/login"
    let guarded = try await answers(
      LiveScene(token: desk),
      [
        LiveScene.request(path, [LiveScene.bearer], method: "POST"),
        LiveScene.request(path, [ConsoleTests.own], method: "POST"),
        LiveScene.request(
          path, ["Authorization: Bearer wrong-token-0123456789", ConsoleTests.own], method: "POST"),
        LiveScene.request(
          path, [LiveScene.bearer, ConsoleTests.own, "Origin: http://localhost:9"], method: "POST"),
        LiveScene.request(
          path, [LiveScene.bearer, ConsoleTests.own, "Origin: http://localhost"], method: "POST"),
        LiveScene.request(path),
      ])
    #expect(guarded.map(\.status) == [403, 401, 401, 403, 200, 405])
    #expect(guarded[5].fields["allow"] == "POST, DELETE")
    let open = try await answers(LiveScene(), [LiveScene.request(path, [ConsoleTests.own], method: "POST")])
    #expect(open.map(\.status) == [400])
  }
}
