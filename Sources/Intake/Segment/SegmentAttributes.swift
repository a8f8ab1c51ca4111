internal import Bytes
internal import WireFormat

/// Properties and traits in the Journey API's form: `{"total":{"dataType":"number","value":"129.99"}}`.
struct SegmentAttributes {
  private(set) var writer = ObjectWriter()
  /// How many values found no place.
  private(set) var omitted = 0
  private var seen: Set<[UInt8]> = []
  private let settings: IntakeSettings

  init(_ settings: IntakeSettings) { self.settings = settings }

  /// Levels of the event around an attribute's value: the event, its attributes, the attribute.
  private static let levelsAround = 3

  /// Adds a text.
  mutating func add(_ name: [UInt8], text: [UInt8]) { put(name, "string", ObjectWriter.quoted(text)) }

  /// Adds the members of an object: objects among them become members of their own, once; what is deeper, and
  /// arrays, stay JSON if they are short.
  mutating func addAll(of object: JSONObject?, except names: Set<String> = []) {
    guard let object else { return }
    for (name, value) in SegmentAttributes.members(of: object)
    where !names.contains(String(decoding: name, as: UTF8.self)) {
      if value.kind == .object, let nested = JSONObject(object.bytes, value.range) {
        for (inner, innerValue) in SegmentAttributes.members(of: nested) {
          add(name + [ASCII.underscore] + inner, innerValue, of: nested)
        }
      } else {
        add(name, value, of: object)
      }
    }
  }

  /// Adds the scalar members of an object; `change` may give a text another form.
  mutating func addScalars(of object: JSONObject?, _ change: (_ name: [UInt8], _ text: [UInt8]) -> [UInt8]) {
    guard let object else { return }
    for (name, value) in SegmentAttributes.members(of: object) {
      if value.kind == .object || value.kind == .array {
        omitted += 1
      } else if value.kind == .string {
        add(name, text: change(name, JSONObject.text(of: value, in: object.bytes)))
      } else {
        add(name, value, of: object)
      }
    }
  }

  /// Names without escapes and values of the members that count: of two with one name the last.
  private static func members(of object: JSONObject) -> [([UInt8], JSONValue)] {
    var places: [[UInt8]: Int] = [:]
    var members: [([UInt8], JSONValue)] = []
    for member in object.members where member.value.kind != .null {
      let name = JSONObject.unescaped(object.bytes[member.name])
      if let place = places[name] {
        members[place].1 = member.value
      } else {
        places[name] = members.count
        members.append((name, member.value))
      }
    }
    return members
  }

  private mutating func add(_ name: [UInt8], _ value: JSONValue, of object: JSONObject) {
    switch value.kind {
    case .null: return
    case .string: add(name, text: JSONObject.text(of: value, in: object.bytes))
    case .number: put(name, "number", ObjectWriter.quoted(object.raw(value)))
    case .boolean: put(name, "boolean", ObjectWriter.quoted(object.raw(value)))
    case .array, .object:
      let json = CompactJSON.of(object.raw(value))
      // What is deeper than an event may be would cost all of it.
      guard json.count <= settings.maxNestedBytes,
        CompactJSON.depth(json) + SegmentAttributes.levelsAround <= settings.limits.maxEventDepth
      else {
        omitted += 1
        return
      }
      put(name, value.kind == .array ? "array" : "object", json)
    }
  }

  private mutating func put(_ name: [UInt8], _ type: String, _ json: [UInt8]) {
    guard !name.isEmpty, !seen.contains(name) else { return }
    guard writer.names.count < settings.maxAttributes else {
      omitted += 1
      return
    }
    seen.insert(name)
    var value = ObjectWriter()
    value.add("dataType", text: type)
    value.add("value", json: json)
    writer.add(String(decoding: name, as: UTF8.self), json: value.object)
  }
}
