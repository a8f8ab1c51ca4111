import JourneyModel
import SeededGenerator
import Testing

/// Session ids: derivation, order and text.
@Suite struct SessionIDTests {
  /// Derived with Python: `uuid5(uuid5(NAMESPACE_URL, "https://sojourn.dev/session"), "\0".join(parts))`.
  @Test(arguments: [
    (
      ["web", "cookie", "1908bcfb-b2e7-5101-880a-9e13f4f422cf", "874d4847-8d6b-5515-b4e7-7040539f073d"],
      "02636cd1-7feb-5bcc-a589-439463c4f7f9"
    ),
    (["delivery", "email", "gwen@example.com", "1"], "75b25438-1e72-5221-a1bc-87bb04a384a0"),
    (["conversation", "phone", "+353871234567", ""], "96ca3392-7f45-5452-91ee-54dcefacce9b"),
    (["web", "cookie", "Zoë 🚲", "é"], "241851b6-0753-55c7-8b2c-ee83950bfe13"),
    (["web", "cookie", "ada", "1", "1789992000000"], "184dd733-936e-51f7-b001-d95b4b01572b"),
    (["web", "cookie", "ada", "1", "0"], "66cf5d4a-0ceb-525d-aad2-2c6d31f2f670"),
  ])
  func isTheVersion5UUIDOfItsParts(_ parts: [String], _ expected: String) {
    #expect(id(parts).text == expected)
  }

  @Test func everyPartCounts() {
    let parts = ["web", "cookie", "ann", "e1"]
    var seen: Set<SessionID> = [id(parts)]
    for index in parts.indices {
      var other = parts
      other[index] += "x"
      seen.insert(id(other))
    }
    // A byte moved from one part to the next is another name.
    seen.insert(id(["web", "cookiea", "nn", "e1"]))
    #expect(seen.count == 6)
    // The time as well.
    for time in ["0", "1", "10", "253402300799999"] { seen.insert(id(parts + [time])) }
    #expect(seen.count == 10)
  }

  @Test func textIsLowerCaseAndCanonical() {
    #expect(SessionID(high: 0, low: 0).text == "00000000-0000-0000-0000-000000000000")
    #expect(SessionID(high: .max, low: .max).text == "ffffffff-ffff-ffff-ffff-ffffffffffff")
    #expect(
      SessionID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210).text
        == "01234567-89ab-cdef-fedc-ba9876543210")
  }

  /// Every digit at every place, against the standard library's.
  @Test func textIsThatOfTheNumbers() {
    for place in 0..<32 {
      for digit in UInt64(0)...15 {
        let bits = digit << UInt64(4 * (15 - place % 16))
        let id = place < 16 ? SessionID(high: bits, low: 0) : SessionID(high: 0, low: bits)
        var digits = Array(repeating: "0", count: 32)
        digits[place] = String(digit, radix: 16)
        for (index, hyphen) in [8, 12, 16, 20].enumerated() { digits.insert("-", at: hyphen + index) }
        #expect(id.text == digits.joined())
      }
    }
  }

  @Test func textIsReadBack() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<200 {
      let id = SessionID(high: generator.next(), low: generator.next())
      #expect(SessionID(text: Array(id.text.utf8)) == id)
      #expect(SessionID(text: Array(id.text.uppercased().utf8)) == id)
    }
  }

  @Test(arguments: [
    "", "01234567-89ab-cdef-fedc-ba987654321", "01234567-89ab-cdef-fedc-ba98765432100",
    "0123456789abcdeffedcba9876543210", "01234567-89ab-cdef-fedc-ba987654321g",
    "01234567+89ab-cdef-fedc-ba9876543210",
    "0123456-789ab-cdef-fedc-ba9876543210",
  ])
  func otherTextIsNoId(_ text: String) { #expect(SessionID(text: Array(text.utf8)) == nil) }

  @Test func orderIsThatOfTheText() {
    var generator = SeededGenerator(seed: 2)
    let ids = (0..<100).map { number in
      SessionID(high: generator.next() >> (number < 50 ? 60 : 0), low: generator.next())
    }
    #expect(ids.sorted().map(\.text) == ids.map(\.text).sorted())
  }

  private func id(_ parts: [String]) -> SessionID {
    SessionID(
      type: parts[0].utf8, customerIDType: parts[1].utf8, customerID: parts[2].utf8,
      firstEventID: parts[3].utf8, at: parts.count > 4 ? Int64(parts[4]).map(EventTime.init) : nil)
  }
}
