import Foundation
import Testing
import Tokens

@testable import sojourn

@Suite struct TokenFileTests {
  /// What a body finds in a folder of its own.
  private func inFolder<Value>(_ body: (_ path: (String) -> String) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body { folder.appending(path: $0).path() }
  }

  @Test func aFileThatIsMissingIsMadeOnce() throws {
    try inFolder { path in
      let file = TokenFile(path: path("token"))
      let (made, isNew) = try file.token()
      #expect(isNew)
      let text = try String(contentsOfFile: file.path, encoding: .utf8)
      #expect(text.count == 65 && text.hasSuffix("\n"))
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path("")) == ["token"])
      let (again, isNewAgain) = try file.token()
      #expect(!isNewAgain && again == made)
      #expect(try TokenFile(path: path("other")).token().token != made)
      #expect(made.access.allows("sojourn:events:add"))
    }
  }

  @Test func theTokenIsTheFilesText() async throws {
    let token = String(repeating: "t", count: 40)
    let listed = try inFolder { path in
      try Data("  \(token) \r\n".utf8).write(to: URL(filePath: path("token")))
      return try TokenFile(path: path("token")).token().token
    }
    let tokens = try ListedTokens([listed])
    let now = GatewaySettingsTests.now
    #expect(try await tokens.verify(token, now: now).get().subject == "tokenFile")
    #expect(await tokens.verify(token + " ", now: now) == .failure(.unknown))
  }

  @Test(arguments: [
    (TokenFile.minBytes - 1, false), (TokenFile.minBytes, true), (TokenFile.maxBytes, true),
    (TokenFile.maxBytes + 1, false), (TokenFile.maxBytes * 4, false),
  ])
  func tokensHaveALength(count: Int, isTaken: Bool) throws {
    let found = try? inFolder { path in
      try Data(String(repeating: "x", count: count).utf8).write(to: URL(filePath: path("token")))
      return try TokenFile(path: path("token")).token()
    }
    #expect((found != nil) == isTaken)
  }

  @Test(arguments: [
    "", " ", "two words, which are long enough but no token", "münchen-münchen-münchen-münchen",
  ])
  func whatIsNoToken(text: String) throws {
    let problem = #expect(throws: FileProblem.self) {
      try inFolder { path in
        try Data(text.utf8).write(to: URL(filePath: path("token")))
        return try TokenFile(path: path("token")).token()
      }
    }
    #expect(problem?.reason.hasPrefix("it has no token") == true)
  }

  @Test func aPlaceThatIsNoneIsSaid() throws {
    try inFolder { path in
      #expect(throws: FileProblem.self) { try TokenFile(path: path("missing/token")).token() }
      #expect(throws: FileProblem.self) { try TokenFile(path: path("")).token() }
    }
  }
}
