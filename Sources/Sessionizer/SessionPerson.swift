package import Identity
internal import JourneyModel

/// What a session knows of who is behind it: identifiers that were named in it, and the contact that follows.
package struct SessionPerson: Sendable, Hashable {
  /// A strong identifier that was named in the session.
  package struct Named: Sendable, Hashable {
    package var identifier: Identifier
    /// When, first and last, and by which event.
    package var first: Stamp
    package var last: Stamp
    package var strength: EvidenceStrength
    /// Digest of the traits that were told of it last; 0 for none.
    package var traits: UInt64 = 0
    /// What is known of it; `nil` until its register has answered.
    package var answer: Resolution.Answer?

    package init(_ identifier: Identifier, _ strength: EvidenceStrength, _ stamp: Stamp) {
      self.identifier = identifier
      self.strength = strength
      first = stamp
      last = stamp
    }
  }

  /// Who the session's customer is.
  package struct Shown: Sendable, Hashable {
    package var answer: Resolution.Answer
    /// What led there.
    package var by: IdentifierType
    package var strength: EvidenceStrength

    package init(_ answer: Resolution.Answer, by type: IdentifierType, _ strength: EvidenceStrength) {
      self.answer = answer
      by = type
      self.strength = strength
    }
  }

  /// Most identifiers that one session keeps; of more, those that were named last.
  package static let maxNamed = 4

  /// In the order in which they came.
  package var named: [Named] = []
  /// `nil`: nobody is known.
  package var shown: Shown?
  /// Counts changes of `shown`.
  package var revision = 0
  /// What `revision` was in the newest snapshot.
  package var emitted = 0
  /// What somebody decided about the session; `nil` if nobody did.
  package var link: SessionLink?
  /// What was asked for maps that the customer's segments trigger, in its order.
  package var grants: [SessionGrant] = []

  package init() {}

  package var isEmpty: Bool {
    named.isEmpty && shown == nil && revision == 0 && grants.isEmpty && link == nil
  }

  /// Whether segments are known of whom it shows.
  var showsSegments: Bool { !(shown?.answer.segments.isEmpty ?? true) }

  /// Takes in what another session knew that is part of this one now.
  mutating func merge(_ other: SessionPerson) {
    for entry in other.named where !named.contains(where: { $0.identifier == entry.identifier }) {
      named.append(entry)
    }
    named.sort { $0.last < $1.last }
    if named.count > SessionPerson.maxNamed { named.removeFirst(named.count - SessionPerson.maxNamed) }
    merge(grants: other.grants)
    let isDecided = other.link.map { take($0) && $0.answer != nil } ?? false
    if isDecided ? shown != other.shown : shown == nil, let found = other.shown {
      shown = found
      revision += 1
    }
  }

  /// Takes a decision about the session, unless a newer one is known.
  ///
  /// - Returns: whether it counts.
  package mutating func take(_ decided: SessionLink) -> Bool {
    if let link, decided.stamp <= link.stamp { return false }
    link = decided
    return true
  }
}
