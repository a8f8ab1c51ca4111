/// What all registers go by.
package struct RegisterRules: Sendable {
  package var limits: IdentityLimits
  package var identifiers: IdentifierRules
  /// The lane of a text: an identifier's value, or a contact's id.
  package var placement: @Sendable ([UInt8]) -> Int32

  package init(
    limits: IdentityLimits, identifiers: IdentifierRules, placement: @escaping @Sendable ([UInt8]) -> Int32
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
