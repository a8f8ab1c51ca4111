/// How a criterion compares an attribute x with its values v.
public enum CriterionOperator: String, Sendable, Hashable, CaseIterable {
  /// Every v is a substring of x.
  case containsAll
  /// Some v is a substring of x.
  case containsAny
  /// Not `containsAll`.
  case notContainsAll
  /// Not `containsAny`.
  case notContainsAny
  /// x is one of the values.
  case equal
  /// x is none of the values.
  case notEqual
  /// x is a number above every v.
  case greaterThan
  /// x is a number not below any v.
  case greaterThanOrEqual
  /// x is a number below every v.
  case lessThan
  /// x is a number not above any v.
  case lessThanOrEqual
  /// x begins with some v.
  case startsWith
  /// x ends with some v.
  case endsWith
  /// The historical name of `containsAny`.
  case like
  /// The historical name of `notContainsAny`.
  case notLike

  /// Whether it compares numbers.
  public var isNumeric: Bool {
    switch self {
    case .greaterThan, .greaterThanOrEqual, .lessThan, .lessThanOrEqual: true
    default: false
    }
  }

  /// Whether it says what x must not be.
  public var isNegative: Bool {
    switch self {
    case .notContainsAll, .notContainsAny, .notEqual, .notLike: true
    default: false
    }
  }
}
