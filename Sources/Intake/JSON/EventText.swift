internal import Bytes
internal import JourneyModel

/// One event as its client wrote it, and what is added to it.
///
/// The client's bytes stay as they are: of two members of one name the processor takes the last, so what
/// stands before the client's members is a default, and what stands behind them is final. Only what the
/// source's settings take out is ever replaced.
struct EventText {
  private struct Edit {
    var range: Range<Int>
    var text: [UInt8]
  }

  let object: JSONObject
  /// The members of the event, and of the bodies of the documented envelopes in it: facts may be in either.
  /// In the order of the text, but for the members of bodies, which come behind those.
  private let members: [JSONObject.Member]
  private var defaults = ObjectWriter()
  private var finals = ObjectWriter()
  private var edits: [Edit] = []

  private static let bodies = Stream.allCases.map { $0.profile.bodyMember.description }

  init(_ object: JSONObject) {
    self.object = object
    var members = object.members
    for member in object.members where member.value.kind == .object {
      guard EventText.bodies.contains(where: { object.isNamed(member, $0) }),
        let body = JSONObject(object.bytes, member.value.range)
      else { continue }
      members += body.members
    }
    self.members = members
  }

  /// The value of a fact that counts: the last one in the text, of a kind if one is asked for.
  func fact(_ name: String, _ kind: JSONValue.Kind? = nil) -> JSONValue? {
    var found: JSONValue?
    for member in members where member.value.kind != .null && object.isNamed(member, name) {
      guard kind == nil || member.value.kind == kind else { continue }
      if let found, found.range.lowerBound > member.value.range.lowerBound { continue }
      found = member.value
    }
    return found
  }

  /// All values of a fact.
  func facts(_ name: String) -> [JSONValue] {
    var values: [JSONValue] = []
    for member in members where member.value.kind != .null && object.isNamed(member, name) {
      values.append(member.value)
    }
    return values
  }

  /// The text of a fact that is a string.
  func text(_ name: String) -> [UInt8]? {
    fact(name, .string).map { JSONObject.text(of: $0, in: object.bytes) }
  }

  /// A fact that is an object.
  func nested(_ name: String) -> JSONObject? {
    fact(name, .object).flatMap { JSONObject(object.bytes, $0.range) }
  }

  /// Gives a member of the event where the client gives none.
  mutating func setDefault(_ name: String, json: some Collection<UInt8>) { defaults.add(name, json: json) }

  /// Gives a member of the event whatever the client gives.
  mutating func setFinal(_ name: String, json: some Collection<UInt8>) { finals.add(name, json: json) }

  /// Gives an object the members that it lacks, and the event the object if it has none. At most once for
  /// each name.
  mutating func complete(_ name: String, _ members: ObjectWriter) {
    guard let known = nested(name) else {
      if !members.isEmpty { defaults.add(name, object: members) }
      return
    }
    let lacking = members.lacking(in: known)
    guard !lacking.isEmpty else { return }
    let start = known.range.lowerBound + 1
    edits.append(
      Edit(range: start..<start, text: lacking.members + (known.members.isEmpty ? [] : [ASCII.comma])))
  }

  /// Puts something in the place of a value.
  mutating func replace(_ value: JSONValue, json: [UInt8]) {
    edits.append(Edit(range: value.range, text: json))
  }

  /// The event with everything that was added.
  func composed() -> [UInt8] {
    let inside = object.range.lowerBound + 1..<object.range.upperBound - 1
    var result: [UInt8] = []
    result.reserveCapacity(inside.count + defaults.members.count + finals.members.count + 64)
    result.append(ASCII.openBrace)
    result += defaults.members
    if !defaults.isEmpty, !object.members.isEmpty { result.append(ASCII.comma) }
    var at = inside.lowerBound
    for edit in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
    where edit.range.lowerBound >= at {
      result += object.bytes[at..<edit.range.lowerBound]
      result += edit.text
      at = edit.range.upperBound
    }
    result += object.bytes[at..<inside.upperBound]
    if !finals.isEmpty, !defaults.isEmpty || !object.members.isEmpty { result.append(ASCII.comma) }
    result += finals.members
    result.append(ASCII.closeBrace)
    return result
  }
}
