/// How much events may take on their way in.
package struct IngestLimits: Sendable, Hashable {
  /// Largest body in bytes, packed and unpacked.
  package var maxBodyBytes = 8 << 20
  /// Most bytes of bodies that are not answered yet, over all connections.
  package var maxInFlightBytes = 64 << 20
  /// Most events of one body.
  package var maxEvents = 10_000
  /// Most refused events of one body that are named in the answer; the others are counted.
  package var maxNamedRefusals = 1_000
  /// Most refused events of a source's batches that are kept in a minute; 0 for none.
  package var maxRefusedPerMinute = 600
  /// Largest refused event that is kept, in bytes.
  package var maxRefusedBytes = 1 << 20
  /// Body size in bytes from which a request is worked on beside the event loop.
  package var largeBodyBytes = 65_536
  /// How much one send to the log carries.
  package var publishing = PublishLimits()

  package init() {}
}
