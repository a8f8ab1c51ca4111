/// What an event or a command says of an identifier.
package struct Claim: Sendable, Hashable {
  package var identifier: Identifier
  package var strength: EvidenceStrength
  package var stamp: Stamp
  /// Identifiers of the same person, or, where it separates, of others.
  package var partners: [Identifier]
  /// Whether the partners are other people: only of what is curated.
  package var isSeparating: Bool
  package var traits: [Trait]
  package var segments: [SegmentAssignment]
  /// Who wants to know what becomes of it: a device's or a session's key and lane.
  package var watcher: NodeRef?

  package init(
    _ identifier: Identifier, _ strength: EvidenceStrength, _ stamp: Stamp, partners: [Identifier] = [],
    isSeparating: Bool = false, traits: [Trait] = [], segments: [SegmentAssignment] = [],
    watcher: NodeRef? = nil
  ) {
    self.identifier = identifier
    self.strength = strength
    self.stamp = stamp
    self.partners = partners
    self.isSeparating = isSeparating
    self.traits = traits
    self.segments = segments
    self.watcher = watcher
  }

  /// What it says of the identifier and a partner; `nil` if they are one.
  func assertion(_ partner: Identifier) -> Assertion? {
    guard let pair = IdentifierPair(identifier.key, partner.key) else { return nil }
    return isSeparating ? Assertion(separation: pair, stamp) : Assertion(link: pair, strength, stamp)
  }
}
