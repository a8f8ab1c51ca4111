/// The kinds of values that a lane stores: in redo, `state`, lane files and the cold store.
///
/// Whoever treats them differently switches over `StoredValue.content` or over this, without a `default`: so
/// the compiler names every place that a new kind has to be thought of. See docs/design/extending.md.
package enum StoredKind: UInt8, CaseIterable, Sendable {
  /// A session, emitted as a snapshot.
  case session
  /// What a customer is remembered by; see `CustomerMemory`.
  case customerMemory
  /// A conversation that is over and forgotten; see `EndedConversation`.
  case endedConversation
  /// What is known of an identifier of persons; see `IdentifierRecord`.
  case identifier
  /// Whose a device was; see `DeviceRecord`.
  case device
  /// Which identifier stands for a contact; see `ContactRecord`.
  case contact

  /// What the keys of this kind begin with. Keys of events, and so of sessions, begin with their type, which
  /// is never empty and has no NUL byte.
  package var keyPrefix: [UInt8] {
    switch self {
    case .session: []
    case .customerMemory: [0]
    case .endedConversation: [0, 0]
    case .identifier: [0, 0, 0, 1]
    case .device: [0, 0, 0, 2]
    case .contact: [0, 0, 0, 3]
    }
  }

  /// The kind of the value that is stored under a key.
  package init(ofKey key: borrowing [UInt8]) {
    guard key.first == 0 else {
      self = .session
      return
    }
    // A customer's memory has the type of the customer's id behind its prefix, which is never empty; an ended
    // conversation its session's key, which never begins with NUL.
    guard key.count > 2, key[1] == 0 else {
      self = .customerMemory
      return
    }
    guard key.count > 3, key[2] == 0 else {
      self = .endedConversation
      return
    }
    switch key[3] {
    case 1: self = .identifier
    case 2: self = .device
    default: self = .contact
    }
  }

  /// Whether values of this kind count their changes. One that does not comes back under its old id after it
  /// was taken away, and nothing distinguishes its values.
  package var hasRevisions: Bool {
    switch self {
    case .session: true
    case .customerMemory, .endedConversation, .identifier, .device, .contact: false
    }
  }
}
