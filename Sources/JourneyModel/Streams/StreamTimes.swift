/// A time for each stream that has one.
public struct StreamTimes: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  private var web: EventTime?
  private var app: EventTime?
  private var conversation: EventTime?
  private var custom: EventTime?

  /// Creates times of no stream.
  public init() {}

  /// The same time for every stream; for none without a time.
  public init(every time: EventTime?) {
    (web, app, conversation, custom) = (time, time, time, time)
  }

  /// Creates the times of some streams; of two for one stream the later in the list counts.
  public init(dictionaryLiteral elements: (Stream, EventTime)...) {
    for (stream, time) in elements { self[stream] = time }
  }

  /// The stream's time; `nil` for none.
  public subscript(stream: Stream) -> EventTime? {
    get {
      switch stream {
      case .web: web
      case .app: app
      case .conversation: conversation
      case .custom: custom
      }
    }
    set {
      switch stream {
      case .web: web = newValue
      case .app: app = newValue
      case .conversation: conversation = newValue
      case .custom: custom = newValue
      }
    }
  }

  /// Whether no stream has a time.
  public var isEmpty: Bool { self == StreamTimes() }

  /// The earliest of them.
  public var earliest: EventTime? { Stream.allCases.compactMap { self[$0] }.min() }
}
