package import JourneyRules

/// What a model says, in 16 bytes: models are found and named by it.
package struct ModelHash: Sendable, Hashable, CustomStringConvertible {
  package var digest: DefinitionHash

  /// The hash of a model's bytes.
  package init(of bytes: [UInt8]) { digest = DefinitionHash(of: bytes) }

  /// Thirty-two hexadecimal digits.
  package var description: String { digest.description }
}
