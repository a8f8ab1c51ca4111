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
  static let fields: UInt64 = slots.reduce(
    1 << UInt64(EventField.page.rawValue) | 1 << UInt64(EventField.screenName.rawValue)
  ) { $0 | 1 << UInt64($1.field.rawValue) }
  private static let pathname = 0

  package let sessionFields: UInt64
  package var readsSessionAttributes: Bool { true }
  package var readsSessionIdentity: Bool { true }

  private var state = FeatureState()
  /// By raw value of the field.
  private var readers: [(reader: ScalarReader, slots: [FactSlot])?]
  private var page = ScalarReader([["pathname"], ["url"]])
  private var screen = ScalarReader([[]])
  private var attribute = ScalarReader([["dataType"], ["value"]])

  package init() {
    readers = Array(repeating: nil, count: 64)
    for (field, facts) in SessionFeatures.slots {
      readers[Int(field.rawValue)] = (ScalarReader(facts.map(\.path)), facts.map(\.slot))
    }
    sessionFields = SessionFeatures.fields
  }

  /// Takes an event that has been folded into its session.
  ///
  /// - Parameter state: that of the session, before the event.
  package func take(
    _ event: borrowing Event, of batch: borrowing EventBatch, session: some SessionFacts,
    into state: inout FeatureState
  ) {
    swap(&self.state, &state)
    session.tell(self)
    self.state.note(event: Mixing.digest(event.name, of: batch.bytes), at: event.time)
    swap(&self.state, &state)
  }

  // MARK: - What the session offers

  package func take(fact field: EventField, digest: UInt64, value: ByteSlice, of source: borrowing [UInt8]) {
    switch field {
    case .page: takePage(value, source)
    case .screenName: screen.read(value, of: source) { state.note(page: PagePath($1, of: $2)) }
    default: take(field, value, source)
    }
  }

  package func take(collected field: EventField, value: ByteSlice, of source: borrowing [UInt8]) {
    // The newest comes last.
    take(field, value, source)
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
        state.set(attribute: name, .number(magnitude))
      } else if text.count <= FeatureLimits.maxValueBytes {
        state.set(attribute: name, .text(Mixing.digest(text, of: bytes)))
      }
    }
  }

  package func take(count: FactKey.SessionCount, _ value: Int) {}

  package func take(text: FactKey.SessionText, value: ByteSlice, of source: borrowing [UInt8]) {
    if text == .type { state.set(.sessionType, SessionFeatures.digest(value, source)) }
  }

  // MARK: - Values

  private func take(_ field: EventField, _ value: ByteSlice, _ source: borrowing [UInt8]) {
    guard let slots = readers[Int(field.rawValue)]?.slots else { return }
    readers[Int(field.rawValue)]?.reader.read(value, of: source) { path, text, bytes in
      state.set(slots[path], SessionFeatures.digest(text, bytes))
    }
  }

  private func takePage(_ value: ByteSlice, _ source: borrowing [UInt8]) {
    var path: PagePath?
    page.read(value, of: source) { number, text, bytes in
      // A path is what the URL's would be.
      if number == SessionFeatures.pathname || path == nil { path = PagePath(text, of: bytes) }
    }
    if let path { state.note(page: path) }
  }

  private static func digest(_ text: ByteSlice, _ bytes: borrowing [UInt8]) -> UInt32? {
    text.count <= FeatureLimits.maxValueBytes ? Mixing.digest(text, of: bytes) : nil
  }
}
