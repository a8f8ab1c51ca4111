internal import Identity
internal import Sessionizer

extension SessionPerson {
  /// Takes in that an event names again who was named before, and says no more of them: what nearly every
  /// event does that names anybody.
  ///
  /// - Returns: whether that is so; else nothing has changed.
  mutating func confirm(_ evidence: EventEvidence) -> Bool {
    guard !evidence.namings.isEmpty else { return false }
    let digest = evidence.traitDigest
    for naming in evidence.namings {
      guard let place = place(of: naming.identifier), naming.strength <= named[place].strength,
        digest == 0 || digest == named[place].traits
      else { return false }
      // Where one of two is named again, the other may have to go.
      if evidence.namings.count < named.count,
        named.indices.contains(where: { named[$0].identifier.conflicts(with: naming.identifier) })
      {
        return false
      }
    }
    for naming in evidence.namings {
      guard let place = place(of: naming.identifier) else { continue }
      if evidence.stamp < named[place].first { named[place].first = evidence.stamp }
      if named[place].last < evidence.stamp { named[place].last = evidence.stamp }
    }
    return true
  }

  /// Whether what is known of the only one that was named is what is shown: to look again finds nothing else.
  var showsOnlyNamed: Bool {
    guard link == nil, named.count == 1 else { return false }
    return shown == named[0].answer.map { Shown($0, by: named[0].identifier.type, named[0].strength) }
  }

  private func place(of identifier: Identifier) -> Int? {
    named.indices.first { named[$0].identifier == identifier }
  }
}

extension Identifier {
  /// Whether the two are of one type, and of one source where that counts, and differ.
  func conflicts(with other: Identifier) -> Bool {
    type == other.type && source == other.source && value != other.value
  }
}
