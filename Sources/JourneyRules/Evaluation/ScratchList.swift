/// A list that is filled and emptied with every event: emptying it keeps the elements' memory and is one
/// store. To empty an array is a call that replaces a range.
struct ScratchList<Element: BitwiseCopyable> {
  private var elements: [Element] = []
  /// How many elements it has.
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }
  var first: Element? { isEmpty ? nil : elements[0] }
  var indices: Range<Int> { 0..<count }

  mutating func append(_ element: Element) {
    if count < elements.count {
      elements[count] = element
    } else {
      elements.append(element)
    }
    count += 1
  }

  /// Keeps the first elements.
  mutating func truncate(to count: Int = 0) {
    precondition(count <= self.count)
    self.count = count
  }

  subscript(_ index: Int) -> Element {
    get {
      precondition(index < count)
      return elements[index]
    }
    set {
      precondition(index < count)
      elements[index] = newValue
    }
  }
}
