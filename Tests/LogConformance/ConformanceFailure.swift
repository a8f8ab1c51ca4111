/// A log did not do what the port promises.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String

  /// Creates a failure.
  public init(_ description: String) { self.description = description }
}
