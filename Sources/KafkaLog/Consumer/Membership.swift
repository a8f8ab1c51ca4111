import CRdKafka
import EventLog

/// Owns one `rd_kafka_consumer_group_metadata_t`: who this consumer is in its group at one moment.
///
/// Unchecked: the C object is never changed after it was made.
final class Membership: GroupMetadata, @unchecked Sendable {
  /// The C object; valid as long as this object is.
  let raw: OpaquePointer

  /// Takes over a C object.
  init(adopting raw: OpaquePointer) { self.raw = raw }

  /// The live membership of a consumer; throws if it is in no generation.
  init(of client: Client) throws(LogError) {
    guard let raw = rd_kafka_consumer_group_metadata(client.raw) else {
      throw LogError(.ownershipLost, code: "notAMember", "the consumer is not a member of its group")
    }
    self.raw = raw
    // A broker takes transactional offsets with generation −1 for those of a client without group management,
    // and fences nothing.
    if let generation = Self.generation(of: raw), generation < 0 {
      throw LogError(
        .ownershipLost, code: "notAMember", "the consumer is in no generation of its group at the moment")
    }
  }

  deinit { rd_kafka_consumer_group_metadata_destroy(raw) }

  /// librdkafka has no accessor for the generation; its serialized form starts with a magic and then holds
  /// it. `nil` if the form is another one.
  private static func generation(of raw: OpaquePointer) -> Int32? {
    var buffer: UnsafeMutableRawPointer?
    var size = 0
    let failure = Failure(consuming: rd_kafka_consumer_group_metadata_write(raw, &buffer, &size))
    guard failure == nil, let buffer else { return nil }
    defer { rd_kafka_mem_free(nil, buffer) }
    let magic = Array("CGMDv2:".utf8)
    guard size >= magic.count + 4,
      (0..<magic.count).allSatisfy({ buffer.load(fromByteOffset: $0, as: UInt8.self) == magic[$0] })
    else { return nil }
    return buffer.loadUnaligned(fromByteOffset: magic.count, as: Int32.self)
  }
}
