import JourneyModel
import Testing

/// Event time and its spans.
@Suite struct EventTimeTests {
  @Test func spansAreMilliseconds() {
    #expect(EventTime.Span.seconds(2).milliseconds == 2_000)
    #expect(EventTime.Span.minutes(2).milliseconds == 120_000)
    #expect(EventTime.Span.hours(2).milliseconds == 7_200_000)
    #expect(EventTime.Span.seconds(59) < .minutes(1))
  }

  @Test func movesBySpans() {
    let time = EventTime(milliseconds: 1_000)
    #expect(time + .seconds(1) == EventTime(milliseconds: 2_000))
    #expect(time - .seconds(2) == EventTime(milliseconds: -1_000))
    #expect(time < time + EventTime.Span(milliseconds: 1))
  }

  @Test func theLatestTimeHasFourDigitsOfYear() {
    #expect(EventTime.latest.iso8601 == "9999-12-31T23:59:59.999Z")
    #expect(EventTime(iso8601: "9999-12-31T23:59:59.999Z") == .latest)
  }
}
