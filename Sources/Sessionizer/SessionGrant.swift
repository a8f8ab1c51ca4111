package import Identity

/// What became of asking, in a session, whether an action map may act on a segment of the session's customer.
package struct SessionGrant: Sendable, Hashable {
  /// What the root of the customer's contact has said. The raw value is stored.
  package enum State: UInt8, Sendable, Hashable {
    /// Nothing yet.
    case asked = 1
    case granted = 2
    case refused = 3
  }

  /// The action map, 1 to 255 bytes.
  package let map: [UInt8]
  /// The assignment, 1 to 255 bytes.
  package let assignment: [UInt8]
  /// Who asked, and when: answers name it.
  package let asker: Stamp
  package var state: State

  package init(map: [UInt8], assignment: [UInt8], asker: Stamp, state: State = .asked) {
    self.map = map
    self.assignment = assignment
    self.asker = asker
    self.state = state
  }

  /// Whether it is of the same map and assignment.
  func isAbout(_ other: SessionGrant) -> Bool { map == other.map && assignment == other.assignment }
}

extension SessionPerson {
  /// Most assignments and maps of which a session remembers that it asked: with more, it asks no more.
  package static let maxGrants = 100

  /// Notes that something is asked.
  ///
  /// - Returns: whether it is to be asked: not twice, and of one map only about one assignment at a time, as
  ///   the map qualifies once in a session and a permission that is not used is lost.
  package mutating func ask(_ grant: SessionGrant) -> Bool {
    guard grants.count < SessionPerson.maxGrants,
      !grants.contains(where: { $0.isAbout(grant) || $0.map == grant.map && $0.state != .refused })
    else { return false }
    grants.append(grant)
    return true
  }

  /// Takes an answer.
  ///
  /// - Returns: whether it was waited for here.
  package mutating func take(_ answer: GrantAnswer) -> Bool {
    let place = grants.firstIndex { grant in
      grant.state == .asked && grant.map == answer.map && grant.assignment == answer.assignment
        && grant.asker == answer.asker
    }
    guard let place else { return false }
    grants[place].state = answer.isGranted ? .granted : .refused
    return true
  }

  /// Takes over what a session has asked that is part of this one now: answers may still come.
  mutating func merge(grants others: [SessionGrant]) {
    for grant in others where !grants.contains(where: { $0.isAbout(grant) && $0.asker == grant.asker }) {
      if grants.count < SessionPerson.maxGrants { grants.append(grant) }
    }
  }
}
