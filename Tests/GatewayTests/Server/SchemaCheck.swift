import Foundation

/// As much of JSON Schema 2020-12 as the description uses.
struct SchemaCheck {
  /// The whole document, for references.
  let document: [String: Any]

  /// What is wrong with a value; empty if nothing is.
  func flaws(_ value: Any, _ schema: [String: Any], at path: String = "$") -> [String] {
    if let name = schema["$ref"] as? String { return flaws(value, resolve(name), at: path) }
    if let choices = schema["oneOf"] as? [[String: Any]] {
      let fitting = choices.filter { flaws(value, $0, at: path).isEmpty }.count
      return fitting == 1 ? [] : ["\(path) fits \(fitting) of oneOf"]
    }
    var found: [String] = []
    if let type = schema["type"] as? String, !isOf(type, value) { found.append("\(path) is no \(type)") }
    if let wanted = schema["const"], "\(wanted)" != "\(value)" {
      found.append("\(path) is not \(wanted)")
    }
    if let choices = schema["enum"] as? [AnyHashable], let value = value as? AnyHashable,
      !choices.contains(value)
    {
      found.append("\(path) is none of \(choices)")
    }
    if let least = schema["minimum"] as? Int, let number = value as? Int, number < least {
      found.append("\(path) is less than \(least)")
    }
    if let object = value as? [String: Any] { found += members(object, schema, path) }
    if let items = value as? [Any], let schema = schema["items"] as? [String: Any] {
      for (index, item) in items.enumerated() { found += flaws(item, schema, at: "\(path)[\(index)]") }
    }
    return found
  }

  func resolve(_ name: String) -> [String: Any] {
    var value: Any = document
    for part in name.split(separator: "/").dropFirst() {
      value = (value as? [String: Any])?[String(part)] ?? [String: Any]()
    }
    return value as? [String: Any] ?? [:]
  }

  private func members(_ object: [String: Any], _ schema: [String: Any], _ path: String) -> [String] {
    let known = schema["properties"] as? [String: [String: Any]] ?? [:]
    var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
      "\(path).\($0) is missing"
    }
    for (name, value) in object {
      if let schema = known[name] {
        found += flaws(value, schema, at: "\(path).\(name)")
      } else if schema["additionalProperties"] as? Bool == false {
        found.append("\(path).\(name) is not described")
      }
    }
    return found
  }

  private func isOf(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": value is Bool
    case "integer": value is Int && !(value is Bool && "\(value)" != "0" && "\(value)" != "1")
    default: false
    }
  }
}
