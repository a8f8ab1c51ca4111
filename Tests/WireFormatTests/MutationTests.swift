import Foundation
import JourneyModel
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// Damaged records by the thousand: no crash, no event that is not well-formed JSON, no snapshot that is not.
@Suite struct MutationTests {
  static let rounds = 40
  static let perRound = 500

  @Test func decodingAgreesWithFoundationAndSnapshotsStayValid() throws {
    let decoding = try Decoding()
    let samples: [(JourneyModel.Stream, [UInt8])] = [
      (.web, try Fixture.bytes("web/page_viewed_search").withoutBlanks),
      (.web, try Fixture.bytes("requests/webevents_post")),
      (.app, try Fixture.bytes("app/screen_viewed").withoutBlanks),
      (.conversation, try Fixture.bytes("conversation/ended_wrapped_up")),
      (.conversation, try Fixture.bytes("conversation_detail/06_wrapup")),
      (.custom, try Fixture.bytes("custom/1_product_purchased")),
    ]
    var generator = SeededGenerator(seed: 20_260_105)
    var accepted = 0
    var malformed = 0
    for round in 0..<MutationTests.rounds {
      let (stream, sample) = samples[round % samples.count]
      let values = (0..<MutationTests.perRound).map { _ in MutationTests.mutate(sample, &generator) }
      let decoded = decoding.decode(values, stream)
      #expect(decoded.batch.events.count + decoded.rejections.count == values.count)
      for rejection in decoded.rejections {
        let bytes = values[rejection.record]
        switch rejection.reason {
        case .emptyPayload: #expect(bytes.isEmpty)
        case .malformedJSON:
          malformed += 1
          let isFine = MutationTests.isWellFormed(bytes) && !MutationTests.isLenient(bytes)
          #expect(!isFine, "round \(round): \(String(decoding: bytes, as: UTF8.self))")
        // Depth is judged before the rest of the record is read.
        case .tooDeep: continue
        default:
          #expect(
            MutationTests.isWellFormed(bytes) || MutationTests.hasHugeNumber(bytes),
            "round \(round): \(String(decoding: bytes, as: UTF8.self))")
        }
      }
      for event in decoded.batch.events {
        accepted += 1
        let bytes = values[Int(event.record)]
        #expect(
          MutationTests.isWellFormed(bytes) || MutationTests.hasHugeNumber(bytes),
          "round \(round): \(String(decoding: bytes, as: UTF8.self))")
        let sessionizer = Sessionizer(settings: SessionSettings())
        sessionizer.begin(takenAt: EventTime.latest)
        #expect(sessionizer.admit(event, of: decoded.batch) == .applied)
        let snapshot = decoding.snapshot(try #require(sessionizer.finish()[0].session))
        #expect(
          MutationTests.isWellFormed(Array(snapshot.utf8))
            || MutationTests.hasHugeNumber(Array(snapshot.utf8)),
          "round \(round): \(snapshot)")
      }
    }
    #expect(accepted > 2_000)
    #expect(malformed > 5_000)
  }

  private static func mutate(_ sample: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = sample
    for _ in 0..<generator.pick(1...2) where !bytes.isEmpty {
      let place = Int(generator.pick(0...Int64(bytes.count - 1)))
      switch generator.pick(0...9) {
      case 0...3: bytes[place] ^= 1 << UInt8(generator.pick(0...7))
      case 4: bytes[place] = UInt8(generator.pick(0...255))
      case 5: bytes.remove(at: place)
      case 6: bytes.insert(generator.pick(Array("{}[]\",:\\ 0-e.tn\u{0}".utf8)), at: place)
      case 7: bytes.removeSubrange(place..<min(bytes.count, place + Int(generator.pick(1...40))))
      case 8:
        let other = Int(generator.pick(0...Int64(bytes.count - 1)))
        bytes.insert(contentsOf: Array(bytes[other..<min(bytes.count, other + 24)]), at: place)
      default: if generator.chance(30) { bytes.removeSubrange(place...) }
      }
    }
    return bytes
  }

  private static func isWellFormed(_ bytes: [UInt8]) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
  }

  /// What Foundation takes and RFC 8259 does not: a byte order mark, other encodings than UTF-8, a comma at the end.
  private static func isLenient(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xef, 0xbb, 0xbf]) || bytes.prefix(4).contains(0)
      || String(decoding: bytes, as: UTF8.self).contains(/,\s*[}\]]/)
  }

  /// Numbers that Foundation cannot represent are well-formed: we pass them on as text and never compute them.
  private static func hasHugeNumber(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains(/[0-9][eE][+-]?[0-9]{2,}|[0-9]{17,}/)
  }
}
