internal import Bytes

/// A body whose events are in an array that is a member of it.
///
/// The events are told apart before any is read: one that is no JSON does not keep the others from being
/// read. What is around them has to be JSON.
struct BatchBody {
  /// Whether there is a member of that name, null not counted.
  let hasMember: Bool
  /// Where the events are; `nil` if the member is no array.
  let elements: [Range<Int>]?
  /// The other members.
  let around: JSONObject

  /// - Returns: `nil` if the body is no object.
  init?(_ bytes: [UInt8], member name: String) {
    guard let members = JSONElements.members(bytes, 0..<bytes.count) else { return nil }
    let array = members.last { member in
      bytes[member.name].elementsEqual(name.utf8) && !bytes[member.value].elementsEqual("null".utf8)
    }
    hasMember = array != nil
    elements = array.flatMap { JSONElements.ranges(bytes, $0.value) }
    var rest: [UInt8] = [ASCII.openBrace]
    for member in members where member.name != array?.name {
      if rest.count > 1 { rest.append(ASCII.comma) }
      // With its quotes.
      rest += bytes[member.name.lowerBound - 1..<member.name.upperBound + 1]
      rest.append(ASCII.colon)
      rest += bytes[member.value]
    }
    rest.append(ASCII.closeBrace)
    guard let around = JSONObject(rest) else { return nil }
    self.around = around
  }

  /// What is said of a body whose events cannot be told apart, or are too many; `nil` if neither is so.
  func refusal(member name: String, atMost limit: Int) -> IntakeItem? {
    guard let elements else {
      return .refused(
        index: 0, id: nil, code: .badBatch,
        explanation: "$.\(name) is \(hasMember ? "no array" : "missing"), expected an array of events",
        path: "$.\(name)")
    }
    guard elements.count > limit else { return nil }
    return .refused(
      index: 0, id: nil, code: .tooManyEvents,
      explanation: "$.\(name) has \(elements.count) elements, expected at most \(limit)", path: "$.\(name)")
  }
}
