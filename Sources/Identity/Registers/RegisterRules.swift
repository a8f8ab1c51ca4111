package import JourneyModel

/// What all registers go by.
package struct RegisterRules: Sendable {
  package var limits: IdentityLimits
  package var identifiers: IdentifierRules
  /// The lane of a text: an identifier's value, or a contact's id.
  package var placement: @Sendable ([UInt8]) -> LaneNumber

  package init(
    limits: IdentityLimits, identifiers: IdentifierRules,
    placement: @escaping @Sendable ([UInt8]) -> LaneNumber
  ) {
    self.limits = limits
    self.identifiers = identifiers
    self.placement = placement
  }

  /// Where an identifier's register is.
  package func node(of identifier: Identifier) -> NodeRef {
    NodeRef(identifier.key, lane: placement(identifier.value))
  }
}
