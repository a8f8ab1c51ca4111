/// One thing every log must do.
public struct ConformanceCase: Sendable, CustomStringConvertible {
  /// What it checks, as a sentence.
  public let name: String
  /// What the log must be able to do for it.
  public let requires: Set<Capability>
  private let body: @Sendable (Scene) throws -> Void

  init(_ name: String, requires: Set<Capability>, _ body: @escaping @Sendable (Scene) throws -> Void) {
    self.name = name
    self.requires = requires
    self.body = body
  }

  /// The name.
  public var description: String { name }

  /// Whether the log can take part.
  public func applies(to log: LogUnderTest) -> Bool { requires.isSubset(of: log.supports) }

  /// Runs the case. Throws `ConformanceFailure`, or what the log threw where nothing was to be thrown.
  public func run(_ log: LogUnderTest) throws {
    try body(Scene(log, name: name))
  }
}
