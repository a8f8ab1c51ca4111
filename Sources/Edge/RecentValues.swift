/// The values that were asked for last, up to a number of them; the one not asked for longest goes first.
struct RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Slot: Sendable {
    var key: Key
    var value: Value
    /// Neighbours in the order of use, by index.
    var newer: Int
    var older: Int
  }

  /// No slot.
  private static var none: Int { -1 }

  let capacity: Int
  private var slots: [Slot] = []
  private var places: [Key: Int] = [:]
  private var newest = RecentValues.none
  private var oldest = RecentValues.none

  /// - Parameter capacity: with none nothing is remembered.
  init(capacity: Int) { self.capacity = max(0, capacity) }

  var count: Int { slots.count }

  /// The value of a key, which is the newest from now on.
  mutating func value(_ key: Key) -> Value? {
    guard let index = places[key] else { return nil }
    unlink(index)
    link(index)
    return slots[index].value
  }

  mutating func remember(_ key: Key, _ value: Value) {
    guard capacity > 0 else { return }
    if let index = places[key] {
      slots[index].value = value
      unlink(index)
      link(index)
      return
    }
    let index: Int
    if slots.count < capacity {
      index = slots.count
      slots.append(Slot(key: key, value: value, newer: RecentValues.none, older: RecentValues.none))
    } else {
      index = oldest
      unlink(index)
      places[slots[index].key] = nil
      slots[index].key = key
      slots[index].value = value
    }
    places[key] = index
    link(index)
  }

  private mutating func unlink(_ index: Int) {
    let (newer, older) = (slots[index].newer, slots[index].older)
    if newer == RecentValues.none { newest = older } else { slots[newer].older = older }
    if older == RecentValues.none { oldest = newer } else { slots[older].newer = newer }
  }

  private mutating func link(_ index: Int) {
    slots[index].newer = RecentValues.none
    slots[index].older = newest
    if newest != RecentValues.none { slots[newest].newer = index }
    newest = index
    if oldest == RecentValues.none { oldest = index }
  }
}
