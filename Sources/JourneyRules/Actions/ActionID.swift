public import JourneyModel

/// An action's id: UUID version 5 of session, action map and what made it qualify.
///
/// It is what an orchestration flow recognizes repeated deliveries by, and what clients report states under.
public struct ActionID: Sendable, Hashable {
  /// The first eight bytes, big endian.
  public var high: UInt64
  /// The last eight bytes, big endian.
  public var low: UInt64

  private static let namespace = UUIDVersion5.bytes(
    namespace: UUIDVersion5.urlNamespace, name: Array("https://sojourn.dev/action".utf8))

  /// Creates an id from its halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Derives the id of an action.
  ///
  /// - Parameter event: the id of the event after which it qualified.
  public init(session: SessionID, map: String, event: String) {
    var name: [UInt8] = []
    session.appendText(to: &name)
    for part in [map, event] {
      name.append(0)
      name.append(contentsOf: part.utf8)
    }
    let bytes = UUIDVersion5.bytes(namespace: ActionID.namespace, name: name)
    high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Appends the canonical text, 36 bytes, lower case.
  public func appendText(to bytes: inout [UInt8]) { SessionID(high: high, low: low).appendText(to: &bytes) }

  /// The canonical text.
  public var text: String { SessionID(high: high, low: low).text }

  /// Parses the canonical text.
  public init?(text: [UInt8]) {
    guard let parsed = SessionID(text: text) else { return nil }
    self.init(high: parsed.high, low: parsed.low)
  }
}
