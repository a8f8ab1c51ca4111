import SeededGenerator
import Testing

@testable import Edge

@Suite struct RecentValuesTests {
  /// The same by a list that is searched: newest first.
  private struct Model {
    let capacity: Int
    var entries: [(key: Int, value: Int)] = []

    mutating func value(_ key: Int) -> Int? {
      guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
      let entry = entries.remove(at: index)
      entries.insert(entry, at: 0)
      return entry.value
    }

    mutating func remember(_ key: Int, _ value: Int) {
      guard capacity > 0 else { return }
      entries.removeAll { $0.key == key }
      entries.insert((key, value), at: 0)
      if entries.count > capacity { entries.removeLast() }
    }
  }

  @Test(arguments: [-1, 0, 1, 2, 3, 17])
  func forgetsWhatWasNotAskedForLongest(capacity: Int) {
    var random = SeededGenerator(seed: UInt64(capacity + 10))
    var values = RecentValues<Int, Int>(capacity: capacity)
    var model = Model(capacity: capacity)
    for step in 0..<20_000 {
      let key = Int.random(in: 0..<25, using: &random)
      if Bool.random(using: &random) {
        values.remember(key, step)
        model.remember(key, step)
      } else {
        #expect(values.value(key) == model.value(key))
      }
      #expect(values.count == model.entries.count)
    }
  }
}
