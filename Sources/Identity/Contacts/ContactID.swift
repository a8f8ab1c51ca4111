internal import JourneyModel

/// A contact's id: UUID version 5 of its canonical identifier and that one's generation; where a contact of
/// an address book is in it, that contact's own id.
package struct ContactID: Sendable, Hashable, Comparable {
  /// 1 to 255 bytes.
  package var text: [UInt8]

  package init(text: [UInt8]) { self.text = text }

  /// The name space: UUIDv5 of the URL name space and `https://sojourn.dev/contact`.
  static let namespace: [UInt8] = UUIDVersion5.bytes(
    namespace: UUIDVersion5.urlNamespace, name: Array("https://sojourn.dev/contact".utf8))

  /// The id of the contact that an identifier stands for. The generation rises with erasure only: who comes
  /// back is somebody new.
  package init(of identifier: Identifier, generation: Int) {
    guard identifier.type != .contact else {
      text = identifier.value
      return
    }
    var name = ContactID.namespace
    name.reserveCapacity(
      name.count + identifier.value.count + identifier.source.count + 48 + UUIDVersion5.paddingBytes)
    name.append(contentsOf: identifier.type.name.utf8)
    name.append(0)
    name.append(contentsOf: identifier.value)
    name.append(0)
    name.append(contentsOf: identifier.source)
    name.append(0)
    name.append(contentsOf: String(generation).utf8)
    let (high, low) = UUIDVersion5.halves(of: name)
    text = []
    text.reserveCapacity(SessionID.textLength)
    // The canonical text of a UUID, as sessions have it.
    SessionID(high: high, low: low).appendText(to: &text)
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.text.lexicographicallyPrecedes(right.text)
  }
}
