/// A segment: a label that a session, or a customer, gets when its rule holds.
public struct Segment: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change; events name it. At least 1.
  public var version: Int
  /// Whether it is assigned to anyone new.
  public var isActive: Bool
  /// Its name for people.
  public var displayName: String
  /// What it is for.
  public var description: String?
  /// `#RRGGBB`, in capitals or not as written; `nil` leaves the choice to whoever shows it.
  public var color: String?
  /// What it is assigned to.
  public var scope: Scope
  /// Whether agents see it.
  public var shouldDisplayToAgent: Bool
  /// When it is assigned.
  public var rule: Rule
  /// The segment of another product that it stands for.
  public var externalSegment: ExternalSegment?
  /// Days from assignment to unassignment, by event time; `nil` for never.
  public var assignmentExpirationDays: Int?

  /// What a segment is assigned to.
  public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// One session, and gone with it.
    case session = "Session"
    /// A customer, by a request and not by a rule.
    case customer = "Customer"
  }

  /// A segment of another product.
  public struct ExternalSegment: Sendable, Hashable {
    /// Its id there.
    public var id: String
    /// Its name there.
    public var name: String
    /// The product.
    public var source: Source

    /// Products that segments come from.
    public enum Source: String, Sendable, Hashable, CaseIterable {
      case adobeExperiencePlatform = "AdobeExperiencePlatform"
      case custom = "Custom"
    }

    /// Creates a reference.
    public init(id: String, name: String, source: Source) {
      self.id = id
      self.name = name
      self.source = source
    }
  }

  /// Creates a segment.
  public init(
    id: String, version: Int = 1, isActive: Bool = true, displayName: String, description: String? = nil,
    color: String? = nil, scope: Scope = .session, shouldDisplayToAgent: Bool = true, rule: Rule = Rule(),
    externalSegment: ExternalSegment? = nil, assignmentExpirationDays: Int? = nil
  ) {
    self.id = id
    self.version = version
    self.isActive = isActive
    self.displayName = displayName
    self.description = description
    self.color = color
    self.scope = scope
    self.shouldDisplayToAgent = shouldDisplayToAgent
    self.rule = rule
    self.externalSegment = externalSegment
    self.assignmentExpirationDays = assignmentExpirationDays
  }
}
