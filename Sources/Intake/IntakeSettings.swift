package import WireFormat

/// What all dialects go by.
package struct IntakeSettings: Sendable {
  /// The processor's own, so that both judge alike.
  package var limits = DecodingLimits() {
    didSet { decoders = DecoderPool(limits) }
  }
  /// Most events of one body.
  package var maxBatchEvents = 10_000
  /// Most entities of one body of external events, and most calls of one Segment batch: the vendors'.
  package var maxVendorBatchEvents = 500
  /// Largest Segment call in bytes: the vendor's.
  package var maxCallBytes = 32_768
  /// Most attributes, and most traits, that are made of one Segment call or external event.
  package var maxAttributes = 50
  /// Largest array or nested object of a Segment call that becomes an attribute, in bytes.
  package var maxNestedBytes = 1_024
  /// Greatest age of events of the Journey API in milliseconds: the vendor's.
  package var maxAge: Int64 = 3_600_000
  package var clock = ClientClock()
  package var edge: any EdgeFacts = NoEdge()
  /// All copies lend from one pool.
  private(set) var decoders = DecoderPool(DecodingLimits())

  /// The default settings, without libraries.
  package init() {}
}
