import JourneyModel
import Testing

/// Addresses in the forms in which networks and mail programs write them.
@Suite struct CustomerAddressTests {
  private func read(_ text: String, _ plan: NumberingPlan = NumberingPlan(), hasNumbers: Bool = true)
    -> String?
  {
    CustomerAddress(text.utf8, plan: plan, hasNumbers: hasNumbers).map {
      "\($0.kind.rawValue) \(String(decoding: $0.text, as: UTF8.self))"
    }
  }

  @Test(arguments: [
    "+15550100001", "tel:+15550100001", "TEL:+15550100001", "tel:+1 (555) 010-0001", "tel:+1.555.010.0001",
    "tel:+15550100001;ext=12", "+15550100001;ext=12", "tel:+15550100001?x=1", " +1-555-010-0001 ",
    "sip:+15550100001@192.0.2.10:5060;user=phone", "sips:+15550100001@host", "SIP:%2B15550100001@host",
    "sip:+15550100001;phone-context=x@host", "whatsapp:15550100001", "whatsapp:+15550100001",
    "sms:+15550100001",
    "Gwen <tel:+15550100001>", "\"Gwen <3\" <sip:+15550100001@host>", "callto:+15550100001",
  ])
  func oneNumberIsOneCustomer(_ text: String) { #expect(read(text) == "phone +15550100001") }

  @Test(arguments: [
    "", " ", "tel:", "sip:", "mailto:", "+", "anonymous", "Anonymous", "tel:anonymous",
    "sip:anonymous@anonymous.invalid",
    "sip:x@anonymous.invalid", "Restricted", "UNAVAILABLE", "unknown", "private", "Out Of Area",
    "No Caller ID",
    "withheld", "<>", "Anonymous <sip:anonymous@anonymous.invalid>", "sip:anonymous@10.0.0.1",
  ])
  func whoWithholdsTheNumberIsNobody(_ text: String) { #expect(read(text) == nil) }

  @Test(arguments: [
    ("mailto:Gwen@Example.COM", "email gwen@example.com"),
    ("Gwen Brown <gwen@example.com>", "email gwen@example.com"),
    ("gwen@example.com", "email gwen@example.com"),
    ("mailto:gwen@example.com?subject=x", "email gwen@example.com"),
    ("sips:alice@example.com", "sip alice@example.com"),
    ("sip:alice@Example.com:5061;transport=tls", "sip alice@example.com"),
    ("sip:64aa+exampleorg.orgspan.com@localhost", "sip 64aa+exampleorg.orgspan.com@localhost"),
    ("guest-3f0c9a52", "guest guest-3f0c9a52"), ("visitor-1", "guest visitor-1"),
    ("0d9b8f7a-1111-4222-8333-444455556666", "guest 0d9b8f7a-1111-4222-8333-444455556666"),
    ("5550100001", "phone 5550100001"), ("110", "phone 110"), ("@x", "guest @x"), ("x@", "guest x@"),
    // No number has more than 15 digits: a messenger's user.
    ("123456789012345", "phone 123456789012345"), ("1234567890123456", "guest 1234567890123456"),
  ])
  func othersKeepTheirKind(_ text: String, _ expected: String) { #expect(read(text) == expected) }

  @Test func whereTheChannelNumbersItsUsersDigitsAreNoPhone() {
    #expect(read("5550100001", hasNumbers: false) == "guest 5550100001")
    #expect(read("+15550100001", hasNumbers: false) == "phone +15550100001")
  }

  @Test(arguments: [
    ("1", "1", "011", "5550100001", "+15550100001"), ("1", "1", "011", "15550100001", "+15550100001"),
    ("1", "1", "011", "011353871234567", "+353871234567"), ("353", "0", "00", "0871234567", "+353871234567"),
    ("353", "0", "00", "00353871234567", "+353871234567"),
    ("353", "0", "00", "+353871234567", "+353871234567"),
    ("39", "", "00", "0612345678", "+390612345678"), ("353", "0", "00", "112", "112"),
    ("353", "0", "00", "123456", "123456"), ("353", "0", "00", "1234567", "+3531234567"),
    ("", "0", "", "0871234567", "0871234567"),
    ("", "", "00", "00353871234567", "+353871234567"),
  ])
  func nationalNumbersBecomeInternationalOnlyAsConfigured(
    _ code: String, _ trunk: String, _ prefix: String, _ text: String, _ expected: String
  ) {
    var plan = NumberingPlan()
    (plan.callingCode, plan.trunkPrefix, plan.internationalPrefix) = (code, trunk, prefix)
    #expect(read(text, plan) == "phone \(expected)")
    #expect(read("tel:" + text, plan) == "phone \(expected)")
  }

  @Test func anyBytesAreReadWithoutATrap() {
    let pieces = ["tel:", "sip:", "<", ">", "@", "+", ";", "%", "%2", "\u{0}", " ", "é", "1", "a"]
    for one in pieces {
      for two in pieces {
        for three in pieces { _ = read(one + two + three) }
      }
    }
  }
}
