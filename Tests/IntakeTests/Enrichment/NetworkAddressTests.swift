import Testing

@testable import Intake

/// Addresses, and what is left of them.
@Suite struct NetworkAddressTests {
  @Test(
    "Forms and what is kept",
    arguments: [
      ("192.0.2.10", "192.0.2.10", "192.0.2.0"), ("255.255.255.255", "255.255.255.255", "255.255.255.0"),
      ("::ffff:192.0.2.10", "192.0.2.10", "192.0.2.0"), ("[2001:db8::1]", "2001:db8::1", "2001:db8::"),
      ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1::"), ("::", "::", "::"),
      ("::1", "::1", "::"),
      ("fe80::1%eth0", "fe80::1", "fe80::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3", "1::"),
      ("1::3:4:5:6:7:8", "1:0:3:4:5:6:7:8", "1:0:3::"),
      ("64:ff9b::192.0.2.1", "64:ff9b::c000:201", "64:ff9b::"),
    ])
  func forms(_ text: String, _ canonical: String, _ kept: String) throws {
    let address = try #require(NetworkAddress(text))
    #expect(address.text == canonical && address.anonymized.text == kept)
  }

  @Test(
    "What is none",
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4", "a.b.c.d", ":", ":::", "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:2:3:4:5:6:7:", "::1.2.3", "::1.2.3.4:5", "1:2:3:4:5:6:7::8:9",
      "localhost",
    ])
  func none(_ text: String) { #expect(NetworkAddress(text) == nil) }

  @Test(
    "Domains by rule of thumb",
    arguments: [
      ("shop.example.com", "example.com"), ("example.com", "example.com"),
      ("a.b.example.co.uk", "example.co.uk"),
      ("example.de", "example.de"), ("co.uk", nil), ("localhost", nil), ("192.0.2.1", nil),
      ("www.ab.de", "www.ab.de"),
    ] as [(String, String?)])
  func domains(_ host: String, _ domain: String?) { #expect(NoEdge().registrableDomain(of: host) == domain) }
}
