/// Rates by the generic cell rate algorithm: for each key the time at which all that it has taken is paid
/// off. Of what is not ahead of that, a minute's worth may be taken at once.
///
/// Bounded: a key that owes nothing is forgotten at no loss. If all of them owe, new keys share one count, so
/// that nobody gets rid of his debt by crowding the table.
struct RateTable<Key: Hashable & Sendable>: Sendable {
  private static var minute: Duration { .seconds(60) }

  private let maxKeys: Int
  private var paidOff: [Key: Duration] = [:]
  private var crowd: Duration = .zero
  private var nextSweep: Duration = .zero

  init(maxKeys: Int) { self.maxKeys = maxKeys }

  /// Keys that are counted apart.
  var count: Int { paidOff.count }

  /// Takes a number at a rate.
  ///
  /// - Returns: `nil` if it was taken; else after how long it can be, and nothing is taken. More than a
  ///   minute's worth counts as a minute's worth.
  mutating func take(_ number: Int, for key: Key, perMinute rate: Int, now: Duration) -> Duration? {
    let isKnown = paidOff[key] != nil || makeRoom(now)
    let known = isKnown ? paidOff[key] ?? .zero : crowd
    let cost = RateTable.minute * Double(min(number, rate)) / Double(max(rate, 1))
    let end = max(known, now) + cost
    let wait = end - now - RateTable.minute
    guard wait <= .zero else { return wait }
    if isKnown { paidOff[key] = end } else { crowd = end }
    return nil
  }

  /// Whether nothing is left of a rate.
  func isUsedUp(_ key: Key, perMinute rate: Int, now: Duration) -> Bool {
    let known = paidOff[key] ?? (paidOff.count < maxKeys ? .zero : crowd)
    return known + RateTable.minute / max(rate, 1) - now > RateTable.minute
  }

  /// - Returns: whether one more key fits.
  private mutating func makeRoom(_ now: Duration) -> Bool {
    guard paidOff.count >= maxKeys else { return true }
    guard now >= nextSweep else { return false }
    nextSweep = now + .seconds(1)
    paidOff = paidOff.filter { $0.value > now }
    return paidOff.count < maxKeys
  }
}
