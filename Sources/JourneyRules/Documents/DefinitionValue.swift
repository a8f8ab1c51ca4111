/// What a definition says before it is understood: the tree of a JSON or YAML document.
///
/// Members are in written order and numbers are text, so nothing is lost or rounded from one format to
/// another.
public indirect enum DefinitionValue: Sendable, Hashable {
  /// Nothing: says as much as a missing member.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number as it was written, in JSON's grammar.
  case number(String)
  /// Text.
  case string(String)
  /// A list.
  case array([DefinitionValue])
  /// Members in written order; a reader refuses repeated names.
  case object([Member])

  /// A member of an object.
  public struct Member: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: DefinitionValue

    /// Creates a member.
    public init(_ name: String, _ value: DefinitionValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a member; `nil` without one, and if this is no object.
  public subscript(name: String) -> DefinitionValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// Whether it is `null`.
  public var isNull: Bool { self == .null }
}
