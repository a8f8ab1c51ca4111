/// Bounds of definitions. What exceeds one is an error that names it.
public struct DefinitionLimits: Sendable, Hashable {
  /// Most bytes of one document.
  public var maxDocumentBytes = 16_777_216
  /// Deepest nesting of objects and arrays in one document.
  public var maxDepth = 32
  /// Most values, of any type, in one document.
  public var maxNodes = 1_000_000
  /// Most definitions of one set, of all kinds.
  public var maxDefinitions = 5_000
  /// Most bytes of one definition in canonical form: one record of the topic `definitions` holds it.
  public var maxDefinitionBytes = 262_144
  /// Most patterns of one rule, of context and of journey each.
  public var maxPatterns = 50
  /// Most criteria of one pattern, and most conditions of one kind of an action map.
  public var maxCriteria = 50
  /// Most values of one criterion.
  public var maxValues = 100
  /// Most references of one list: trigger segments, schedules of a group; inputs of a flow; attributes of a
  /// type.
  public var maxReferences = 500
  /// Most bytes of an id.
  public var maxIdentifierBytes = 128
  /// Most bytes of any other text.
  public var maxTextBytes = 8_192
  /// Most outcome predictors of one set: the vendor's limit.
  public var maxPredictors = 10

  /// The defaults.
  public init() {}
}
