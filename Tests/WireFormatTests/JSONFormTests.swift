import Foundation
import JourneyModel
import Testing
import WireFormat

/// JSON as producers write it: escapes, blanks, repeated members, odd numbers, damaged text.
@Suite struct JSONFormTests {
  private func event(_ more: String) -> String {
    #"{"id":"1","eventName":"clicked","createdDate":1767600000000,"customerId":"ann"\#(more)}"#
  }

  private func snapshot(_ more: String) throws -> [String: Any] {
    try #require(try Decoding().snapshots([Array(event(more).utf8)], .web).first).parsed()
  }

  @Test func escapesInIdentifiersAreResolved() throws {
    let json =
      #"{"eventName":"clic\u006bed","createdDate":1,"customerId":"\"\\\/\b\f\n\r\t\u00e9\ud83d\udeb2"}"#
    let (event, batch) = try #require(try Decoding().event(json, .web))
    #expect(batch.text(event.customerID) == "\"\\/\u{8}\u{c}\n\r\té🚲")
    #expect(batch.text(event.name) == "clicked")
    let snapshot = try Decoding().snapshots([Array(json.utf8)], .web)[0].parsed()
    #expect(snapshot["customerId"] as? String == "\"\\/\u{8}\u{c}\n\r\té🚲")
  }

  @Test func escapesInFactsStayAsTheyCame() throws {
    let value = #""a\"b\\c\u0000\u001f\ud83d\udeb2\/""#
    let json = try Decoding().snapshots([Array(event(#","ipAddress":\#(value)"#).utf8)], .web)[0]
    #expect(json.contains(#""ipAddress":\#(value)"#))
    #expect(try json.parsed()["ipAddress"] as? String == "a\"b\\c\u{0}\u{1f}🚲/")
  }

  @Test func controlCharactersInAnIdAreEscapedInTheJourneyMap() throws {
    let json = #"{"id":"a\"\\\n\r\t\u0001\u001f","eventName":"c","createdDate":1,"customerId":"ann"}"#
    let snapshot = try Decoding().snapshots([Array(json.utf8)], .web)[0].parsed()
    #expect((snapshot["lastEvent"] as? [String: String])?["id"] == "a\"\\\n\r\t\u{1}\u{1f}")
  }

  /// Texts are looked at eight bytes at a time, so what needs an escape has to be found wherever in them it
  /// is.
  @Test func anEscapeIsFoundAtEveryPlaceOfEveryLength() throws {
    let special: [(escaped: String, text: String)] = [
      (#"\""#, "\""), (#"\\"#, "\\"), (#"\u0001"#, "\u{1}"), (#"\u001f"#, "\u{1f}"), ("\u{7f}", "\u{7f}"),
      ("é", "é"), (" ", " "), ("!", "!"), ("#", "#"), ("[", "["), ("]", "]"),
    ]
    for length in 1...26 {
      for place in 0..<length {
        for (escaped, text) in special where text != " " || length > 1 {
          let before = String(repeating: "a", count: place)
          let after = String(repeating: "ÿ", count: length - place - 1)
          let json =
            #"{"id":"\#(before + escaped + after)","eventName":"c","createdDate":1,"customerId":"\#(before + escaped + after)"}"#
          let snapshot = try Decoding().snapshots([Array(json.utf8)], .web)[0].parsed()
          #expect(snapshot["customerId"] as? String == before + text + after)
          #expect((snapshot["lastEvent"] as? [String: String])?["id"] == before + text + after)
        }
      }
    }
  }

  /// A NUL separates the parts of keys, so no identifier has one, wherever it may be.
  @Test func aNULIsFoundAtEveryPlaceOfEveryLength() throws {
    let decoding = try Decoding()
    for length in 1...26 {
      for place in 0..<length {
        let text =
          String(repeating: "é", count: place) + #"\u0000"#
          + String(repeating: "b", count: length - place - 1)
        let other = text.replacing(#"\u0000"#, with: #"\u0001"#)
        let (bad, good) = (
          #"{"id":"1","eventName":"c","createdDate":1,"customerId":"\#(text)"}"#,
          #"{"id":"1","eventName":"c","createdDate":1,"customerId":"\#(other)"}"#
        )
        #expect(decoding.reason(bad, .web) == .badCustomer)
        #expect(decoding.reason(good, .web) == nil)
      }
    }
  }

  @Test(arguments: [
    #""\u12""#, #""\u12g4""#, #""\ud83d\u12""#,
    #""\x41""#, #""\""#, "\"a\u{1}b\"", "\"a\nb\"", "\"a\tb\"",
  ])
  func aBrokenStringIsMalformedWhereverItStands(_ value: String) throws {
    let decoding = try Decoding()
    for place in [
      #","customerIdType":\#(value)"#, #","ipAddress":\#(value)"#, #","unknown":\#(value)"#,
      #","x":[{"y":\#(value)}]"#,
      #","attributes":{"a":\#(value)}"#, #","page":{"title":\#(value)}"#, #",\#(value):1"#,
      #","attributes":{\#(value):1}"#,
    ] {
      #expect(decoding.reason(event(place), .web) == .malformedJSON, "\(place)")
    }
  }

  /// A sender cuts a text in the middle of an emoji: half of a character is no text, but the rest of the
  /// event is good.
  @Test(arguments: [
    (#"\ud83d"#, "\u{fffd}"), (#"\ud83dx"#, "\u{fffd}x"), (#"\ud83d\u0041"#, "\u{fffd}A"),
    (#"\udeb2"#, "\u{fffd}"),
    (#"\udeb2\ud83d"#, "\u{fffd}\u{fffd}"), (#"\ud83d\ud83d\udeb2"#, "\u{fffd}🚲"), (#"\\ud83d"#, #"\ud83d"#),
    (#"a\ud83d\n"#, "a\u{fffd}\n"), (#"\uD83D\uDEB2"#, "🚲"),
  ])
  func halfOfACharacterIsReplacedWhereverItStands(_ escaped: String, _ text: String) throws {
    let json = event(
      #","customerIdType":"\#(escaped)","ipAddress":"\#(escaped)","page":{"title":"\#(escaped)"},"unknown":"\#(escaped)","attributes":{"\#(escaped)":"\#(escaped)"}"#
    )
    let text = text
    let bytes = try #require(try Decoding().snapshots([Array(json.utf8)], .web).first)
    let snapshot = try bytes.parsed()
    #expect(snapshot["customerIdType"] as? String == text)
    #expect(snapshot["ipAddress"] as? String == text)
    #expect((snapshot["lastPage"] as? [String: String])?["title"] == text)
    #expect((snapshot["attributes"] as? [String: [String: String]])?[text]?["value"] == text)
  }

  @Test func aByteOrderMarkIsSkipped() throws {
    #expect(try Decoding().reason("\u{feff}" + event(""), .web) == nil)
    #expect(try Decoding().reason("\u{feff}", .web) == .malformedJSON)
    #expect(try Decoding().reason("\u{feff}\u{feff}" + event(""), .web) == .malformedJSON)
  }

  @Test(arguments: [
    "01", "+1", "1.", ".5", "1e", "1e+", "0x1", "--1", "NaN", "Infinity", "1 2", "tru", "nulll", "True",
  ])
  func aBrokenScalarIsMalformedWhereverItStands(_ value: String) throws {
    let decoding = try Decoding()
    for place in [
      #","createdDate":\#(value)"#, #","ipAddress":\#(value)"#, #","unknown":\#(value)"#,
      #","x":[\#(value)]"#,
      #","attributes":{"a":\#(value)}"#, #","page":{"width":\#(value)}"#,
    ] {
      #expect(decoding.reason(event(place), .web) == .malformedJSON, "\(place)")
    }
  }

  @Test func hugeNumbersPassUnchanged() throws {
    for number in ["1e999", "-1E-999", "0.1e+5", "123456789012345678901234567890", "-0", "1e-1"] {
      let json = try #require(
        try Decoding().snapshots(
          [Array(event(#","page":{"n":\#(number)},"attributes":{"n":\#(number)}"#).utf8)], .web
        )
        .first)
      #expect(json.contains(#""lastPage":{"n":\#(number)}"#))
      #expect(json.contains(#""n":{"dataType":"number","value":"\#(number)"}"#))
    }
  }

  @Test func ofARepeatedMemberTheLastCounts() throws {
    let more =
      #","customerId":"bea","ipAddress":"one","ipAddress":"two","page":{"title":"A"},"page":{"title":"B"}"#
    let snapshot = try snapshot(more)
    #expect(snapshot["customerId"] as? String == "bea")
    #expect(snapshot["ipAddress"] as? String == "two")
    #expect((snapshot["card"] as? [String: Any])?["currentPage"] as? String == "B")
    let text = try Decoding().snapshots([Array(event(more).utf8)], .web)[0]
    #expect(text.components(separatedBy: #","title":"#).count == 2)
  }

  @Test func unknownMembersOfKnownObjectsSurviveAndOthersDoNot() throws {
    let snapshot = try snapshot(
      #","page":{"url":"u","custom":{"a":[1,null]}},"invented":1,"traits":{"a":"b"}"#)
    let page = snapshot["lastPage"] as? [String: Any]
    #expect((page?["custom"] as? [String: Any])?["a"] as? [AnyHashable] == [1, NSNull()])
    #expect(snapshot["invented"] == nil)
    #expect(snapshot["traits"] == nil)
  }

  @Test func aFactOfAnotherTypeThanItsOwnSaysNothing() throws {
    let snapshot = try snapshot(
      #","page":"home","ipAddress":7,"authenticated":"yes","browser":[],"searchQuery":{}"#)
    for name in ["lastPage", "ipAddress", "authenticated", "browser"] {
      #expect(snapshot[name] == nil, "\(name)")
    }
    #expect(snapshot["searchTerms"] as? [String] == [])
  }

  @Test func attributesTakeTheirTypeFromTheJSON() throws {
    let more =
      #","attributes":{"s":"x","n":1.50,"t":true,"o":{"dataType":"integer","value":"7"},"z":null}"#
    let attributes = try snapshot(more)["attributes"] as? [String: [String: String]]
    #expect(
      attributes == [
        "s": ["dataType": "string", "value": "x"], "n": ["dataType": "number", "value": "1.50"],
        "t": ["dataType": "boolean", "value": "true"], "o": ["dataType": "integer", "value": "7"],
      ])
  }

  @Test func invalidUTF8IsMalformed() throws {
    let decoding = try Decoding()
    let broken: [[UInt8]] = [
      [0xff], [0x80], [0xc3], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x9a],
      [0xf4, 0x90, 0x80, 0x80],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
    ]
    for bytes in broken {
      for member in ["unknown", "ipAddress", "customerIdType"] {
        let json =
          Array(#"{"eventName":"c","createdDate":1,"customerId":"a","\#(member)":""#.utf8) + bytes
          + Array("\"}".utf8)
        #expect(decoding.reason(json, .web) == .malformedJSON, "\(bytes)")
      }
    }
  }

  @Test func aNULByteIsMalformedInsideAndOutsideOfStrings() throws {
    let decoding = try Decoding()
    let good = Array(event(#","unknown":"abc""#).utf8)
    for place in good.indices {
      var bytes = good
      bytes.insert(0, at: place)
      #expect(decoding.reason(bytes, .web) == .malformedJSON, "at \(place)")
    }
  }

  /// Texts of a record without a backslash are not looked through for what JSON escapes: it must have been
  /// refused.
  @Test func noTextHoldsARawControlCharacter() throws {
    let decoding = try Decoding()
    for byte in UInt8(0)...0x1f {
      for name in ["id", "eventName", "createdDate", "customerId", "customerIdType"] {
        var fields = [
          "id": "e1", "eventName": "c", "createdDate": "2026-01-05T10:00:00Z", "customerId": "ann",
        ]
        fields[name] = (fields[name] ?? "x") + String(UnicodeScalar(byte))
        let members = fields.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",")
        #expect(decoding.reason("{\(members)}", .web) == .malformedJSON, "\(byte) in \(name)")
      }
    }
  }

  /// Whether a record has a backslash is asked of each.
  @Test func anEscapedIdIsWrittenEscapedBehindAndBeforeAPlainOne() throws {
    let decoding = try Decoding()
    let events = [#"a\"b"#, "plain", #"a\\b"#, "plain too", #"\u0007"#].map {
      Array(#"{"id":"\#($0)","eventName":"c","createdDate":1,"customerId":"ann"}"#.utf8)
    }
    let snapshot = try #require(decoding.snapshots(events, .web).first)
    for id in [#""id":"a\"b""#, #""id":"plain""#, #""id":"a\\b""#, #""id":"plain too""#, #""id":"\u0007""#] {
      #expect(snapshot.contains(id), "\(id)")
    }
  }

  @Test func blanksMayStandBetweenAllTokens() throws {
    let compact = Array(event(#","page":{"a":[1,{"b":"c d"}],"title":"T"},"attributes":{"x":"y z"}"#).utf8)
    var spaced: [UInt8] = []
    var isInside = false
    for byte in compact {
      if byte == 0x22 { isInside.toggle() }
      let isToken = !isInside && [0x7b, 0x7d, 0x5b, 0x5d, 0x3a, 0x2c].contains(byte)
      spaced += isToken ? Array(" \t\r\n".utf8) + [byte] + Array("\n ".utf8) : [byte]
    }
    let decoding = try Decoding()
    #expect(decoding.snapshots([compact], .web) == decoding.snapshots([spaced], .web))
  }

  @Test func truncatedAnywhereARecordIsNoEvent() throws {
    let decoding = try Decoding()
    let samples: [(String, JourneyModel.Stream)] = [
      ("web/page_viewed", .web), ("app/screen_viewed", .app),
      ("conversation/ended_wrapped_up", .conversation),
      ("custom/1_product_purchased", .custom), ("conversation_detail/01_customer_start", .conversation),
    ]
    for (name, stream) in samples {
      let whole = try Fixture.bytes(name)
      let end = try #require(whole.lastIndex(of: 0x7d)) + 1
      let decoded = decoding.decode((0..<end).map { Array(whole[..<$0]) }, stream)
      #expect(decoded.batch.events.isEmpty, "\(name)")
      #expect(decoded.rejections.count == end)
      #expect(decoded.rejections.dropFirst().allSatisfy { $0.reason == .malformedJSON })
      #expect(decoding.reason(Array(whole[..<end]), stream) == nil)
    }
  }
}
