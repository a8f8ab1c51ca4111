import Foundation
import SeededGenerator
import Testing

@testable import Edge

@Suite struct EdgeLibrariesTests {
  @Test(.enabled(if: EdgeLibraries.isBuilt)) func everythingIsInstalled() throws {
    let edge = try EdgeLibraries()
    #expect(edge.gaps.isEmpty && edge.notes.isEmpty)
    #expect(edge.userAgent("curl/8.4.0")?.browserFamily == "curl")
    #expect(edge.registrableDomain("www.example.com") == "example.com")
    #expect(edge.e164("+14155552671") == "+14155552671")
    #expect(edge.place("192.0.2.1") == nil)
  }

  @Test(.enabled(if: EdgeLibraries.isBuilt)) func whatIsOffSaysNothing() throws {
    var settings = EdgeSettings()
    (settings.userAgents, settings.domains, settings.phones) = (.off, .off, .off)
    let edge = try EdgeLibraries(settings)
    #expect(edge.gaps.isEmpty)
    #expect(edge.userAgent("curl/8.4.0") == nil && edge.registrableDomain("www.example.com") == nil)
    #expect(edge.e164("+14155552671") == nil && edge.stoppedUserAgents == 0)
  }

  @Test(.enabled(if: EdgeLibraries.isBuilt), arguments: [EdgeSettings.Use.ifInstalled, .required])
  func aMissingFileIsAGapOrAFailure(use: EdgeSettings.Use) throws {
    var settings = EdgeSettings()
    settings.userAgents = use
    settings.userAgentRules = "/nowhere/regexes.yaml"
    settings.domains = use
    settings.suffixList = "/nowhere/list.dat"
    let expected = [
      "edge.userAgents: /nowhere/regexes.yaml cannot be opened: name a file of uap-core's rules, or none",
      "edge.suffixList: /nowhere/list.dat is no public suffix list: name another file",
    ]
    if use == .required {
      let failure = #expect(throws: EdgeIncomplete.self) { try EdgeLibraries(settings) }
      #expect(failure?.gaps.map(\.description) == expected)
      #expect(failure?.description == expected.joined(separator: "\n"))
    } else {
      let edge = try EdgeLibraries(settings)
      #expect(edge.gaps.map(\.description) == expected)
      #expect(edge.userAgent("curl/8.4.0") == nil && edge.registrableDomain("a.example.com") == nil)
      #expect(edge.e164("+14155552671") != nil)
    }
  }

  @Test(
    "Rules that cannot be used are a gap that is known later, or a failure",
    .enabled(if: EdgeLibraries.isBuilt))
  func uselessRules() throws {
    let path = NSTemporaryDirectory() + "rules-\(UInt32.random(in: .min ... .max)).yaml"
    try Data("user_agent_parsers: 7\n".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var settings = EdgeSettings()
    (settings.domains, settings.phones, settings.userAgentRules) = (.off, .off, path)
    let expected = [
      "edge.userAgents: \(path) has no list user_agent_parsers: name a file of uap-core's rules, or none"
    ]
    let edge = try EdgeLibraries(settings)
    #expect(edge.userAgent("curl/8.4.0") == nil && edge.notes.isEmpty)
    #expect(edge.gaps.map(\.description) == expected)
    settings.userAgents = .required
    let failure = #expect(throws: EdgeIncomplete.self) { try EdgeLibraries(settings) }
    #expect(failure?.gaps.map(\.description) == expected)
  }

  @Test func whatIsNotInstalledIsNamedWithItsPackage() {
    let gap = EdgeGap.package("uap-core", "edge.userAgents", seen: "no /usr/share/uap-core/regexes.yaml")
    #expect(
      gap.description
        == "edge.userAgents: package uap-core is not installed (no /usr/share/uap-core/regexes.yaml): apt install uap-core"
    )
  }

  @Test("A build without the libraries finds nothing and says so", .enabled(if: !EdgeLibraries.isBuilt))
  func withoutTheLibraries() throws {
    var settings = EdgeSettings()
    let edge = try EdgeLibraries(settings)
    #expect(edge.gaps.map(\.setting) == ["edge.userAgents", "edge.domains", "edge.phones"])
    #expect(edge.userAgent("curl/8.4.0") == nil && edge.registrableDomain("a.example.com") == nil)
    #expect(edge.e164("+14155552671") == nil && edge.place("192.0.2.1") == nil)
    settings.phones = .required
    settings.placeDatabases = ["/nowhere.mmdb"]
    let failure = #expect(throws: EdgeIncomplete.self) { try EdgeLibraries(settings) }
    #expect(
      failure?.gaps.map(\.description)
        == ["edge.phones", "edge.placeDatabases"].map {
          "\($0): this build has none of the edge libraries: build with the package trait EdgeLibraries, or switch the setting off"
        })
  }

  @Test("Whatever bytes come, nothing traps", .enabled(if: EdgeLibraries.isBuilt))
  func hostileBytes() throws {
    let edge = try EdgeLibraries()
    var random = SeededGenerator(seed: 5)
    let pieces = [
      "Mozilla/5.0 (", "iPhone; ", "Android 13; ", ")", ";;;;", "((((((", " Build/", "Mobile ", "\u{0}",
      "\u{202E}",
      "é", ".", "xn--", "co.uk", "+49", "00", "1", "٣", "[", ":", "%00", "😀", " ext", "\r\n", "Chrome/",
    ]
    for round in 0..<3_000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0..<24, using: &random) {
        if round.isMultiple(of: 2) {
          bytes += pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8
        } else {
          bytes += (0..<8).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let facts = edge.userAgent(text)
      #expect((facts == nil) == text.isEmpty)
      if let domain = edge.registrableDomain(text) { #expect(domain.contains(".")) }
      for region in [nil, "DE", text.prefix(2).description] {
        if let number = edge.e164(text, region: region) {
          #expect(number.first == "+" && number.dropFirst().allSatisfy { $0.isASCII && $0.isNumber })
          #expect(number.utf8.count <= 16 + 2)
        }
      }
      _ = edge.place(text)
    }
  }
}
