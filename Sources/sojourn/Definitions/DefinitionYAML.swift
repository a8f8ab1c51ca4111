import Bytes
import JourneyRules
import WireFormat
import Yams

/// Reads YAML into the tree that definitions are read from.
///
/// Plain scalars follow YAML 1.2's core schema, as far as JSON can say it: `106` is a number, `"106"` and
/// `no` are texts.
enum DefinitionYAML {
  /// Most aliases of one document: with more of them, a page of text could make more values than there are
  /// atoms.
  static let maxAliases = 32

  /// Reads one YAML document in UTF-8.
  static func read(_ text: String, limits: DefinitionLimits = DefinitionLimits())
    throws(DefinitionSyntaxError) -> DefinitionValue
  {
    guard text.utf8.count <= limits.maxDocumentBytes else {
      throw DefinitionSyntaxError(
        line: 1, column: 1, expected: "at most \(limits.maxDocumentBytes) bytes (maxDocumentBytes)")
    }
    if let line = lineBeyondAliases(text) {
      throw DefinitionSyntaxError(line: line, column: 1, expected: "at most \(maxAliases) aliases")
    }
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch let error as YamlError {
      throw syntaxError(error)
    } catch {
      throw DefinitionSyntaxError(line: 1, column: 1, expected: "YAML: \(error)")
    }
    guard let root else { throw DefinitionSyntaxError(line: 1, column: 1, expected: "a value") }
    var conversion = Conversion(limits: limits)
    return try conversion.value(root, depth: 1)
  }

  /// The line of the first alias too many. Counted by looks, before anything is expanded: a word that begins
  /// with a star counts too, wherever it is.
  private static func lineBeyondAliases(_ text: String) -> Int? {
    var line = 1
    var aliases = 0
    var previous: UInt8 = ASCII.newline
    for byte in text.utf8 {
      if byte == UInt8(ascii: "*"),
        [
          ASCII.newline, ASCII.carriageReturn, ASCII.space, ASCII.tab, ASCII.comma, ASCII.openBracket,
          ASCII.openBrace, ASCII.colon,
        ].contains(previous)
      {
        aliases += 1
        if aliases > maxAliases { return line }
      }
      if byte == ASCII.newline { line += 1 }
      previous = byte
    }
    return nil
  }

  private static func syntaxError(_ error: YamlError) -> DefinitionSyntaxError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      DefinitionSyntaxError(line: mark.line, column: mark.column, expected: "YAML: \(problem)")
    case .duplicatedKeysInMapping(let names, let context):
      DefinitionSyntaxError(
        line: context.mark.line, column: context.mark.column,
        expected: "every member once: '\(names.first ?? "")' is here again")
    default: DefinitionSyntaxError(line: 1, column: 1, expected: "YAML: \(error)")
    }
  }

  private struct Conversion {
    let limits: DefinitionLimits
    var nodes = 0

    mutating func value(_ node: Node, depth: Int) throws(DefinitionSyntaxError) -> DefinitionValue {
      guard depth <= limits.maxDepth else {
        throw error(node, "at most \(limits.maxDepth) levels (maxDepth)")
      }
      nodes += 1
      guard nodes <= limits.maxNodes else {
        throw error(node, "at most \(limits.maxNodes) values (maxNodes)")
      }
      switch node {
      case .scalar(let scalar): return try DefinitionYAML.scalar(scalar)
      case .sequence(let sequence):
        var values: [DefinitionValue] = []
        for element in sequence { values.append(try value(element, depth: depth + 1)) }
        return .array(values)
      case .mapping(let mapping):
        var members: [DefinitionValue.Member] = []
        for (key, inner) in mapping {
          guard case .scalar(let name) = key else { throw error(key, "a name") }
          // `yes` and "yes" are two keys to the parser and one name here.
          guard !members.contains(where: { $0.name.utf8.elementsEqual(name.string.utf8) }) else {
            throw error(key, "every member once: '\(name.string)' is here again")
          }
          members.append(.init(name.string, try value(inner, depth: depth + 1)))
        }
        return .object(members)
      case .alias: throw error(node, "a value")
      }
    }

    private func error(_ node: Node, _ expected: String) -> DefinitionSyntaxError {
      DefinitionSyntaxError(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, expected: expected)
    }
  }

  /// A scalar by its quotes, its tag and its looks.
  private static func scalar(_ scalar: Node.Scalar) throws(DefinitionSyntaxError) -> DefinitionValue {
    let text = scalar.string
    if scalar.tag.description.hasSuffix(":str") { return .string(text) }
    guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    // What JSON's grammar calls a number is one; a leading zero, as of a postal code, makes a text.
    guard let first = text.utf8.first, first == ASCII.hyphen || ASCII.digits.contains(first),
      let value = try? DefinitionJSON.read(Array(text.utf8)), case .number = value
    else { return .string(text) }
    return value
  }
}
