internal import Bytes

/// Writes the members of a JSON object, in the order in which they are added.
struct ObjectWriter {
  /// Members with commas between them, without braces.
  private(set) var members: [UInt8] = []
  private(set) var names: [String] = []
  /// Where the values are in `members`.
  private(set) var places: [Range<Int>] = []

  var isEmpty: Bool { members.isEmpty }

  /// The object.
  var object: [UInt8] { [ASCII.openBrace] + members + [ASCII.closeBrace] }

  /// Adds a member whose value is JSON.
  mutating func add(_ name: String, json: some Collection<UInt8>) {
    if !members.isEmpty { members.append(ASCII.comma) }
    JSONText.append(name, to: &members)
    members.append(ASCII.colon)
    let start = members.count
    members.append(contentsOf: json)
    names.append(name)
    places.append(start..<members.count)
  }

  /// Adds all members of another one.
  mutating func add(_ other: ObjectWriter) {
    for (name, place) in zip(other.names, other.places) { add(name, json: other.members[place]) }
  }

  /// Adds a text; nothing without one.
  mutating func add(_ name: String, text: [UInt8]?) {
    guard let text else { return }
    add(name, json: ObjectWriter.quoted(text))
  }

  /// Adds a text; nothing without one.
  mutating func add(_ name: String, text: String?) { add(name, text: text.map { Array($0.utf8) }) }

  /// Adds an object; nothing without members.
  mutating func add(_ name: String, object: ObjectWriter) {
    if !object.isEmpty { add(name, json: object.object) }
  }

  /// Adds a truth value; nothing without one.
  mutating func add(_ name: String, flag: Bool?) {
    guard let flag else { return }
    add(name, json: Array((flag ? "true" : "false").utf8))
  }

  /// Without the members that are in an object already.
  func lacking(in object: JSONObject) -> ObjectWriter {
    guard names.contains(where: { object[$0] != nil }) else { return self }
    var rest = ObjectWriter()
    for (name, place) in zip(names, places) where object[name] == nil { rest.add(name, json: members[place]) }
    return rest
  }

  /// Text in quotes, escaped.
  static func quoted(_ text: some Collection<UInt8>) -> [UInt8] {
    var json: [UInt8] = []
    JSONText.append(text, to: &json)
    return json
  }
}
