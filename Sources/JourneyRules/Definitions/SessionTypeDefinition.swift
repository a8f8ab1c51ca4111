public import JourneyModel

/// Settings of the sessions of one type: the definitions' form of `types` in the configuration.
public struct SessionTypeDefinition: Sendable, Hashable {
  /// Its id; the type's name unless given.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Whether it applies.
  public var isActive: Bool
  /// The type, for example `delivery`.
  public var type: String
  /// The stream its events come on; `custom` unless the type is predefined.
  public var stream: Stream
  /// The title on the card; `nil` for the type's name.
  public var cardTitle: String?
  /// The key of the icon on the card; `nil` for the type's name.
  public var icon: String?
  /// Seconds of inactivity that end a session, at least 1; `nil` for never, or the stream's own.
  public var timeoutInSeconds: Int?
  /// Which attributes of events become attributes of the session; `nil` for all, each under its own name.
  public var attributes: [Projection]?

  /// One attribute of a session and the attribute of events it comes from.
  public struct Projection: Sendable, Hashable {
    /// The name in the session.
    public var name: String
    /// The name in events.
    public var eventAttribute: String
    /// Whether distinct values are collected; otherwise the newest wins.
    public var isList: Bool

    /// Creates a projection.
    public init(name: String, eventAttribute: String, isList: Bool = false) {
      self.name = name
      self.eventAttribute = eventAttribute
      self.isList = isList
    }
  }

  /// Creates a definition.
  public init(
    id: String, version: Int = 1, isActive: Bool = true, type: String, stream: Stream = .custom,
    cardTitle: String? = nil, icon: String? = nil, timeoutInSeconds: Int? = nil,
    attributes: [Projection]? = nil
  ) {
    self.id = id
    self.version = version
    self.isActive = isActive
    self.type = type
    self.stream = stream
    self.cardTitle = cardTitle
    self.icon = icon
    self.timeoutInSeconds = timeoutInSeconds
    self.attributes = attributes
  }
}

/// What is known about events of one name.
public struct EventTypeDefinition: Sendable, Hashable {
  /// Its id; the event's name unless given.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Whether it applies.
  public var isActive: Bool
  /// The event's name.
  public var eventName: String
  /// The stream it comes on; `nil` for any.
  public var stream: Stream?
  /// The session type it belongs to; `nil` for any.
  public var sessionType: String?
  /// Its name for people.
  public var displayName: String?
  /// The key of its icon on the journey map.
  public var icon: String?
  /// The attributes it carries, in written order.
  public var attributes: [Attribute]

  /// An attribute of an event.
  public struct Attribute: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its type.
    public var dataType: DataType

    /// Types of attributes.
    public enum DataType: String, Sendable, Hashable, CaseIterable {
      case string = "String"
      case number = "Number"
      case integer = "Integer"
      case boolean = "Boolean"
    }

    /// Creates an attribute.
    public init(name: String, dataType: DataType = .string) {
      self.name = name
      self.dataType = dataType
    }
  }

  /// Creates a definition.
  public init(
    id: String, version: Int = 1, isActive: Bool = true, eventName: String, stream: Stream? = nil,
    sessionType: String? = nil, displayName: String? = nil, icon: String? = nil, attributes: [Attribute] = []
  ) {
    self.id = id
    self.version = version
    self.isActive = isActive
    self.eventName = eventName
    self.stream = stream
    self.sessionType = sessionType
    self.displayName = displayName
    self.icon = icon
    self.attributes = attributes
  }
}
