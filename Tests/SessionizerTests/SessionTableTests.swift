import JourneyModel
import SeededGenerator
import Testing

@testable import Sessionizer

/// The table of sessions against a dictionary.
@Suite struct SessionTableTests {
  private func session(_ digest: UInt64) -> Session {
    let key = Array("web\0cookie\0\(digest)".utf8)
    let identity = Session.Identity(
      type: ByteSlice(offset: 0, length: 3), customerIDType: ByteSlice(offset: 4, length: 6),
      customerID: ByteSlice(offset: 11, length: key.count - 11), externalID: .empty, of: key, key: key)
    return Session(
      id: SessionID(high: digest, low: 0), stream: .web, keyDigest: digest, key: key, identity: identity,
      first: EventTime(milliseconds: 0))
  }

  /// Digests by chance, and such as a table by their lowest or highest bits would put into one place.
  private static let digests: [[UInt64]] = [
    (0..<400).map { $0 }, (0..<400).map { $0 << 55 }, (0..<400).map { .max - $0 },
    {
      var generator = SeededGenerator(seed: 7)
      return (0..<400).map { _ in generator.next() }
    }(),
  ]

  @Test(arguments: digests.indices, [3, 60, 400])
  func holdsWhatADictionaryHolds(_ kind: Int, _ keys: Int) {
    let digests = SessionTableTests.digests[kind].prefix(keys)
    var generator = SeededGenerator(seed: UInt64(keys))
    var table = SessionTable()
    var known: [UInt64: Session] = [:]
    var (removed, replaced, peak) = (0, 0, 0)
    for step in 0..<6_000 {
      let digest = digests[Int(generator.pick(0...Int64(keys - 1)))]
      // In turns mostly more and mostly less, so that it is often nearly empty and often full.
      if generator.chance(step / 500 % 2 == 0 ? 70 : 30) {
        let new = session(digest)
        let before = table.update(new, for: digest)
        #expect(before === known.updateValue(new, forKey: digest))
        if before != nil { replaced += 1 }
      } else {
        if known[digest] != nil { removed += 1 }
        table.remove(digest)
        known[digest] = nil
      }
      peak = max(peak, known.count)
      #expect(table.count == known.count)
      guard step % 7 == 0 else { continue }
      for digest in digests where table[digest] !== known[digest] {
        Issue.record("step \(step): \(digest) is another session's or none's")
      }
      #expect(Set(table.heads.map(\.keyDigest)) == Set(known.keys))
    }
    #expect(removed > 500 && replaced > 500 && peak >= keys * 3 / 5)
  }

  /// It holds references like any other: what was removed or replaced, and what was left with the table, is
  /// released.
  @Test func letsGoOfWhatItNoLongerHolds() {
    weak var replaced: Session?
    weak var removed: Session?
    weak var left: Session?
    do {
      var table = SessionTable()
      let (first, second, third) = (session(1), session(1), session(2))
      (replaced, removed, left) = (first, third, second)
      _ = table.update(first, for: 1)
      _ = table.update(third, for: 2)
      _ = table.update(second, for: 1)
      table.remove(2)
      #expect(table.heads.count == 1)
    }
    #expect(replaced == nil && removed == nil && left == nil)
  }
}
