/// Names of queues, users and wrap-up codes by id, for the card: events mostly carry ids alone.
public struct DisplayNames: Sendable, Hashable {
  /// Names by id.
  public var names: [String: String]

  /// Creates a table.
  public init(_ names: [String: String] = [:]) { self.names = names }
}
