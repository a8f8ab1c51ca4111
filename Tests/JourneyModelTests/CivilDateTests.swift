import JourneyModel
import Testing

/// Dates against ISO 8601 text, which other tests hold against Foundation.
@Suite struct CivilDateTests {
  @Test func datesAndDaysAreInverse() throws {
    for days in Int64(-719_528)...2_932_896 where days % 173 == 0 || abs(days) < 800 {
      let date = CivilDate(days: days)
      let text = EventTime(milliseconds: days * 86_400_000).iso8601
      let fields = text.prefix(10).split(separator: "-").compactMap { Int64($0) }
      #expect(fields == [date.year, date.month, date.day])
      #expect(date.days == days)
    }
    #expect(CivilDate(year: 1970, month: 1, day: 1).days == 0)
    #expect(CivilDate(year: 2000, month: 2, day: 29).days == 11_016)
  }
}
