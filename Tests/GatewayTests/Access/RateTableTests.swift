import Testing

@testable import Gateway

/// The table behind a reference, so that expectations may change it.
private final class Table<Key: Hashable & Sendable> {
  private var rates: RateTable<Key>

  init(maxKeys: Int) { rates = RateTable(maxKeys: maxKeys) }

  var count: Int { rates.count }
  func take(_ number: Int, for key: Key, perMinute: Int, now: Duration) -> Duration? {
    rates.take(number, for: key, perMinute: perMinute, now: now)
  }
  func isUsedUp(_ key: Key, perMinute: Int, now: Duration) -> Bool {
    rates.isUsedUp(key, perMinute: perMinute, now: now)
  }
}

@Suite struct RateTableTests {
  @Test(arguments: [-1, 0, 1])
  func aMinutesWorthMayBeTakenAtOnce(_ offset: Int) {
    let table = Table<String>(maxKeys: 10)
    #expect((table.take(60 + offset - 1, for: "a", perMinute: 60, now: .zero) == nil))
    let wait = table.take(1, for: "a", perMinute: 60, now: .zero)
    #expect(wait == (offset > 0 ? .seconds(1) : nil))
  }

  @Test(arguments: [-1, 0, 1])
  func whatWasTakenComesBackWithTime(_ offset: Int) {
    let table = Table<String>(maxKeys: 10)
    #expect(table.take(60, for: "a", perMinute: 60, now: .seconds(5)) == nil)
    let now = Duration.seconds(15) + .milliseconds(offset)
    let wait = table.take(10, for: "a", perMinute: 60, now: now)
    #expect((wait == nil) == (offset >= 0))
    if offset < 0 { #expect(wait == .milliseconds(1)) }
  }

  @Test func whatIsRefusedCostsNothing() {
    let table = Table<String>(maxKeys: 10)
    #expect(table.take(59, for: "a", perMinute: 60, now: .zero) == nil)
    for _ in 0..<100 { #expect(table.take(2, for: "a", perMinute: 60, now: .zero) != nil) }
    #expect(table.take(1, for: "a", perMinute: 60, now: .zero) == nil)
  }

  @Test func moreThanAMinutesWorthIsTakenWhenNothingIsOwed() {
    let table = Table<String>(maxKeys: 10)
    #expect(table.take(1_000, for: "a", perMinute: 60, now: .zero) == nil)
    #expect(table.take(1, for: "a", perMinute: 60, now: .zero) == .seconds(1))
  }

  @Test func keysAreCountedApart() {
    let table = Table<String>(maxKeys: 10)
    #expect(table.take(60, for: "a", perMinute: 60, now: .zero) == nil)
    #expect(table.take(60, for: "b", perMinute: 60, now: .zero) == nil)
    #expect(table.take(1, for: "a", perMinute: 60, now: .zero) != nil)
  }

  /// Who owes is not forgotten for those who come in crowds; they share one count.
  @Test(arguments: [-1, 0, 1])
  func theTableIsBoundedAndForgetsNoDebt(_ offset: Int) {
    let table = Table<Int>(maxKeys: 10)
    #expect(table.take(60, for: 0, perMinute: 60, now: .zero) == nil)
    for key in 1..<10 + offset { #expect(table.take(1, for: key, perMinute: 60, now: .zero) == nil) }
    for key in 100..<10_000 { _ = table.take(1, for: key, perMinute: 60, now: .zero) }
    #expect(table.count == 10)
    #expect(table.take(1, for: 0, perMinute: 60, now: .zero) != nil, "still owes")
    #expect(table.take(1, for: 10_001, perMinute: 60, now: .zero) != nil, "the crowd's count is used up")
  }

  @Test func whoOwesNothingMakesRoom() {
    let table = Table<Int>(maxKeys: 10)
    for key in 0..<10 { #expect(table.take(1, for: key, perMinute: 60, now: .zero) == nil) }
    #expect(table.take(60, for: 11, perMinute: 60, now: .seconds(2)) == nil)
    #expect(table.count == 1)
    #expect(table.take(1, for: 11, perMinute: 60, now: .seconds(2)) != nil)
  }

  @Test(arguments: [-1, 0, 1])
  func usedUp(_ offset: Int) {
    let table = Table<String>(maxKeys: 10)
    #expect(!table.isUsedUp("a", perMinute: 30, now: .zero))
    #expect(table.take(30, for: "a", perMinute: 30, now: .zero) == nil)
    let now = Duration.seconds(2) + .milliseconds(offset)
    #expect(table.isUsedUp("a", perMinute: 30, now: now) == (offset < 0))
  }
}
