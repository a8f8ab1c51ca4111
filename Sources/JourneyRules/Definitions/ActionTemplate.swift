/// An action template: what a content offer shows.
public struct ActionTemplate: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Its name for people.
  public var name: String
  /// What it is for.
  public var description: String?
  /// What kind of action it is for.
  public var mediaType: MediaType
  /// Whether it may be used.
  public var state: DefinitionState
  /// What is shown.
  public var contentOffer: ContentOffer?

  /// Creates a template.
  public init(
    id: String, version: Int = 1, name: String, description: String? = nil,
    mediaType: MediaType = .contentOffer, state: DefinitionState = .active, contentOffer: ContentOffer? = nil
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.description = description
    self.mediaType = mediaType
    self.state = state
    self.contentOffer = contentOffer
  }
}

/// Whether templates, targets and schedules may be used.
public enum DefinitionState: String, Sendable, Hashable, CaseIterable {
  case active = "Active"
  case inactive = "Inactive"
  case deleted = "Deleted"
}

/// Content shown on a page.
public struct ContentOffer: Sendable, Hashable {
  /// Where the image is.
  public var imageURL: String?
  /// What the image shows, in words.
  public var imageAltText: String?
  /// How it lies over the page.
  public var displayMode: DisplayMode
  /// Where image and text are.
  public var layoutMode: LayoutMode
  /// The title.
  public var title: String?
  /// The headline.
  public var headline: String?
  /// The text.
  public var body: String?
  /// The button.
  public var callToAction: CallToAction?
  /// Colours, fonts, positions: an object, checked, with sorted members.
  public var style: DefinitionValue?

  /// How content lies over the page.
  public enum DisplayMode: String, Sendable, Hashable, CaseIterable {
    case modal = "Modal"
    case overlay = "Overlay"
    case toast = "Toast"
  }

  /// Where image and text are.
  public enum LayoutMode: String, Sendable, Hashable, CaseIterable {
    case textOnly = "TextOnly"
    case imageOnly = "ImageOnly"
    case leftText = "LeftText"
    case rightText = "RightText"
    case topText = "TopText"
    case bottomText = "BottomText"
  }

  /// A button with a link.
  public struct CallToAction: Sendable, Hashable {
    /// Its label.
    public var text: String?
    /// Where it leads.
    public var url: String?
    /// Where that opens.
    public var target: Target

    /// Where a link opens.
    public enum Target: String, Sendable, Hashable, CaseIterable {
      case blank = "Blank"
      case `self` = "Self"
    }

    /// Creates a button.
    public init(text: String? = nil, url: String? = nil, target: Target = .blank) {
      self.text = text
      self.url = url
      self.target = target
    }
  }

  /// Creates an offer.
  public init(
    imageURL: String? = nil, imageAltText: String? = nil, displayMode: DisplayMode = .modal,
    layoutMode: LayoutMode = .textOnly, title: String? = nil, headline: String? = nil, body: String? = nil,
    callToAction: CallToAction? = nil, style: DefinitionValue? = nil
  ) {
    self.imageURL = imageURL
    self.imageAltText = imageAltText
    self.displayMode = displayMode
    self.layoutMode = layoutMode
    self.title = title
    self.headline = headline
    self.body = body
    self.callToAction = callToAction
    self.style = style
  }
}
