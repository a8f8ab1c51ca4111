import Intake
import JourneyModel
import Testing

/// Which clock a time is from, at the edges of each rule.
@Suite struct ClientClockTests {
  private let received = Intakes.received
  private let clock = ClientClock()

  private func reading(_ stated: Int64?, sent: Int64? = nil) -> ClientClock.Reading {
    clock.reading(
      stated: stated.map { EventTime(milliseconds: $0) }, sent: sent.map { EventTime(milliseconds: $0) },
      received: EventTime(milliseconds: received))
  }

  @Test("No time: when it was received")
  func server() {
    #expect(reading(nil) == .init(time: EventTime(milliseconds: received), rule: .server, skew: nil))
    #expect(reading(nil, sent: received - 9_000_000).rule == .server)
    #expect(reading(nil, sent: received - 9_000_000).skew == 9_000_000)
  }

  @Test("The threshold", arguments: [Int64(299_999), 300_000])
  func within(_ skew: Int64) {
    for skew in [skew, -skew] {
      #expect(
        reading(received - 600_000, sent: received - skew)
          == .init(time: EventTime(milliseconds: received - 600_000), rule: .client, skew: skew))
    }
  }

  @Test("Beyond the threshold a clock is put right by whole quanta; a half goes away from zero")
  func corrected() {
    let cases: [(skew: Int64, shift: Int64)] = [
      (300_001, 300_000), (449_999, 300_000), (450_000, 600_000), (450_001, 600_000), (749_999, 600_000),
      (750_000, 900_000), (3_600_000, 3_600_000), (31_536_000_000, 31_536_000_000),
    ]
    for (skew, shift) in cases {
      for sign in [Int64(1), -1] {
        let stated = received - sign * shift - 10_000
        let found = reading(stated, sent: received - sign * skew)
        #expect(
          found
            == .init(time: EventTime(milliseconds: received - 10_000), rule: .corrected, skew: sign * skew),
          "skew \(sign * skew)")
      }
    }
  }

  @Test("Nothing is later than its receipt")
  func capped() {
    #expect(reading(received - 1).rule == .client)
    #expect(reading(received).rule == .client)
    #expect(reading(received + 1) == .init(time: EventTime(milliseconds: received), rule: .capped, skew: nil))
    // Put right, and still ahead.
    let shifted = reading(received - 299_999, sent: received - 300_001)
    #expect(shifted == .init(time: EventTime(milliseconds: received), rule: .capped, skew: 300_001))
    #expect(reading(received - 300_000, sent: received - 300_001).rule == .corrected)
  }

  @Test("Two requests of one device with other transit times keep the order of its events")
  func order() {
    // 16 minutes slow; the second request took 30 seconds longer.
    let wrong: Int64 = 16 * 60_000
    let first = ClientClock().reading(
      stated: EventTime(milliseconds: received - wrong), sent: EventTime(milliseconds: received - wrong),
      received: EventTime(milliseconds: received + 30_000))
    let second = ClientClock().reading(
      stated: EventTime(milliseconds: received - wrong + 100),
      sent: EventTime(milliseconds: received - wrong + 100),
      received: EventTime(milliseconds: received + 200))
    #expect(first.time < second.time && first.rule == .corrected && second.rule == .corrected)
  }

  @Test("Extreme numbers end within the calendar and never trap")
  func extremes() {
    let all: [Int64] = [.min, .min + 1, -1, 0, 1, 253_402_300_799_999, .max - 1, .max]
    for stated in all {
      for sent in all {
        for received in all {
          let found = clock.reading(
            stated: EventTime(milliseconds: stated), sent: EventTime(milliseconds: sent),
            received: EventTime(milliseconds: received))
          #expect(found.time.milliseconds <= max(0, received))
        }
      }
    }
  }
}
