internal import JourneyModel

/// Ids of events that have none. They are made of what the client sent, before anything is added: what is
/// added differs from one attempt to the next.
struct EventIdentity {
  private static let namespace = UUIDVersion5.bytes(
    namespace: UUIDVersion5.urlNamespace, name: Array("https://sojourn.dev/intake".utf8))

  /// An id that was made.
  struct Made {
    var id: String
    /// Whether the same bytes sent again have it as well.
    var isRepeatable: Bool
  }

  private let source: String
  private let request: IntakeRequest
  /// How often each digest came up in this body.
  private var occurrences: [String: Int] = [:]

  init(source: IntakeSource, request: IntakeRequest) {
    self.source = source.id
    self.request = request
  }

  /// The id of an event that states none.
  ///
  /// With an `Idempotency-Key` it is made of that and of the event's place. Without one it is made of the
  /// client's own bytes, and of how many equal ones stand before it: not of its place, so that a batch that
  /// is put together anew still gives the same ids. Two equal events without a time are two clicks and no
  /// repetition, which only the request's own id can tell.
  mutating func make(_ bytes: some Collection<UInt8>, index: Int, statesTime: Bool) -> Made {
    if let key = request.idempotencyKey, !key.isEmpty {
      return Made(id: text("key", Array(key.utf8), index), isRepeatable: true)
    }
    if !statesTime, let requestID = request.requestID {
      return Made(id: text("request", Array(requestID.utf8), index), isRepeatable: false)
    }
    let digest = text("bytes", Array(bytes), nil)
    let before = occurrences[digest, default: 0]
    occurrences[digest] = before + 1
    return Made(id: before == 0 ? digest : text("bytes", Array(digest.utf8), before), isRepeatable: true)
  }

  /// The id of an event whose own id is too long, or is unique within a system of its own only.
  func derived(from parts: [[UInt8]]) -> String {
    EventIdentity.uuid(of: Array(parts.joined(separator: [0])))
  }

  /// A UUID of the source, the kind of what it is made of, that itself, and a number.
  private func text(_ kind: String, _ bytes: [UInt8], _ number: Int?) -> String {
    var name = Array(source.utf8) + [0] + Array(kind.utf8) + [0]
    name += bytes
    if let number { name += [0] + Array(String(number).utf8) }
    return EventIdentity.uuid(of: name)
  }

  private static func uuid(of name: [UInt8]) -> String {
    let bytes = UUIDVersion5.bytes(namespace: namespace, name: name)
    func half(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    return SessionID(high: half(0..<8), low: half(8..<16)).text
  }
}
