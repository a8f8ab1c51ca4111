public import JourneyRules

/// A version that a definition has had.
public struct DefinitionVersion: Sendable, Hashable {
  /// Which definition.
  public struct Key: Sendable, Hashable {
    /// Its kind.
    public var kind: DefinitionKind
    /// Its id.
    public var id: String

    /// Names a definition.
    public init(kind: DefinitionKind, id: String) {
      self.kind = kind
      self.id = id
    }
  }

  /// Which definition.
  public var key: Key
  /// The version.
  public var version: Int
  /// What it said, in canonical form.
  public var content: DefinitionValue

  /// Creates a version.
  public init(key: Key, version: Int, content: DefinitionValue) {
    self.key = key
    self.version = version
    self.content = content
  }
}
