import Foundation
import Yams

/// A YAML file as flat keys with their lines, and the lists that hold objects.
struct ConfigurationFile {
  struct Entry {
    var key: String
    var value: String
    var line: Int
  }

  var path: String
  var entries: [Entry] = []
  var types: [[Entry]] = []
  var typeAttributes: [[[Entry]]] = []
  var names: [[Entry]] = []
  /// Members of members have dotted keys; the items of lists are lines of one value.
  var sources: [[Entry]] = []
  var tokens: [[Entry]] = []
  /// Of a list in a target there is an entry for each item.
  var targets: [[Entry]] = []

  /// - Parameters:
  ///   - key: what gave the path: a flag, a variable or an argument.
  ///   - origin: where that was.
  init(path: String, key: String = "FILE", origin: String = "check") throws {
    let handle = try InputFile.open(path, key: key, origin: origin, takesStandardInput: false)
    let (bytes, foreign) = InputFile.text((try? handle.readToEnd() ?? Data()) ?? Data())
    guard foreign == nil, let text = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationProblem(
        key: key, value: path, expected: "a file of YAML in UTF-8" + (foreign.map { ": \($0)" } ?? ""),
        origin: origin)
    }
    try self.init(path: path, text: text)
  }

  init(path: String, text: String) throws {
    self.path = path
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch {
      // The first line has the place and the problem; those behind it quote the file, secrets and all.
      let problem = "\(error)".prefix { $0 != "\n" }
      throw ConfigurationProblem(key: "the file", value: nil, expected: "YAML: \(problem)", origin: path)
    }
    guard let root else { return }
    guard let mapping = root.mapping else {
      throw problem("the file", nil, "a mapping of keys to values", root)
    }
    for (key, value) in mapping {
      let name = key.string ?? ""
      switch name {
      case "types":
        for item in try sequence(name, value) {
          var fields: [Entry] = []
          var attributes: [[Entry]] = []
          for (key, value) in try object(name, item) {
            if key.string == "attributes" {
              for attribute in try sequence("types.attributes", value) {
                attributes.append(try scalars("types.attributes", try object("types.attributes", attribute)))
              }
              fields.append(Entry(key: "attributes", value: "", line: line(key)))
            } else {
              fields.append(try scalar("types", key, value))
            }
          }
          types.append(fields)
          typeAttributes.append(attributes)
        }
      case "names":
        for item in try sequence(name, value) { names.append(try scalars(name, try object(name, item))) }
      case "sources":
        for item in try sequence(name, value) { sources.append(try members(name, try object(name, item))) }
      case "webhooks": try webhooks(value)
      default: try flatten(name, value)
      }
    }
  }

  /// The members of an object, those of its objects among them.
  private func members(_ parent: String, _ mapping: Node.Mapping, prefix: String = "") throws -> [Entry] {
    try mapping.flatMap { key, value in
      let name = prefix + (key.string ?? "")
      if let inner = value.mapping { return try members(parent, inner, prefix: name + ".") }
      if let items = value.sequence {
        let texts = try items.map { try scalar("\(parent).\(name)", key, $0).value }
        return [Entry(key: name, value: texts.joined(separator: "\n"), line: line(key))]
      }
      var entry = try scalar(parent, key, value)
      entry.key = name
      return [entry]
    }
  }

  /// Targets are a list of objects; what stands beside them is as flat as everything else.
  private mutating func webhooks(_ node: Node) throws {
    for (key, value) in try object("webhooks", node) {
      guard key.string == "targets" else {
        try flatten("webhooks." + (key.string ?? ""), value)
        continue
      }
      for item in try sequence("webhooks.targets", value) {
        var entries: [Entry] = []
        for (key, value) in try object("webhooks.targets", item) {
          for one in value.sequence.map(Array.init) ?? [value] {
            entries.append(try scalar("webhooks.targets", key, one))
          }
        }
        targets.append(entries)
      }
    }
  }

  private mutating func flatten(_ key: String, _ node: Node) throws {
    if key == "auth.tokens" {
      for item in try sequence(key, node) { tokens.append(try members(key, try object(key, item))) }
    } else if let mapping = node.mapping {
      for (inner, value) in mapping { try flatten(key + "." + (inner.string ?? ""), value) }
    } else if let scalar = node.scalar {
      entries.append(Entry(key: key, value: scalar.string, line: line(node)))
    } else {
      throw problem(key, nil, "a single value", node)
    }
  }

  private func sequence(_ key: String, _ node: Node) throws -> [Node] {
    guard let sequence = node.sequence else {
      throw problem(key, node.scalar?.string, "a list of objects", node)
    }
    return Array(sequence)
  }

  private func object(_ key: String, _ node: Node) throws -> Node.Mapping {
    guard let mapping = node.mapping else { throw problem(key, node.scalar?.string, "an object", node) }
    return mapping
  }

  private func scalars(_ key: String, _ mapping: Node.Mapping) throws -> [Entry] {
    try mapping.map { try scalar(key, $0.key, $0.value) }
  }

  private func scalar(_ parent: String, _ key: Node, _ value: Node) throws -> Entry {
    guard let scalar = value.scalar else {
      throw problem("\(parent).\(key.string ?? "")", nil, "a single value", value)
    }
    return Entry(key: key.string ?? "", value: scalar.string, line: line(key))
  }

  private func line(_ node: Node) -> Int { node.mark?.line ?? 0 }

  private func problem(_ key: String, _ value: String?, _ expected: String, _ node: Node)
    -> ConfigurationProblem
  {
    ConfigurationProblem(key: key, value: value, expected: expected, origin: "\(path):\(line(node))")
  }
}
