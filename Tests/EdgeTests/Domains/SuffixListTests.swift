import Foundation
import Testing

@testable import Edge

@Suite(.enabled(if: EdgeLibraries.isBuilt)) struct SuffixListTests {
  private let edge: EdgeLibraries

  init() throws {
    var settings = EdgeSettings()
    settings.userAgents = .off
    settings.domains = .required
    settings.phones = .off
    edge = try EdgeLibraries(settings)
  }

  @Test(arguments: [
    ("example.com", "example.com"), ("www.example.com", "example.com"), ("a.b.c.example.com", "example.com"),
    ("shop.example.co.uk", "example.co.uk"), ("example.co.uk", "example.co.uk"), ("co.uk", nil), ("uk", nil),
    ("com", nil),
    // Suffixes that a company gives out.
    ("github.io", nil), ("ada.github.io", "ada.github.io"), ("www.ada.github.io", "ada.github.io"),
    // Wildcards and their exceptions.
    ("kawasaki.jp", nil), ("foo.kawasaki.jp", nil), ("a.foo.kawasaki.jp", "a.foo.kawasaki.jp"),
    ("www.city.kawasaki.jp", "city.kawasaki.jp"),
    // A top-level domain that no list has.
    ("intranet.corp", "intranet.corp"), ("a.intranet.corp", "intranet.corp"), ("localhost", nil),
    // Unicode and ASCII, each answered as it was asked.
    ("www.食狮.com.cn", "食狮.com.cn"), ("www.食狮.公司.cn", "食狮.公司.cn"), ("公司.cn", nil),
    ("www.xn--85x722f.com.cn", "xn--85x722f.com.cn"),
    ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
    ("xn--55qx5d.cn", nil), ("shop.BÜCHER.example.de", "example.de"), ("WWW.BÜCHER.de", "bücher.de"),
    // Letters of both cases, and the root's dot.
    ("WWW.Example.COM", "example.com"), ("www.example.com.", "example.com"), ("www.example.com..", nil),
    (".", nil), ("", nil), (".example.com", nil), ("www..example.com", nil),
    // Addresses.
    ("192.0.2.1", nil), ("192.0.2.1.", nil), ("3232235777", nil), ("0x7f.1", nil), ("a.0xFF", nil),
    ("[2001:db8::1]", nil), ("2001:db8::1", nil), ("::1", nil), ("a.1", nil),
    ("1.example.com", "example.com"),
    ("a.0xG", "a.0xg"),
    // No names.
    ("example.com:80", nil), ("user@example.com", nil), ("exa mple.com", nil), ("example.com/x", nil),
    ("a\u{0}.example.com", nil), ("example%2ecom", nil),
  ])
  func domains(host: String, expected: String?) { #expect(edge.registrableDomain(host) == expected) }

  @Test(arguments: [-1, 0, 1])
  func hostsHaveALongest(offset: Int) {
    let tail = ".example.com"
    let head = String(repeating: "a.", count: 150).prefix(
      EdgeLimits().hostBytes + offset - tail.utf8.count - 1)
    for host in [head + "b" + tail, head + "b" + tail + "."] where !host.contains("..") {
      #expect(host.utf8.count - (host.hasSuffix(".") ? 1 : 0) == EdgeLimits().hostBytes + offset)
      #expect(edge.registrableDomain(String(host)) == (offset <= 0 ? "example.com" : nil))
    }
  }

  @Test func aListOfOnesOwn() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("suffixes-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "// ===BEGIN ICANN DOMAINS===\ncom\nshop.com\n// ===END ICANN DOMAINS===\n".write(
      toFile: path, atomically: true, encoding: .utf8)
    let list = try SuffixList(path: path)
    #expect(list.registrableDomain(try #require(HostName("a.b.shop.com", maxBytes: 253))) == "b.shop.com")
    #expect(list.registrableDomain(try #require(HostName("shop.com", maxBytes: 253))) == nil)
  }
}
