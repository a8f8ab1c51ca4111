import JourneyModel
import JourneyRules
import Testing

@testable import Webhooks

@Suite struct TargetTests {
  @Test(
    arguments: [
      ("8.8.8.8", .global), ("1.1.1.1", .global), ("172.15.255.255", .global), ("172.32.0.0", .global),
      ("192.167.255.255", .global), ("100.63.255.255", .global), ("100.128.0.0", .global),
      ("198.17.255.255", .global), ("198.20.0.0", .global), ("223.255.255.255", .global),
      ("2606:4700::1111", .global), ("3fff:ffff::1", .global),
      ("127.0.0.1", .loopback), ("127.255.255.255", .loopback), ("::1", .loopback),
      ("::ffff:127.0.0.1", .loopback), ("::ffff:7f00:1", .loopback), ("64:ff9b::127.0.0.1", .loopback),
      ("2002:7f00:1::", .loopback), ("::127.0.0.1", .loopback),
      ("10.0.0.0", .privateUse), ("172.16.0.0", .privateUse), ("172.31.255.255", .privateUse),
      ("192.168.1.1", .privateUse), ("100.64.0.0", .privateUse), ("100.127.255.255", .privateUse),
      ("fc00::1", .privateUse), ("fdff::1", .privateUse), ("::ffff:10.1.2.3", .privateUse),
      ("2002:0a00:1::", .privateUse),
      ("0.0.0.0", .never), ("0.1.2.3", .never), ("169.254.169.254", .never), ("224.0.0.1", .never),
      ("255.255.255.255", .never), ("240.0.0.1", .never), ("192.0.2.1", .never), ("192.0.0.8", .never),
      ("198.18.0.1", .never), ("198.51.100.1", .never), ("203.0.113.1", .never), ("::", .never),
      ("fe80::1", .never), ("ff02::1", .never), ("2001:db8::1", .never), ("fd00:ec2::254", .never),
      ("::ffff:169.254.169.254", .never), ("64:ff9b::169.254.169.254", .never), ("100::1", .never),
    ] as [(String, IPAddress.Scope)])
  func scopes(text: String, scope: IPAddress.Scope) throws {
    let address = try #require(IPAddress(text))
    #expect(address.scope == scope)
    #expect(IPAddress(address.description) == address, "what is written is read as the same")
  }

  @Test(arguments: [
    "", "1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.2.3.4.5", "1.2.3.", "256.1.1.1",
    "1.2.3.04",
    ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1::", "fe80::1%eth0", "12345::", "g::",
    "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7::8",
  ]) func whatIsNoAddress(text: String) { #expect(IPAddress(text) == nil) }

  @Test(arguments: [
    ("https://example.com", "https://example.com:443", "example.com"),
    ("https://Example.com:8443/a?b=c", "https://example.com:8443", "example.com"),
    ("http://localhost:9000/hook", "http://localhost:9000", "localhost"),
    ("http://[::1]:80/", "http://[::1]:80", "::1"),
    ("https://10.0.0.1?x", "https://10.0.0.1:443", "10.0.0.1"),
  ]) func urls(text: String, origin: String, host: String) throws {
    let url = try TargetURL(text)
    #expect(url.origin == origin)
    #expect(url.host == host)
    #expect(url.text == text)
  }

  @Test(arguments: [
    ("", "https://HOST"), ("example.com", "https://HOST"), ("ftp://example.com", "https://HOST"),
    ("https://", "host name"), ("https:///path", "host name"), ("https://user:pw@example.com", "no user"),
    ("https://example.com:0", "port"), ("https://example.com:65536", "port"),
    ("https://example.com:", "port"),
    ("https://example.com:8a", "port"), ("https://exa mple.com", "blanks"), ("https://example.com/#x", "#"),
    ("https://ex%61mple.com", "host name"), ("https://[::1", "https://HOST"), ("https://[::1]x", "IPv6"),
    ("https://[fe80::1%25eth0]", "IPv6"), ("https://[1.2.3.4.5]", "IPv6"), ("https://a..b", "host name"),
    ("https://example.com\\@evil.com", "no user"), ("https://exämple.com", "ASCII"),
  ]) func whatIsNoURL(text: String, expected: String) {
    let problem = #expect(throws: TargetURL.Problem.self) { try TargetURL(text) }
    #expect(problem?.expected.contains(expected) == true, "\(problem?.expected ?? "")")
  }

  @Test func urlsAreBounded() throws {
    let start = "https://example.com/"
    let room = TargetURL.maxBytes - start.utf8.count
    #expect(try TargetURL(start + String(repeating: "a", count: room)).port == 443)
    #expect(throws: TargetURL.Problem.self) { try TargetURL(start + String(repeating: "a", count: room + 1)) }
  }

  /// URL, whether private networks are allowed, an address that its name means, and whether it may be used.
  @Test(arguments: [
    ("https://a.example", false, "8.8.8.8", true), ("https://a.example", false, "10.0.0.1", false),
    ("https://a.example", true, "10.0.0.1", true), ("https://a.example", false, "127.0.0.1", false),
    ("https://a.example", true, "127.0.0.1", true), ("https://a.example", true, "169.254.169.254", false),
    ("http://a.example", true, "10.0.0.1", true), ("http://a.example", true, "8.8.8.8", false),
    ("http://localhost", false, "127.0.0.1", true), ("http://localhost", false, "::1", true),
    ("http://localhost", false, "8.8.8.8", false), ("http://localhost", false, "10.0.0.1", false),
    ("https://localhost", false, "127.0.0.1", true),
  ]) func addressesByRule(text: String, allowsPrivate: Bool, address: String, isAllowed: Bool) throws {
    let rules = AddressRules(try TargetURL(text), allowsPrivate: allowsPrivate)
    #expect((rules.refusal(of: try #require(IPAddress(address))) == nil) == isAllowed)
  }

  @Test(arguments: [
    ("http://a.example", false, false), ("http://a.example", true, true), ("https://a.example", false, true),
    ("http://127.0.0.1:1", false, true), ("http://10.0.0.1", false, false), ("http://10.0.0.1", true, true),
    ("https://10.0.0.1", false, false), ("https://169.254.169.254/latest", true, false),
    ("http://8.8.8.8", true, false), ("http://[::1]:1/", false, true), ("https://[fd00::1]/", false, false),
  ]) func urlsByRule(text: String, allowsPrivate: Bool, isAllowed: Bool) throws {
    let url = try TargetURL(text)
    #expect((AddressRules(url, allowsPrivate: allowsPrivate).refusal(of: url) == nil) == isAllowed)
  }

  @Test func aTargetWantsWhatItAskedFor() throws {
    let secret = try SigningSecret("a secret that is only for tests.")
    var target = WebhookTarget(name: "t", url: try TargetURL("https://a.example"), secrets: [secret])
    let trigger = MachineScene.trigger("x")
    #expect(target.wants(trigger))
    target.mediaTypes = [.contentOffer]
    #expect(!target.wants(trigger))
    target.mediaTypes = [.contentOffer, .architectFlow]
    #expect(target.wants(trigger))
    target.actionMaps = ["other"]
    #expect(!target.wants(trigger), "kind and map both have to be asked for")
    target.actionMaps = ["other", "m"]
    #expect(target.wants(trigger))
  }
}
