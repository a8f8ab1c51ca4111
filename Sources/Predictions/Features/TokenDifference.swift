internal import Bytes

/// What an event took away from a session's tokens, and what it added. Reused from event to event, so that
/// none asks for memory.
package struct TokenDifference: Sendable {
  /// Ascending: the first `addedCount` count. Written by whoever follows an event through spans of these: to
  /// add one after the other asks with each whether the array is shared.
  var added: [Token]
  var addedCount = 0
  /// Ascending: the first `removedCount` count.
  var removed: [Token]
  /// Their places in the set before.
  var places: [UInt8]
  var removedCount = 0
  /// What it is as bytes is put together here, and appended as one block.
  private var form: [UInt8] = Array(repeating: 0, count: maxBytes)

  /// Four bytes for each token that was added and one for each place, two for each count, and one more: only
  /// one of the places can be so far from the one before that it takes two.
  private static let maxBytes = 5 * FeatureLimits.features + 5

  package init() {
    added = Array(repeating: Token(Feature(.last, 0)), count: FeatureLimits.features)
    removed = added
    places = Array(repeating: 0, count: added.count)
  }

  mutating func begin() { (addedCount, removedCount) = (0, 0) }

  mutating func add(_ token: Token) {
    added[addedCount] = token
    addedCount += 1
  }

  mutating func remove(_ token: Token, at place: Int) {
    removed[removedCount] = token
    places[removedCount] = UInt8(truncatingIfNeeded: place)
    removedCount += 1
  }

  /// Compares two sets, each ascending, each token once; of the newer one only the first `count` count.
  package mutating func take(from before: borrowing [Token], to after: borrowing [Token], _ count: Int) {
    begin()
    var (old, new) = (0, 0)
    while old < before.count, new < count {
      let (was, token) = (before[old], after[new])
      if was == token {
        old += 1
        new += 1
      } else if was < token {
        remove(was, at: old)
        old += 1
      } else {
        add(token)
        new += 1
      }
    }
    for place in old..<before.count { remove(before[place], at: place) }
    for place in new..<count { add(after[place]) }
  }

  /// Appends it as bytes: count and tokens added, count and places taken away, by varints and words.
  mutating func write(to bytes: inout [UInt8]) {
    let count = TokenDifference.write(added, addedCount, places, removedCount, into: &form)
    bytes.append(form.span.extracting(0..<count))
  }

  private static func write(
    _ added: borrowing [Token], _ addedCount: Int, _ places: borrowing [UInt8], _ removedCount: Int,
    into form: inout [UInt8]
  ) -> Int {
    var span = form.mutableSpan
    var bytes = span.mutableBytes
    var count = 0
    append(addedCount, &bytes, &count)
    for index in 0..<addedCount {
      bytes.storeBytes(of: added[index].bits.littleEndian, toByteOffset: count, as: UInt32.self)
      count += 4
    }
    append(removedCount, &bytes, &count)
    var next = 0
    for index in 0..<removedCount {
      let place = Int(places[index])
      append(place - next, &bytes, &count)
      next = place + 1
    }
    return count
  }

  /// A number below 2^14, as `Varint` writes it.
  @inline(__always)
  private static func append(_ number: Int, _ bytes: inout MutableRawSpan, _ count: inout Int) {
    if number < 0x80 {
      bytes.storeBytes(of: UInt8(truncatingIfNeeded: number), toByteOffset: count, as: UInt8.self)
      count += 1
    } else {
      bytes.storeBytes(
        of: UInt8(truncatingIfNeeded: number) | 0x80, toByteOffset: count, as: UInt8.self)
      bytes.storeBytes(of: UInt8(truncatingIfNeeded: number >> 7), toByteOffset: count + 1, as: UInt8.self)
      count += 2
    }
  }
}
