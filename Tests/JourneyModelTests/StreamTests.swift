import JourneyModel
import Testing

/// Names of streams and codes of reasons are public.
@Suite struct StreamTests {
  @Test func namesAreReadBack() {
    #expect(Stream.allCases.map(\.name) == ["web", "app", "conversation", "custom"])
    for stream in Stream.allCases { #expect(Stream(name: stream.name) == stream) }
    for name in ["Web", "", "webb", "routed"] { #expect(Stream(name: name) == nil) }
  }

  @Test func eachStreamHasNamesOfItsOwn() {
    let profiles = Stream.allCases.map(\.profile)
    for names in [
      profiles.map(\.name), profiles.map(\.streamType), profiles.map(\.eventType), profiles.map(\.bodyMember),
      profiles.compactMap(\.sessionType),
    ] {
      #expect(Set(names.map(\.description)).count == names.count, "\(names)")
    }
    // Lanes keep what belongs to a stream at its number.
    #expect(Stream.allCases.map { Int($0.rawValue) } == Array(Stream.allCases.indices))
  }

  @Test func fixedCardsSayTheSameInBothForms() {
    for stream in Stream.allCases {
      guard case .fixed(let title, let icon, let text) = stream.profile.card else { continue }
      #expect(text.description == "\"\(title)\",\"icon\":\"\(icon)\"", "\(stream)")
    }
  }

  @Test func timesOfStreamsStandApart() {
    var times = StreamTimes()
    for stream in Stream.allCases { times[stream] = EventTime(milliseconds: Int64(stream.rawValue) + 10) }
    #expect(
      Stream.allCases.map { times[$0]?.milliseconds } == Stream.allCases.map { Int64($0.rawValue) + 10 })
    #expect(times.earliest?.milliseconds == 10)
    for stream in Stream.allCases {
      #expect(!times.isEmpty)
      times[stream] = nil
      #expect(times[stream] == nil)
    }
    #expect(times.isEmpty)
    let every = StreamTimes(every: EventTime(milliseconds: 10))
    for stream in Stream.allCases { #expect(every[stream]?.milliseconds == 10, "\(stream)") }
  }

  @Test func everyReasonIsExplainedInItsOwnWords() {
    let explanations = RejectionReason.allCases.map(\.explanation)
    #expect(Set(explanations).count == explanations.count)
    #expect(explanations.allSatisfy { !$0.isEmpty })
  }

  @Test func theNumbersOfFieldsInStoredStateNeverChange() {
    // Is in the state codec: append, never renumber.
    let numbers = EventField.allCases.map(\.rawValue)
    #expect(numbers == Array(1...30) + [40, 41, 42, 50, 51, 52, 53, 60])
    #expect(EventField.page.rawValue == 1)
    #expect(EventField.userName.rawValue == 30)
    #expect(EventField.division.rawValue == 42)
    #expect(EventField.referrer.policy == .earliest)
    #expect(EventField.searchQuery.policy == .collect)
    #expect(EventField.page.policy == .latest)
  }
}
