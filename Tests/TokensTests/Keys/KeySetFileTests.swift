import Foundation
import Testing

@testable import Tokens

@Suite struct KeySetFileTests {
  private let old = SigningKey.ed25519("old")
  private let new = SigningKey.p256("new")

  @Test func keysAreRotated() async throws {
    let provider = try await Provider([old.entry()])
    let (first, second) = (try Provider.token(old), try Provider.token(new))
    #expect(await provider.flaw(first) == nil)
    #expect(await provider.flaw(second) == .unknownKey)
    // Both for a while, then the new one alone.
    try provider.replace(keySet([old.entry(), new.entry()]))
    #expect(await provider.flaw(first) == nil)
    #expect(await provider.flaw(second) == nil)
    try provider.replace(keySet([new.entry()]))
    #expect(await provider.flaw(first) == .unknownKey)
    #expect(await provider.flaw(second) == nil)
    #expect(
      provider.reports.all == [
        .loaded(keys: 1, notes: []), .loaded(keys: 2, notes: []), .loaded(keys: 1, notes: []),
      ])
  }

  @Test func aKeyUnderTheSameNameIsAnother() async throws {
    let twin = SigningKey.ed25519("old")
    let provider = try await Provider([old.entry()])
    try provider.replace(keySet([twin.entry()]))
    #expect(await provider.flaw(try Provider.token(old)) == .signatureWrong)
    #expect(await provider.flaw(try Provider.token(twin)) == nil)
  }

  @Test("A file that is wrong leaves the keys as they are, and says so once")
  func badFiles() async throws {
    let provider = try await Provider([old.entry()])
    let token = try Provider.token(old)
    let secret = new.entry(["d": "AAAA"])
    for (bytes, flaw) in [
      (Array("{\"keys\":[".utf8), KeySetFlaw.noKeySet), ([], .noKeySet), (try keySet([secret]), .secret(0)),
      (Array("{\"keys\":[]}".utf8), .noUsableKey([])),
      ([UInt8](repeating: 0x20, count: KeySetFile.maxBytes + 1), .tooLarge),
    ] {
      try provider.replace(bytes)
      for _ in 0..<3 { #expect(await provider.flaw(token) == nil) }
      #expect(await provider.file.problem == flaw)
      #expect(provider.reports.all.last == .kept(flaw))
    }
    #expect(provider.reports.all.count == 1 + 4)
    // What was there at first is no news, but counts again.
    try provider.replace(keySet([old.entry()]))
    #expect(await provider.flaw(token) == nil)
    #expect(await provider.file.problem == nil)
    #expect(provider.reports.all.last == .loaded(keys: 1, notes: []))
  }

  @Test func aFileMayBeGoneForAWhile() async throws {
    let provider = try await Provider([old.entry()])
    let (first, second) = (try Provider.token(old), try Provider.token(new))
    let content = try Data(contentsOf: URL(fileURLWithPath: provider.path))
    try FileManager.default.removeItem(atPath: provider.path)
    #expect(await provider.flaw(first) == nil)
    #expect(await provider.file.problem == .unreadable("No such file or directory"))
    try provider.replace(Array(content))
    #expect(await provider.flaw(first) == nil)
    #expect(await provider.file.problem == nil)
    try FileManager.default.removeItem(atPath: provider.path)
    try FileManager.default.createDirectory(atPath: provider.path, withIntermediateDirectories: false)
    #expect(await provider.flaw(first) == nil)
    #expect(await provider.file.problem == .unreadable("it is no file"))
    try FileManager.default.removeItem(atPath: provider.path)
    try provider.replace(keySet([new.entry()]))
    #expect(await provider.flaw(second) == nil)
    #expect(await provider.flaw(first) == .unknownKey)
  }

  @Test("A change in place, of the same length and in the same moment, is seen")
  func changesInPlace() async throws {
    let twin = SigningKey.ed25519("old")
    let provider = try await Provider([old.entry()])
    let tokens = [try Provider.token(old), try Provider.token(twin)]
    let contents = [try keySet([old.entry()]), try keySet([twin.entry()])]
    #expect(contents[0].count == contents[1].count)
    let file = try #require(FileHandle(forWritingAtPath: provider.path))
    for round in 0..<20 {
      try file.seek(toOffset: 0)
      try file.write(contentsOf: Data(contents[round % 2]))
      #expect(await provider.flaw(tokens[round % 2]) == nil)
      #expect(await provider.flaw(tokens[1 - round % 2]) == .signatureWrong)
    }
    try file.close()
  }

  @Test func aBadFileAtTheStartIsAnError() async throws {
    await #expect(throws: KeySetFlaw.unreadable("No such file or directory")) {
      try await KeySetFile(path: "/nowhere/jwks.json", allowed: [.es256]) { _ in }
    }
    await #expect(throws: KeySetFlaw.unreadable("it is no file")) {
      try await KeySetFile(path: "/dev/null", allowed: [.es256]) { _ in }
    }
  }

  @Test func manyAskWhileKeysChange() async throws {
    let provider = try await Provider([old.entry()])
    let (first, second) = (try Provider.token(old), try Provider.token(new))
    let sets = [try keySet([old.entry(), new.entry()]), try keySet([old.entry()])]
    let isAlwaysRight = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<100 {
            // The first key is in every set; the second comes and goes.
            guard await provider.flaw(first) == nil else { return false }
            guard [nil, .unknownKey].contains(await provider.flaw(second)) else { return false }
          }
          return true
        }
      }
      group.addTask {
        for round in 0..<50 {
          guard (try? provider.replace(sets[round % 2])) != nil else { return false }
          await Task.yield()
        }
        return true
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(isAlwaysRight)
  }
}
