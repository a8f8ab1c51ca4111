/// What is in a list once for each key.
package protocol Keyed: Sendable, Hashable {
  /// The order of keys; neither precedes the other if the keys are the same.
  static func precedes(_ left: Self, _ right: Self) -> Bool

  /// Takes what another of the same key says: commutative, associative, idempotent.
  mutating func merge(_ other: Self)
}

/// Elements in the order of their keys, each key once: one content has one form, whatever came first.
package struct KeyedList<Element: Keyed>: Sendable, Hashable {
  @usableFromInline var held: [Element]
  @inlinable package var elements: [Element] { held }

  /// An empty list.
  @inlinable
  package init() { held = [] }

  /// A list of one element.
  @inlinable
  package init(one element: Element) { held = [element] }

  /// A list of some elements in any order.
  @inlinable
  package init(_ unordered: [Element]) {
    held = []
    for element in unordered { insert(element) }
  }

  /// A list as it was stored; `nil` if the elements are not in their order, each once.
  @inlinable
  package init?(ascending elements: [Element]) {
    for place in elements.indices.dropFirst()
    where !Element.precedes(elements[place - 1], elements[place]) {
      return nil
    }
    held = elements
  }

  @inlinable package var count: Int { held.count }
  @inlinable package var isEmpty: Bool { held.isEmpty }

  /// Adds an element, or merges it into the one of its key.
  @inlinable
  package mutating func insert(_ element: Element) {
    let place = firstIndex { !Element.precedes($0, element) }
    if place == held.count {
      held.append(element)
    } else if !Element.precedes(element, held[place]) {
      held[place].merge(element)
    } else {
      held.insert(element, at: place)
    }
  }

  /// Merges another list.
  @inlinable
  package mutating func merge(_ other: Self) {
    guard !other.isEmpty else { return }
    guard !isEmpty else {
      held = other.held
      return
    }
    // Most of what comes is one: it goes to its place.
    guard other.held.count > 1 else { return insert(other.held[0]) }
    var result: [Element] = []
    result.reserveCapacity(held.count + other.held.count)
    var (left, right) = (0, 0)
    while left < held.count, right < other.held.count {
      if Element.precedes(held[left], other.held[right]) {
        result.append(held[left])
        left += 1
      } else if Element.precedes(other.held[right], held[left]) {
        result.append(other.held[right])
        right += 1
      } else {
        result.append(held[left])
        result[result.count - 1].merge(other.held[right])
        left += 1
        right += 1
      }
    }
    result.append(contentsOf: held[left...])
    result.append(contentsOf: other.held[right...])
    held = result
  }

  /// Changes elements without changing their keys, and leaves out those for which there is nothing.
  @inlinable
  package mutating func transform(_ change: (Element) -> Element?) { held = held.compactMap(change) }

  /// Leaves out elements.
  @inlinable
  package mutating func removeAll(where isLeftOut: (Element) -> Bool) { held.removeAll(where: isLeftOut) }

  /// Changes the element at a place; its key must stay.
  @inlinable
  package mutating func update(at place: Int, _ change: (inout Element) -> Void) { change(&held[place]) }

  /// The element with another's key.
  @inlinable
  package func element(like other: Element) -> Element? {
    let place = firstIndex { !Element.precedes($0, other) }
    guard place < held.count, !Element.precedes(other, held[place]) else { return nil }
    return held[place]
  }

  /// The first place from which on a condition holds that holds for all behind it.
  @inlinable
  package func firstIndex(_ isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, held.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(held[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
