internal import Synchronization

/// Memory that requests in flight may take, over all connections.
package final class ByteBudget: Sendable {
  /// Most bytes.
  package let limit: Int
  private let used = Atomic<Int>(0)

  package init(limit: Int) { self.limit = limit }

  /// Bytes that are taken.
  package var usedBytes: Int { used.load(ordering: .relaxed) }

  /// Whether so many more would fit now.
  package func fits(_ bytes: Int) -> Bool { usedBytes + bytes <= limit }

  /// A reservation of nothing, to be grown.
  package func reserve() -> ByteReservation { ByteReservation(self) }

  fileprivate func take(_ bytes: Int) -> Bool {
    let (_, now) = used.add(bytes, ordering: .relaxed)
    guard now <= limit else {
      used.subtract(bytes, ordering: .relaxed)
      return false
    }
    return true
  }

  fileprivate func give(_ bytes: Int) { used.subtract(bytes, ordering: .relaxed) }
}

/// A part of the budget; given back when the last one who holds it lets go.
package final class ByteReservation: Sendable {
  private let budget: ByteBudget
  private let held = Atomic<Int>(0)

  fileprivate init(_ budget: ByteBudget) { self.budget = budget }

  deinit { budget.give(held.load(ordering: .relaxed)) }

  /// Takes more.
  ///
  /// - Returns: whether there was so much left; if not, nothing changes.
  package func grow(by bytes: Int) -> Bool {
    guard budget.take(bytes) else { return false }
    held.add(bytes, ordering: .relaxed)
    return true
  }
}
