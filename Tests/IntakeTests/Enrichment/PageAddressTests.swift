import Testing

@testable import Intake

/// URLs in their parts.
@Suite struct PageAddressTests {
  @Test(
    "Parts",
    arguments: [
      ("https://a.example", "a.example", "/", nil, nil),
      ("https://A.Example:8443/P/q?x=1&y#top", "a.example", "/P/q", "x=1&y", "top"),
      ("http://user:pw@a.example/x", "a.example", "/x", nil, nil),
      ("https://a.example?", "a.example", "/", "", nil),
      ("https://a.example#?x", "a.example", "/", nil, "?x"),
      (
        "https://a.example/?a=http://b.example/#/route?z", "a.example", "/", "a=http://b.example/", "/route?z"
      ),
      ("https://[2001:db8::1]:80/x", "[2001:db8::1]", "/x", nil, nil),
      (" \thttps://a.example/x \n", "a.example", "/x", nil, nil),
      ("android-app://com.example/", "com.example", "/", nil, nil),
      ("https://münchen.example/ä", "münchen.example", "/ä", nil, nil),
    ] as [(String, String, String, String?, String?)])
  func parts(_ url: String, _ host: String, _ path: String, _ query: String?, _ fragment: String?) throws {
    let page = try #require(PageAddress(url.utf8))
    #expect(page.hostname == Array(host.utf8) && page.pathname == Array(path.utf8))
    #expect(page.queryString == query.map { Array($0.utf8) })
    #expect(page.fragment == fragment.map { Array($0.utf8) })
    #expect(String(decoding: page.url, as: UTF8.self) == url.trimmingBlanks)
  }

  @Test(
    "What is no URL of a host",
    arguments: [
      "", "/x", "a.example/x", "mailto:a@b", "https://", "https:///x", "://a", "data:text/html,x",
      "http://[::1", "javascript:alert(1)", "1 2://a",
    ])
  func none(_ url: String) { #expect(PageAddress(url.utf8) == nil) }

  @Test("Parameters that have a value, without their escapes")
  func parameters() throws {
    let url = "https://a.example/?q=&q=red+shoes%21&%71x=1&bad=%zz&utf=%ff&=3&flag&&q=2=3"
    let found = try #require(PageAddress(url.utf8)).parameters.map {
      String(decoding: $0.name + Array("=".utf8) + $0.value, as: UTF8.self)
    }
    #expect(found == ["q=red shoes!", "qx=1", "bad=%zz", "utf=%ff", "=3", "q=2=3"])
    #expect(try #require(PageAddress("https://a.example/".utf8)).parameters.isEmpty)
  }

  @Test("Taking out")
  func redaction() throws {
    var tracking = TrackingSettings()
    tracking.excludedQueryParameters = ["token", "a b"]
    func redacted(_ url: String) throws -> String {
      var page = try #require(PageAddress(url.utf8))
      page.redact(tracking)
      return String(decoding: page.url, as: UTF8.self)
    }
    #expect(try redacted("https://a.example/x?y=1&&z=%41#f") == "https://a.example/x?y=1&&z=%41")
    #expect(try redacted("https://a.example/x?token=1") == "https://a.example/x")
    #expect(
      try redacted("https://a.example/x?a=1&token=1&token&tok%65n=2&a+b=3&b=2")
        == "https://a.example/x?a=1&b=2")
    tracking.shouldKeepUrlFragment = true
    #expect(try redacted("https://a.example/x?#token=1") == "https://a.example/x?#token=1")
  }

  @Test(
    "How a visitor came",
    arguments: [
      ("www.google.de", "search", "Google"), ("google.com", "search", "Google"),
      ("www.google.co.uk", "search", "Google"), ("mail.google.com", "email", "Gmail"),
      ("google.evil.example.com", nil, nil), ("notgoogle.com", nil, nil),
      ("m.facebook.com", "social", "Facebook"),
      ("facebook.com.evil.example", nil, nil), ("t.co", "social", "X"), ("at.co", nil, nil),
      ("search.yahoo.com", "search", "Yahoo"), ("a.example", nil, nil), ("", nil, nil),
    ] as [(String, String?, String?)])
  func media(_ host: String, _ medium: String?, _ name: String?) {
    let site = ReferrerMedium.site(of: Array(host.utf8))
    #expect(site?.medium.rawValue == medium && site?.name == name)
  }

  @Test(
    "Paid links",
    arguments: [
      ("gclid=1", true), ("gclid=", false), ("utm_medium=CPC", true), ("utm_medium=email", false),
      ("fbclid=x&utm_medium=email", true), ("", false),
    ])
  func paid(_ query: String, _ isPaid: Bool) throws {
    #expect(
      ReferrerMedium.isPaid(try #require(PageAddress("https://a.example/?\(query)".utf8)).parameters)
        == isPaid)
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\n" }.reversed())
  }
}
