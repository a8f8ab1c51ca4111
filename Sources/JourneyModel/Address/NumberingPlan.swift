/// How national phone numbers become international ones: only as it is configured. No table of numbering
/// plans is behind it, so that nothing but the configuration and the input decides what a customer is called.
public struct NumberingPlan: Sendable, Hashable {
  /// The country's calling code, digits only: `1`, `49`, `353`. Without one national numbers stay as they
  /// are.
  public var callingCode = ""
  /// What is in front of a national number at home, digits only: `0` in most of Europe, `1` in North America.
  public var trunkPrefix = ""
  /// What is in front of a number abroad, digits only: `00`, `011`.
  public var internationalPrefix = ""
  /// Shorter numbers are extensions and service numbers: they stay as they are.
  public static let shortestNational = 7
  /// Most digits of an international number (E.164).
  public static let longestNumber = 15

  /// Creates a plan that changes no national number.
  public init() {}
}
