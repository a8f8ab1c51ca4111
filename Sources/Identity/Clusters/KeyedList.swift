/// What is in a list once for each key.
package protocol Keyed: Sendable, Hashable {
  /// The order of keys; neither precedes the other if the keys are the same.
  static func precedes(_ left: Self, _ right: Self) -> Bool

  /// Takes what another of the same key says: commutative, associative, idempotent.
  mutating func merge(_ other: Self)
}

/// Elements in the order of their keys, each key once: one content has one form, whatever came first.
package struct KeyedList<Element: Keyed>: Sendable, Hashable {
  package private(set) var elements: [Element]

  /// An empty list.
  package init() { elements = [] }

  /// A list of some elements in any order.
  package init(_ unordered: [Element]) {
    elements = []
    for element in unordered { insert(element) }
  }

  /// A list as it was stored; `nil` if the elements are not in their order, each once.
  package init?(ascending elements: [Element]) {
    for place in elements.indices.dropFirst()
    where !Element.precedes(elements[place - 1], elements[place]) {
      return nil
    }
    self.elements = elements
  }

  package var count: Int { elements.count }
  package var isEmpty: Bool { elements.isEmpty }

  /// Adds an element, or merges it into the one of its key.
  package mutating func insert(_ element: Element) {
    let place = firstIndex { !Element.precedes($0, element) }
    if place < elements.count, !Element.precedes(element, elements[place]) {
      elements[place].merge(element)
    } else {
      elements.insert(element, at: place)
    }
  }

  /// Merges another list.
  package mutating func merge(_ other: Self) {
    guard !other.isEmpty else { return }
    guard !isEmpty else {
      elements = other.elements
      return
    }
    var result: [Element] = []
    result.reserveCapacity(elements.count + other.elements.count)
    var (left, right) = (0, 0)
    while left < elements.count, right < other.elements.count {
      if Element.precedes(elements[left], other.elements[right]) {
        result.append(elements[left])
        left += 1
      } else if Element.precedes(other.elements[right], elements[left]) {
        result.append(other.elements[right])
        right += 1
      } else {
        result.append(elements[left])
        result[result.count - 1].merge(other.elements[right])
        left += 1
        right += 1
      }
    }
    result.append(contentsOf: elements[left...])
    result.append(contentsOf: other.elements[right...])
    elements = result
  }

  /// Changes elements without changing their keys, and leaves out those for which there is nothing.
  package mutating func transform(_ change: (Element) -> Element?) { elements = elements.compactMap(change) }

  /// Leaves out elements.
  package mutating func removeAll(where isLeftOut: (Element) -> Bool) { elements.removeAll(where: isLeftOut) }

  /// Changes the element at a place; its key must stay.
  package mutating func update(at place: Int, _ change: (inout Element) -> Void) { change(&elements[place]) }

  /// The element with another's key.
  package func element(like other: Element) -> Element? {
    let place = firstIndex { !Element.precedes($0, other) }
    guard place < elements.count, !Element.precedes(other, elements[place]) else { return nil }
    return elements[place]
  }

  /// The first place from which on a condition holds that holds for all behind it.
  package func firstIndex(_ isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(elements[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
