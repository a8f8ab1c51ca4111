/// How often offers of one media type may come within a session. Ours: the vendor has it as a page of
/// settings.
public struct FrequencyCap: Sendable, Hashable {
  /// Its id.
  public var id: String
  /// Raised on every change. At least 1.
  public var version: Int
  /// Whether it applies.
  public var isActive: Bool
  /// The kind of offers it is about.
  public var mediaType: MediaType
  /// `capOnceFinalized`: no offer after one that came to a conversation or was completed.
  public var capsOnceFinalized: Bool
  /// `capOnceRejected`: no offer after one that was rejected.
  public var capsOnceRejected: Bool
  /// `capForPeriod`, `HH:MM`: minutes between two offers, 1…1439; ignored if both others are on.
  public var periodMinutes: Int?

  /// Creates a cap.
  public init(
    id: String, version: Int = 1, isActive: Bool = true, mediaType: MediaType,
    capsOnceFinalized: Bool = false,
    capsOnceRejected: Bool = false, periodMinutes: Int? = nil
  ) {
    self.id = id
    self.version = version
    self.isActive = isActive
    self.mediaType = mediaType
    self.capsOnceFinalized = capsOnceFinalized
    self.capsOnceRejected = capsOnceRejected
    self.periodMinutes = periodMinutes
  }
}
