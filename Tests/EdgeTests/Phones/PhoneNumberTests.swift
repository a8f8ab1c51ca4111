import Testing

@testable import Edge

@Suite(.enabled(if: EdgeLibraries.isBuilt)) struct PhoneNumberTests {
  private let edge: EdgeLibraries

  init() throws {
    var settings = EdgeSettings()
    settings.userAgents = .off
    settings.domains = .off
    settings.phones = .required
    edge = try EdgeLibraries(settings)
  }

  @Test(arguments: [
    ("030 123456", "DE", "+4930123456"), ("030/123456", "de", "+4930123456"),
    ("(415) 555-2671", "US", "+14155552671"), ("1-415-555-2671", "US", "+14155552671"),
    ("020 7946 0958", "GB", "+442079460958"), ("02 1234 5678", "IT", "+390212345678"),
    ("06 12 34 56 78", "FR", "+33612345678"), ("13800138000", "CN", "+8613800138000"),
    // From abroad.
    ("00 49 30 123456", "FR", "+4930123456"), ("011 49 30 123456", "US", "+4930123456"),
    // Digits of other scripts.
    ("０３０１２３４５６", "DE", "+4930123456"), ("٠٣٠ ١٢٣٤٥٦", "DE", "+4930123456"),
    // An extension is no part of the number.
    ("030 123456 ext. 7", "DE", "+4930123456"), ("tel:030-123456;phone-context=+49", "FR", "+4930123456"),
  ])
  func national(number: String, region: String, expected: String) {
    #expect(edge.e164(number, region: region) == expected)
  }

  @Test(arguments: ["+14155552671", "+4930123456", "+442079460958", "+8613800138000", "+390212345678"])
  func whatIsE164Stays(number: String) {
    #expect(edge.e164(number) == number)
    #expect(edge.e164(number, region: "JP") == number)
    #expect(edge.e164("  " + number) == number)
  }

  @Test func aRangeNewerThanTheTablesPassesWithItsCallingCodeOnly() {
    // Of a number's length, in a range that nobody has.
    #expect(edge.e164("+1 200 555 0100") == "+12005550100")
    #expect(edge.e164("200 555 0100", region: "US") == nil)
  }

  @Test(arguments: [
    ("030 123456", nil), ("", "DE"), ("+", nil), ("+49", nil), ("12", "DE"), ("911", "US"), ("abc", "US"),
    ("+999123456789", nil), ("+0123456789", nil), ("+1415555267199999", nil), ("030 123456", "XX"),
    ("030 123456", "D"), ("030 123456", "DEU"), ("030 123456", "\u{e4}\u{e4}"), ("030 123456", ""),
    ("030 123456", "12"), ("0\u{0}30 123456", "DE"), ("anonymous", "DE"),
  ])
  func noNumbers(number: String, region: String?) { #expect(edge.e164(number, region: region) == nil) }

  @Test(arguments: [-1, 0, 1])
  func textsHaveALongest(offset: Int) {
    let number = "+4930123456"
    let blanks = String(repeating: " ", count: EdgeLimits().phoneBytes + offset - number.utf8.count)
    #expect(edge.e164(blanks + number) == (offset <= 0 ? number : nil))
  }
}
