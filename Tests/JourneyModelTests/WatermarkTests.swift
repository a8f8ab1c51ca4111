import JourneyModel
import Testing

/// Watermarks only move forward.
@Suite struct WatermarkTests {
  @Test func aStreamWithoutEventsHasNone() {
    #expect(Watermark().highest == nil)
    #expect(Watermark().time(maxOutOfOrder: .seconds(5)) == nil)
  }

  @Test(arguments: [-1, 0, 1] as [Int64])
  func movesForwardOnly(_ offset: Int64) {
    var watermark = Watermark()
    let first = watermark.observe(EventTime(milliseconds: 10_000))
    let second = watermark.observe(EventTime(milliseconds: 10_000 + offset))
    #expect(first)
    #expect(second == (offset > 0))
    #expect(watermark.highest == EventTime(milliseconds: 10_000 + max(0, offset)))
    #expect(watermark.time(maxOutOfOrder: .seconds(5)) == EventTime(milliseconds: 5_000 + max(0, offset)))
  }

  @Test func continuesFromARestoredTime() {
    var watermark = Watermark(highest: EventTime(milliseconds: 7))
    let same = watermark.observe(EventTime(milliseconds: 7))
    let next = watermark.observe(EventTime(milliseconds: 8))
    #expect(!same)
    #expect(next)
  }
}
