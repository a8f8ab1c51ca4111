import Testing

@testable import Gateway

@Suite struct TrustedProxiesTests {
  @Test(
    arguments: [
      ("10.0.0.1", [], "10.0.0.1"), ("10.0.0.1", ["1.2.3.4"], "1.2.3.4"),
      ("10.0.0.1", ["6.6.6.6, 1.2.3.4, 10.9.9.9"], "1.2.3.4"),
      ("10.0.0.1", ["6.6.6.6", "1.2.3.4"], "1.2.3.4"),
      ("9.9.9.9", ["1.2.3.4"], "9.9.9.9"), ("10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
      ("10.0.0.1", ["1.2.3.4, unknown"], "10.0.0.1"), ("10.0.0.1", ["1.2.3.4:80"], "10.0.0.1"),
      ("::ffff:10.0.0.1", ["2001:db8::1"], "2001:db8::1"), ("::1", ["1.2.3.4"], "1.2.3.4"),
      ("10.0.0.1", [""], "10.0.0.1"),
    ] as [(String, [String], String)])
  func theLastHopThatIsNotOursIsTheClient(connected: String, forwarded: [String], client: String) {
    let proxies = TrustedProxies(["10.0.0.0/8", "::1"])
    #expect(proxies?.client(connected: connected, forwarded: forwarded) == client)
  }

  @Test(arguments: [
    ("10.2.0.0/15", "10.1.255.255", "10.3.255.255"), ("10.128.0.0/9", "10.127.255.255", "10.128.0.0"),
    ("2001:db8::/33", "2001:db8:8000::", "2001:db8:7fff::"),
  ])
  func networksEndAtTheirBits(network: String, outside: String, inside: String) {
    let proxies = TrustedProxies([network])
    #expect(proxies?.client(connected: inside, forwarded: ["1.1.1.1"]) == "1.1.1.1")
    #expect(proxies?.client(connected: outside, forwarded: ["1.1.1.1"]) == outside)
  }

  @Test func nobodyIsTrustedUnlessNamed() {
    #expect(TrustedProxies().client(connected: "127.0.0.1", forwarded: ["1.1.1.1"]) == "127.0.0.1")
    #expect(TrustedProxies().client(connected: nil, forwarded: ["1.1.1.1"]) == nil)
  }

  @Test(arguments: [
    "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "host", "10.0.0",
  ])
  func noNetworks(text: String) {
    #expect(TrustedProxies([text]) == nil)
  }
}
