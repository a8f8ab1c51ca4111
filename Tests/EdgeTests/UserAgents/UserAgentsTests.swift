import Testing

@testable import Edge

@Suite(.enabled(if: EdgeLibraries.isBuilt)) struct UserAgentsTests {
  private struct Known: Sendable {
    var text: String
    var browser: String
    var os: String
    var device: String
    var category: DeviceCategory
  }

  private static let known = [
    Known(
      text:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
      browser: "Mobile Safari 17.1", os: "iOS 17.1", device: "iPhone Apple iPhone", category: .mobile),
    Known(
      text:
        "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1",
      browser: "Mobile Safari 16.6", os: "iOS 16.6", device: "iPad Apple iPad", category: .tablet),
    Known(
      text:
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
      browser: "Chrome 120.0.0.0", os: "Windows 10", device: "Other", category: .desktop),
    Known(
      text:
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.61",
      browser: "Edge 120.0.2210.61", os: "Windows 10", device: "Other", category: .desktop),
    Known(
      text:
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
      browser: "Safari 17.1", os: "Mac OS X 10.15.7", device: "Mac Apple Mac", category: .desktop),
    Known(
      text: "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
      browser: "Firefox 120.0", os: "Ubuntu", device: "Other", category: .desktop),
    Known(
      text:
        "Mozilla/5.0 (Linux; Android 13; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.6045.163 Mobile Safari/537.36",
      browser: "Chrome Mobile 119.0.6045.163", os: "Android 13", device: "Samsung SM-G991B Samsung SM-G991B",
      category: .mobile),
    Known(
      text:
        "Mozilla/5.0 (Linux; Android 12; SM-T870) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36",
      browser: "Chrome 119.0.0.0", os: "Android 12", device: "SM-T870 Generic_Android_Tablet SM-T870",
      category: .tablet),
    Known(
      text:
        "Mozilla/5.0 (Android 13; Tablet; rv:109.0) Gecko/115.0 Firefox/115.0",
      browser: "Firefox Mobile 115.0", os: "Android 13", device: "Generic Tablet Generic Tablet",
      category: .tablet),
    Known(
      text:
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
      browser: "Chrome 120.0.0.0", os: "Chrome OS 14541.0.0", device: "Other", category: .desktop),
    Known(
      text: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      browser: "Googlebot 2.1", os: "Other", device: "Spider Spider Desktop", category: .other),
    Known(
      text:
        "Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/5.0 NativeTV Safari/538.1",
      browser: "Safari 5.0", os: "Tizen 5.0", device: "Samsung SMART-TV Samsung SMART-TV", category: .other),
    Known(
      text: "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3709; U; en) Presto/2.8.119 Version/11.10",
      browser: "Opera Mini 7.1.32052", os: "Other",
      device: "Generic Feature Phone Generic Feature Phone", category: .mobile),
    Known(text: "curl/8.4.0", browser: "curl 8.4.0", os: "Other", device: "Other", category: .other),
    Known(text: "?", browser: "Other", os: "Other", device: "Other", category: .other),
  ]

  private let edge: EdgeLibraries

  /// Loaded once: compiling the rules takes a while.
  private static let loaded = Result {
    var settings = EdgeSettings()
    settings.userAgents = .required
    settings.domains = .off
    settings.phones = .off
    return try EdgeLibraries(settings)
  }

  init() throws { edge = try UserAgentsTests.loaded.get() }

  @Test(arguments: known.indices)
  func knownOnes(index: Int) throws {
    let known = UserAgentsTests.known[index]
    let facts = try #require(edge.userAgent(known.text))
    func joined(_ parts: String?...) -> String { parts.compactMap(\.self).joined(separator: " ") }
    #expect(joined(facts.browserFamily, facts.browserVersion) == known.browser)
    #expect(joined(facts.osFamily, facts.osVersion) == known.os)
    #expect(joined(facts.deviceType, facts.manufacturer, facts.model) == known.device)
    #expect(facts.category == known.category)
    #expect(facts.isMobile == [.mobile, .tablet].contains(known.category))
  }

  @Test func nothingSaysNothing() { #expect(edge.userAgent("") == nil) }

  @Test(arguments: [-1, 0, 1])
  func whatIsBeyondTheLimitIsNotThere(offset: Int) throws {
    let browser = " Firefox/120.0"
    let limit = EdgeLimits().userAgentBytes
    let text = String(repeating: "x", count: limit + offset - browser.utf8.count) + browser
    let facts = try #require(edge.userAgent(text))
    // The version's last digit is the byte beyond it, and without it the rule does not match.
    #expect(facts.browserVersion == (offset <= 0 ? "120.0" : nil))
    #expect(facts.browserFamily == (offset <= 0 ? "Firefox" : "Other"))
  }

  @Test func aCharacterCutInTwoIsNoHarm() throws {
    let text = String(repeating: "x", count: EdgeLimits().userAgentBytes - 1) + "é Firefox/120.0"
    #expect(try #require(edge.userAgent(text)).browserFamily == "Other")
  }

  @Test func manyThreadsFindTheSame() async throws {
    let edge = edge
    let texts = UserAgentsTests.known.map(\.text)
    let expected = texts.map { edge.userAgent($0) }
    let same = await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<200).allSatisfy { round in
            let index = (round + task) % texts.count
            // Every third one was never seen.
            let extra = round.isMultiple(of: 3) ? edge.userAgent("Firefox/\(round).\(task)") : nil
            return edge.userAgent(texts[index]) == expected[index]
              && (extra.map { $0.browserVersion == "\(round).\(task)" } ?? true)
          }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(same)
  }
}
