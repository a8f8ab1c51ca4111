extension ActionMap {
  /// What a map does. Only the fields of its media type are set.
  public struct Action: Sendable, Hashable {
    /// What it is.
    public var mediaType: MediaType
    /// The action target: the queue side.
    public var targetID: String?
    /// Whether it waits for agents; webchat only.
    public var isPacingEnabled: Bool
    /// The action template: what a content offer shows.
    public var templateID: String?
    /// The text of a web messaging offer.
    public var offerText: String?
    /// The Architect flow that is started, of an `architectFlow` or a `webMessagingOffer`.
    public var flowID: String?
    /// What the flow is given, in order.
    public var flowInputs: [FlowInput]
    /// The open action.
    public var openAction: OpenAction?
    /// The properties of a web chat invitation: an object with sorted members.
    public var webchatProperties: DefinitionValue?

    /// Creates an action.
    public init(
      mediaType: MediaType, targetID: String? = nil, isPacingEnabled: Bool = true, templateID: String? = nil,
      offerText: String? = nil, flowID: String? = nil, flowInputs: [FlowInput] = [],
      openAction: OpenAction? = nil, webchatProperties: DefinitionValue? = nil
    ) {
      self.mediaType = mediaType
      self.targetID = targetID
      self.isPacingEnabled = isPacingEnabled
      self.templateID = templateID
      self.offerText = offerText
      self.flowID = flowID
      self.flowInputs = flowInputs
      self.openAction = openAction
      self.webchatProperties = webchatProperties
    }
  }

  /// One input of a flow: `flowRequestMappings`.
  public struct FlowInput: Sendable, Hashable {
    /// Its name in the flow.
    public var name: String
    /// Its type in the flow.
    public var type: AttributeType
    /// Where it comes from.
    public var source: Source

    /// Types of inputs.
    public enum AttributeType: String, Sendable, Hashable, CaseIterable {
      case string = "String"
      case number = "Number"
      case integer = "Integer"
      case boolean = "Boolean"
    }

    /// Where an input comes from.
    public enum Source: Sendable, Hashable {
      /// `Lookup`: a path into the session, such as `session.id`.
      case lookup(path: String)
      /// `HardCoded`: the text of a value of this type.
      case hardCoded(text: String)
    }

    /// Creates an input.
    public init(name: String, type: AttributeType, source: Source) {
      self.name = name
      self.type = type
      self.source = source
    }
  }

  /// An open action and what it is given.
  public struct OpenAction: Sendable, Hashable {
    /// Its id.
    public var id: String
    /// Its name.
    public var name: String?
    /// What it is given: an object with sorted members.
    public var configurationFields: DefinitionValue

    /// Creates a reference.
    public init(id: String, name: String? = nil, configurationFields: DefinitionValue = .object([])) {
      self.id = id
      self.name = name
      self.configurationFields = configurationFields
    }
  }
}
