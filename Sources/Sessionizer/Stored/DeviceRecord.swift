package import Identity
package import JourneyModel

/// What a lane keeps of a device that somebody was named on: whose it was, and what is known of those. Never
/// emitted.
package final class DeviceRecord: StoredValue {
  /// The device; `nil` only while it is read.
  package var device: Identifier?
  /// Whose it was when.
  package var timeline = WeakTimeline()
  /// Who was named on it, in order of their keys.
  package private(set) var named: [NamedOnDevice] = []
  /// Counts its reports to owners.
  package var revision = 0
  /// Whether nobody is known any more who was named on it.
  package internal(set) var isForgotten = false

  /// Most identifiers of which a device keeps what is known; of more, those with the greatest keys go.
  package static let maxNamed = 64

  package init(
    id: SessionID, stream: Stream, keyDigest: UInt64, key: [UInt8], identity: Session.Identity,
    first: EventTime
  ) {
    super.init(
      .device, id: id, stream: stream, keyDigest: keyDigest, key: key, identity: identity, first: first)
  }

  /// A digest of the customer's id that the device's sessions have; `nil` only while it is read.
  var customerDigest: UInt64? {
    guard let device else { return nil }
    let name = Array(device.type.name.utf8)
    var digest = FNV1a(of: ByteSlice(offset: 0, length: name.count), in: name)
    digest.add(ByteSlice(offset: 0, length: device.value.count), of: device.value)
    return digest.value
  }

  /// Somebody of those.
  package func named(_ key: IdentifierKey) -> NamedOnDevice? { named.first { $0.identifier.key == key } }

  /// Notes that an identifier was named.
  package func name(_ identifier: Identifier, at time: EventTime) {
    let place = named.firstIndex { $0.identifier.key >= identifier.key } ?? named.count
    if place < named.count, named[place].identifier.key == identifier.key {
      named[place].since = min(named[place].since, time)
      return
    }
    named.insert(NamedOnDevice(identifier, since: time), at: place)
    if named.count > DeviceRecord.maxNamed { named.removeLast() }
  }

  /// Takes in what became known of an identifier; `nil`: that it is nobody's any more.
  ///
  /// - Returns: whether it is news.
  package func learn(_ key: IdentifierKey, _ answer: Resolution.Answer?) -> Bool {
    guard let place = named.firstIndex(where: { $0.identifier.key == key }), named[place].answer != answer
    else { return false }
    named[place].answer = answer
    return true
  }

  /// Takes back who was named, as they were stored.
  package func restore(_ entries: [NamedOnDevice]) { named = entries }

  /// Forgets who was named.
  package func forget(_ key: IdentifierKey) { named.removeAll { $0.identifier.key == key } }

  /// Whoever was named before is gone; since a time it is somebody else, with the same identifier.
  package func begin(_ key: IdentifierKey, at time: EventTime) {
    guard let place = named.firstIndex(where: { $0.identifier.key == key }) else { return }
    named[place].since = time
  }

  /// See `StoredValue.residentBytes`.
  var memoryBytes: Int {
    heldBytes + 64 * timeline.entries.count
      + named.reduce(0) { sum, one in
        sum + 256 + one.identifier.value.count + (one.answer?.name?.count ?? 0)
          + 64 * (one.answer?.segments.count ?? 0)
      }
  }
}

/// An identifier that was named on a device.
package struct NamedOnDevice: Sendable, Hashable {
  package var identifier: Identifier
  /// When it was named first.
  package var since: EventTime
  /// What is known of it; `nil` until its register has answered.
  package var answer: Resolution.Answer?

  package init(_ identifier: Identifier, since: EventTime, answer: Resolution.Answer? = nil) {
    self.identifier = identifier
    self.since = since
    self.answer = answer
  }
}
