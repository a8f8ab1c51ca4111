/// One comparison: an attribute of a session or an event with values.
public struct Criterion: Sendable, Hashable {
  /// Path of the attribute, for example `page.url` or `attributes.price.value`.
  public var key: String
  /// What it is compared with; at least one, none blank.
  public var values: [String]
  /// How it is compared.
  public var `operator`: CriterionOperator
  /// Whether upper and lower case count as the same.
  public var shouldIgnoreCase: Bool

  /// Creates a criterion.
  public init(
    key: String, values: [String], operator: CriterionOperator = .equal, shouldIgnoreCase: Bool = true
  ) {
    self.key = key
    self.values = values
    self.operator = `operator`
    self.shouldIgnoreCase = shouldIgnoreCase
  }
}
