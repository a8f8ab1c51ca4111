import Intake
import Testing

/// Domains, referrers and searches, as rules see them.
@Suite struct EnrichmentTests {
  private func read(_ members: String, _ change: (inout TrackingSettings) -> Void = { _ in }) -> String {
    let body =
      #"{"id":"e","customerId":"c","eventName":"page_viewed","createdDate":"\#(Intakes.stated)",\#(members)}"#
    return EventsDialect(KnownEdge.settings).read(body, Intakes.source(.browser, change)).values.joined()
  }

  @Test("Domains: the source's own, the library's, or the host")
  func domains() {
    func domain(_ host: String) -> String {
      let text = read(#""page":{"url":"https://\#(host)/"}"#) { $0.domains = ["Shop.Example.com", "intern"] }
      return String(text.drop { $0 != "p" }.split(separator: #""domain":""#)[1].prefix { $0 != "\"" })
    }
    #expect(
      domain("www.shop.example.com") == "shop.example.com" && domain("shop.example.com") == "shop.example.com"
    )
    #expect(domain("otherthanshop.example.com") == "example.com" && domain("a.github.io") == "a.github.io")
    #expect(
      domain("localhost") == "localhost" && domain("10.0.0.1") == "10.0.0.1" && domain("x.intern") == "intern"
    )
  }

  @Test(
    "Media",
    arguments: [
      ("https://www.a.example/x", "https://a.example/", "internal"),
      ("https://a.example/?gclid=1", "https://www.google.com/", "paid"),
      ("https://a.example/", "https://www.google.com/", "search"),
      ("https://a.example/?gclid=1", "https://a.example/", "internal"),
      ("https://a.example/", "https://b.example/", "unknown"),
    ])
  func media(_ page: String, _ referrer: String, _ medium: String) {
    #expect(
      read(#""page":{"url":"\#(page)"},"referrerUrl":"\#(referrer)""#).contains(#""medium":"\#(medium)""#))
    // What the client says of the page it came from counts, and is completed.
    let own = read(
      #""page":{"url":"\#(page)"},"referrer":{"url":"\#(referrer)","name":"N"},"referrerUrl":"https://x.example""#
    )
    #expect(own.contains(#""medium":"\#(medium)","url":"\#(referrer)","name":"N"}"#))
  }

  @Test("What is no URL stays as it is")
  func none() {
    for url in [#""""#, #""/x?token=1""#, "7", "null", "[]", "{}"] {
      let members = #""page":{"url":\#(url)},"referrerUrl":\#(url),"browser":7,"device":"x","ipAddress":[]"#
      #expect(read(members) { $0.excludedQueryParameters = ["token"] }.contains(members))
    }
  }

  @Test("Searches: the first parameter that a URL has")
  func searches() {
    func text(_ query: String) -> String {
      read(#""page":{"url":"https://a.example/?\#(query)"}"#) { $0.searchQueryParameters = ["q", "s"] }
    }
    #expect(
      text("s=b&q=a%22").contains(#""searchQuery":"a\"""#) && text("s=b").contains(#""searchQuery":"b""#))
    #expect(!text("x=b&q=").contains("searchQuery"))
  }

  @Test(
    "Languages",
    arguments: [
      ("de-AT,de;q=0.9", "de-AT"), ("en", "en"), (" fr ;q=1", "fr"), ("*", nil), ("", nil), (nil, nil),
    ] as [(String?, String?)])
  func languages(_ field: String?, _ language: String?) {
    let request = Intakes.request { $0.acceptLanguage = field }
    let text = EventsDialect().read(Intakes.event(), Intakes.source(.browser), request).values.joined()
    #expect(text.contains("browser") == (language != nil))
    if let language { #expect(text.contains(#""browser":{"lang":"\#(language)"}"#)) }
  }

  @Test("Addresses that are none are not stored where addresses lose a part")
  func addresses() {
    let request = Intakes.request { $0.clientAddress = "unix:/socket" }
    func text(_ isAnonymous: Bool) -> String {
      EventsDialect().read(
        Intakes.event(), Intakes.source(.browser) { $0.anonymizeIp = isAnonymous }, request
      ).values.joined()
    }
    #expect(
      text(false).hasSuffix(#","ipAddress":"unix:/socket"}"#) && text(true).hasSuffix(#","ipAddress":""}"#))
  }
}
