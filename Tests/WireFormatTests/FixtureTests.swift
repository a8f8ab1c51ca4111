import Foundation
import JourneyModel
import Sessionizer
import Testing
import WireFormat

/// The documented samples: what is an event, and what is not.
@Suite struct FixtureTests {
  private static let webEvents = [
    "web/form_abandoned": "user_registration_abandoned", "web/form_submitted_record": "form_submitted",
    "web/idle": "idle_30_seconds", "web/in_viewport": "close_button_shown",
    "web/object_clicked": "signup_button_clicked", "web/page_viewed": "page_viewed",
    "web/page_viewed_search": "page_viewed", "web/pageview_manual": "page_viewed",
    "web/product_added_record": "product_added", "web/scroll_depth": "scrolled_60_percent",
  ]

  @Test func webSamplesAreEventsAndDerivedOnesAreNoInput() throws {
    let decoding = try Decoding()
    let names = try Fixture.names("web")
    #expect(names.count == 26)
    for name in names {
      let decoded = decoding.decode([try Fixture.bytes(name)], .web)
      if let expected = FixtureTests.webEvents[name] {
        let event = try #require(decoded.batch.events.first, "\(name)")
        #expect(decoded.batch.text(event.name) == expected)
        #expect(decoded.batch.text(event.customerID) == "1908bcfb-b2e7-5101-880a-9e13f4f422cf")
        #expect(decoded.batch.text(event.customerIDType) == "cookie")
        #expect(decoded.batch.text(event.sessionType) == "web")
        #expect(event.isView == (expected == "page_viewed"))
      } else {
        #expect(decoded.rejections.map(\.reason) == [.unsupportedEventType], "\(name)")
      }
    }
  }

  @Test func anAppSampleIsAScreenView() throws {
    let decoded = try Decoding().decode([try Fixture.bytes("app/screen_viewed")], .app)
    let event = try #require(decoded.batch.events.first)
    #expect(event.isView)
    #expect(decoded.batch.text(event.id) == "a69cfa32-dbc0-5e9b-be0d-0e21ad6236cb")
    #expect(event.time.iso8601 == "2026-01-05T10:00:41.000Z")
  }

  @Test func conversationSamplesHaveTheirPhases() throws {
    let expected: [(String, String, ConversationPhase)] = [
      ("connected_to_agent", "connected", .connected), ("ended_abandoned", "ended", .ended),
      ("ended_wrapped_up", "ended", .ended), ("routed", "routed", .waiting),
    ]
    let decoding = try Decoding()
    for (sample, name, phase) in expected {
      let decoded = decoding.decode([try Fixture.bytes("conversation/" + sample)], .conversation)
      let event = try #require(decoded.batch.events.first, "\(sample)")
      #expect(decoded.batch.text(event.name) == name)
      #expect(event.phase == phase)
      #expect(decoded.batch.text(event.externalID) == "6f6b681f-976c-515a-9cb4-5b2bd84d2b00")
      #expect(decoded.batch.text(event.placementKey) == "+353871234567")
    }
  }

  @Test func customSamplesAreOneSession() throws {
    let values = try Fixture.names("custom").map { try Fixture.bytes($0) }
    let sessions = try Decoding().sessions(values, .custom)
    #expect(sessions.map(\.eventCount) == [4])
    let snapshot = try Decoding().snapshot(sessions[0]).parsed()
    let attributes = snapshot["attributes"] as? [String: [String: String]]
    #expect(snapshot["type"] as? String == "delivery")
    #expect(attributes?["location"]?["value"] == "Home")
    #expect(attributes?["orderId"]?["value"] == "WMBK06201234")
  }

  @Test func detailSamplesAreToldApartByTheirFields() throws {
    let expected = [
      "01_customer_start": ("started", ConversationPhase.started), "02_acd_start": ("routed", .waiting),
      "03_acd_end_answered": ("queue_left", .none), "03b_acd_end_abandon": ("queue_left", .none),
      "04_user_start": ("connected", .connected), "05_user_end": ("agent_left", .none),
      "06_wrapup": ("wrapped_up", .none), "07_acw": ("after_call_work_ended", .none),
      "08_customer_end": ("ended", .ended),
    ]
    let decoding = try Decoding()
    let names = try Fixture.names("conversation_detail")
    #expect(names.count == expected.count)
    for name in names {
      let decoded = decoding.decode([try Fixture.bytes(name)], .conversation)
      let event = try #require(decoded.batch.events.first, "\(name)")
      let (eventName, phase) = try #require(expected[String(name.dropFirst(20))])
      #expect(decoded.batch.text(event.name) == eventName)
      #expect(event.phase == phase)
      #expect(decoded.batch.text(event.customerID) == "+353871234567")
      #expect(decoded.batch.text(event.customerIDType) == "phone")
      #expect(decoded.batch.text(event.placementKey) == "6f6b681f-976c-515a-9cb4-5b2bd84d2b00")
    }
  }

  @Test func requestBodiesOfTheEventCallsAreEventsAndTheOthersAreNot() throws {
    let decoding = try Decoding()
    for name in try Fixture.names("requests") {
      let bytes = try Fixture.bytes(name)
      switch name {
      case "requests/webevents_post":
        let (event, batch) = try #require(decoding.event(String(decoding: bytes, as: UTF8.self), .web))
        #expect(batch.text(event.customerIDType) == "cookie")
        let snapshot = try decoding.snapshots([bytes], .web)[0].parsed()
        #expect((snapshot["referrer"] as? [String: String])?["url"] == "https://www.google.com/")
      case "requests/appevents_post": #expect(decoding.reason(bytes, .app) == nil)
      default: #expect(decoding.reason(bytes, .web) == .missingCustomer, "\(name)")
      }
    }
  }

  @Test func everySampleMeansTheSameWithoutItsBlanks() throws {
    let decoding = try Decoding()
    for (folder, stream) in [
      ("web", JourneyModel.Stream.web), ("app", .app), ("conversation", .conversation),
    ] {
      for name in try Fixture.names(folder) {
        let pretty = try Fixture.bytes(name)
        let compact = pretty.withoutBlanks
        #expect(compact.count < pretty.count)
        #expect(decoding.snapshots([pretty], stream) == decoding.snapshots([compact], stream), "\(name)")
      }
    }
  }

  @Test func theFlatFormAndTheEnvelopeGiveTheSameSession() throws {
    let decoding = try Decoding()
    let bodies = [("web", "webEvent", JourneyModel.Stream.web), ("app", "appEvent", .app)]
    for (folder, body, stream) in bodies + [("conversation", "conversationEvent", .conversation)] {
      for name in try Fixture.names(folder) {
        let bytes = try Fixture.bytes(name)
        let envelope = try String(decoding: bytes, as: UTF8.self).parsed()
        guard var flat = envelope[body] as? [String: Any] else { continue }
        for key in ["id", "createdDate", "customerId", "customerIdType", "externalContact"] {
          flat[key] = envelope[key]
        }
        let other = [UInt8](try JSONSerialization.data(withJSONObject: flat))
        let left = try decoding.snapshots([bytes], stream)[0].parsed()
        let right = try decoding.snapshots([other], stream)[0].parsed()
        #expect(NSDictionary(dictionary: left) == NSDictionary(dictionary: right), "\(name)")
      }
    }
  }
}

extension [UInt8] {
  /// The JSON without white space outside of strings.
  var withoutBlanks: [UInt8] {
    var result: [UInt8] = []
    var isInside = false
    var isEscaped = false
    for byte in self {
      if !isInside, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { continue }
      result.append(byte)
      if isEscaped {
        isEscaped = false
      } else if byte == 0x5c {
        isEscaped = isInside
      } else if byte == 0x22 {
        isInside.toggle()
      }
    }
    return result
  }
}
