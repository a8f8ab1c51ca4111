/// An outcome: something that a session achieves at most once.
public struct Outcome: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change; events name it. At least 1.
  public var version: Int
  /// Whether it can be achieved.
  public var isActive: Bool
  /// Its name for people.
  public var displayName: String
  /// What it is for.
  public var description: String?
  /// Whether it is wished for.
  public var isPositive: Bool
  /// When it is achieved.
  public var rule: Rule
  /// Where the event that achieves it says what it was worth.
  public var associatedValueField: AssociatedValueField?

  /// An attribute of an event that holds a number.
  public struct AssociatedValueField: Sendable, Hashable {
    /// What numbers it takes.
    public var dataType: DataType
    /// `attributes.<name>.value`.
    public var name: String

    /// Kinds of numbers.
    public enum DataType: String, Sendable, Hashable, CaseIterable {
      case number = "Number"
      case integer = "Integer"
    }

    /// Creates a field.
    public init(dataType: DataType, name: String) {
      self.dataType = dataType
      self.name = name
    }
  }

  /// Creates an outcome.
  public init(
    id: String, version: Int = 1, isActive: Bool = true, displayName: String, description: String? = nil,
    isPositive: Bool = true, rule: Rule = Rule(), associatedValueField: AssociatedValueField? = nil
  ) {
    self.id = id
    self.version = version
    self.isActive = isActive
    self.displayName = displayName
    self.description = description
    self.isPositive = isPositive
    self.rule = rule
    self.associatedValueField = associatedValueField
  }
}

extension Outcome {
  /// What its rule says, as a number: the same for as long as it is achieved by the same.
  public var ruleDigest: UInt64 { RuleBuilder.content(of: rule, kind: .outcome, id: id) }
}

/// Turns on predictions for one outcome.
public struct OutcomePredictor: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// The outcome that is predicted.
  public var outcomeID: String

  /// Creates a predictor.
  public init(id: String, outcomeID: String) {
    self.id = id
    self.outcomeID = outcomeID
  }
}
