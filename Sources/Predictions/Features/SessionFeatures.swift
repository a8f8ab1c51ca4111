package import JourneyModel
package import JourneyRules

/// Brings what a session knows into its `FeatureState`: one object for each lane, reused from event to event.
///
/// Values of more than `FeatureLimits.maxValueBytes` are no features: a fact with such a value is taken back.
package final class SessionFeatures: FactVisitor {
  /// Where the facts of a field are, and which slot each fills.
  static let slots: [(field: EventField, facts: [(path: [String], slot: FactSlot)])] = [
    (.device, [(["category"], .deviceCategory), (["type"], .deviceType), (["osFamily"], .osFamily)]),
    (.browser, [(["family"], .browserFamily), (["lang"], .browserLanguage)]),
    (.geolocation, [(["country"], .country), (["region"], .region)]),
    (.campaign, [(["source"], .campaignSource), (["medium"], .campaignMedium), (["name"], .campaignName)]),
    (.referrer, [(["medium"], .referrerMedium), (["hostname"], .referrerHost)]),
    (.authenticated, [([], .authenticated)]), (.app, [(["version"], .appVersion)]),
    (.originatingDirection, [([], .originatingDirection)]), (.channel, [(["type"], .channelType)]),
    (.queue, [(["id"], .lastConnectedQueue)]),
  ]
  /// The fields that features are made of, a bit each by raw value.
  static let fields: UInt64 = slots.reduce(places) { $0 | 1 << UInt64($1.field.rawValue) }
  /// The two fields that say where the visitor is: whichever is told last counts, so both are told.
  private static let places: UInt64 =
    1 << UInt64(EventField.page.rawValue) | 1 << UInt64(EventField.screenName.rawValue)
  private static let attributes: UInt64 = 1 << UInt64(EventField.attributeName.rawValue)

  /// What is to be told of the session at hand.
  package private(set) var sessionFields = SessionFeatures.fields
  package private(set) var readsSessionAttributes = true
  package private(set) var readsSessionIdentity = true

  private var state = FeatureState()
  /// Whether what was told changed any fact or attribute: most of what comes again says the same.
  private var hasChanged = false
  /// By raw value of the field.
  private var readers: [(reader: ScalarReader, slots: [FactSlot])?]
  private var page = ScalarReader([["pathname"], ["url"]])
  private var pages = PageMemory()
  private var screen = ScalarReader([[]])
  private var attribute = ScalarReader([["dataType"], ["value"]])

  package init() {
    readers = Array(repeating: nil, count: 64)
    for (field, facts) in SessionFeatures.slots {
      readers[Int(field.rawValue)] = (ScalarReader(facts.map(\.path)), facts.map(\.slot))
    }
  }

  /// Takes an event that has been folded into its session.
  ///
  /// - Parameters:
  ///   - changed: the fields of which anything has changed since the state took them, a bit each by raw
  ///     value, attributes under the bit of their names. All bits: it has taken none, and is told who the
  ///     session is as well.
  ///   - state: that of the session, before the event.
  ///   - changes: takes what the event changes of the features.
  package func take(
    _ event: borrowing Event, of batch: borrowing EventBatch, session: some SessionFacts,
    changed: UInt64 = .max, into state: inout FeatureState, noting changes: inout FeatureChanges
  ) {
    let before = FeatureMoment(state)
    swap(&self.state, &state)
    sessionFields = SessionFeatures.fields & changed
    if changed & SessionFeatures.places != 0 { sessionFields |= SessionFeatures.places }
    readsSessionAttributes = changed & SessionFeatures.attributes != 0
    readsSessionIdentity = changed == .max
    hasChanged = false
    if sessionFields != 0 || readsSessionAttributes { session.tell(self) }
    let name = self.state.note(event: Mixing.digest(event.name, of: batch.bytes), at: event.time)
    swap(&self.state, &state)
    if hasChanged { changes.isWhole = true } else { changes.take(before, state, counted: name) }
  }

  // MARK: - What the session offers

  package func take(fact field: EventField, digest: UInt64, value: ByteSlice, of source: borrowing [UInt8]) {
    switch field {
    case .page: takePage(digest, value, source)
    case .screenName: screen.read(value, of: source) { state.note(page: PagePath($1, of: $2)) }
    default: take(field, value, source)
    }
  }

  package func take(collected field: EventField, value: ByteSlice, of source: borrowing [UInt8]) {
    // The newest comes last.
    if sessionFields & 1 << UInt64(field.rawValue) != 0 { take(field, value, source) }
  }

  package func take(
    attribute name: ByteSlice, value: ByteSlice, isList: Bool, of source: borrowing [UInt8]
  ) {
    guard !isList else { return }
    let name = Mixing.digest(name, of: source)
    var isNumber = false
    attribute.read(value, of: source) { path, text, bytes in
      if path == 0 {
        isNumber = text.equals(bytes, Array("number".utf8), at: 0) && text.count == 6
      } else if isNumber, let magnitude = Magnitude(text, of: bytes) {
        hasChanged = state.set(attribute: name, .number(magnitude)) || hasChanged
      } else if text.count <= FeatureLimits.maxValueBytes {
        hasChanged = state.set(attribute: name, .text(Mixing.digest(text, of: bytes))) || hasChanged
      }
    }
  }

  package func take(count: FactKey.SessionCount, _ value: Int) {}

  package func take(text: FactKey.SessionText, value: ByteSlice, of source: borrowing [UInt8]) {
    if text == .type {
      hasChanged = state.set(.sessionType, SessionFeatures.digest(value, source)) || hasChanged
    }
  }

  // MARK: - Values

  private func take(_ field: EventField, _ value: ByteSlice, _ source: borrowing [UInt8]) {
    guard let slots = readers[Int(field.rawValue)]?.slots else { return }
    readers[Int(field.rawValue)]?.reader.read(value, of: source) { path, text, bytes in
      hasChanged = state.set(slots[path], SessionFeatures.digest(text, bytes)) || hasChanged
    }
  }

  private func takePage(_ digest: UInt64, _ value: ByteSlice, _ source: borrowing [UInt8]) {
    var path: PagePath?
    if pages.knows(digest, value, of: source) {
      path = pages.path(digest)
    } else {
      // A path is what the URL's would be.
      page.readPreferred(value, of: source) { path = PagePath($0, of: $1) }
      pages.note(path, digest, value, of: source)
    }
    if let path { state.note(page: path) }
  }

  private static func digest(_ text: ByteSlice, _ bytes: borrowing [UInt8]) -> UInt32? {
    text.count <= FeatureLimits.maxValueBytes ? Mixing.digest(text, of: bytes) : nil
  }
}
