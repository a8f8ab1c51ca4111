/// The kinds of values that a lane stores: in redo, `state`, lane files and the cold store.
///
/// Whoever treats them differently switches over `StoredValue.content` or over this, without a `default`: so the compiler names every
/// place that a new kind has to be thought of. See docs/design/extending.md.
package enum StoredKind: UInt8, CaseIterable, Sendable {
  /// A session, told as a snapshot.
  case session
  /// What a customer is remembered by; see `CustomerMemory`.
  case customerMemory
  /// A conversation that is over and forgotten; see `EndedConversation`.
  case endedConversation

  /// What the keys of this kind begin with. Keys of events, and so of sessions, begin with their type, which is never empty and has
  /// no NUL byte.
  package var keyPrefix: [UInt8] {
    switch self {
    case .session: []
    case .customerMemory: [0]
    case .endedConversation: [0, 0]
    }
  }

  /// The kind of the value that is stored under a key.
  package init(ofKey key: borrowing [UInt8]) {
    guard key.first == 0 else {
      self = .session
      return
    }
    // A customer's memory has the type of the customer's id behind its prefix, which is never empty.
    self = key.count > 2 && key[1] == 0 ? .endedConversation : .customerMemory
  }

  /// Whether values of this kind count their changes. One that does not comes back under its old id after it was taken away, and
  /// nothing tells its values apart.
  package var hasRevisions: Bool {
    switch self {
    case .session: true
    case .customerMemory, .endedConversation: false
    }
  }
}
