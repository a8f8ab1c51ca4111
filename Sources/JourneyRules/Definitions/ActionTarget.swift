/// An action target: the queue side of an action.
public struct ActionTarget: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Its name for people.
  public var name: String
  /// What description people gave it.
  public var description: String?
  /// What kinds of actions it takes.
  public var supportedMediaTypes: [MediaType]
  /// Whether it may be used.
  public var state: DefinitionState
  /// The service level that throttles offers.
  public var serviceLevel: ServiceLevel?
  /// Contacts abandoned within so many seconds do not count; `nil` if all do.
  public var shortAbandonThreshold: Int?

  /// A share of contacts and the time within which they are answered.
  public struct ServiceLevel: Sendable, Hashable {
    /// 0…1.
    public var percentage: Double
    /// Milliseconds.
    public var durationMilliseconds: Int

    /// Creates a service level.
    public init(percentage: Double, durationMilliseconds: Int) {
      self.percentage = percentage
      self.durationMilliseconds = durationMilliseconds
    }
  }

  /// Creates a target.
  public init(
    id: String, version: Int = 1, name: String, description: String? = nil,
    supportedMediaTypes: [MediaType] = [], state: DefinitionState = .active,
    serviceLevel: ServiceLevel? = nil,
    shortAbandonThreshold: Int? = nil
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.description = description
    self.supportedMediaTypes = supportedMediaTypes
    self.state = state
    self.serviceLevel = serviceLevel
    self.shortAbandonThreshold = shortAbandonThreshold
  }
}
