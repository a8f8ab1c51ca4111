internal import EventLog
internal import Intake
internal import JourneyModel

/// The dead letter of an event of a batch that was refused: key is its source, value what the client sent,
/// and in headers is why.
package struct RefusalRecord: Sendable {
  /// The topic's name, without prefix.
  package static let topic = "refused"
  /// The `ce_type` of its records.
  package static let eventType = "dev.sojourn.refused.v1"
  /// Longest explanation in bytes; it may quote the client.
  static let maxExplanationBytes = 4_096

  /// The topic's full name.
  package var topic: String
  /// The processor's group.
  package var group: String

  package init(topic: String, group: String) {
    self.topic = topic
    self.group = group
  }

  /// Appends a dead letter to what is to be written.
  func append(
    _ refusal: IngestResult.Refusal, _ event: ArraySlice<UInt8>, of call: IngestCall,
    to batch: inout OutputBatch
  ) {
    let source = call.source.intake.id
    let explanation = refusal.explanation.utf8.prefix(RefusalRecord.maxExplanationBytes)
    let headers: [(name: String, value: String)] = [
      ("ce_specversion", "1.0"),
      ("ce_type", RefusalRecord.eventType),
      ("ce_source", "/sojourn/\(group)/gateway"),
      ("ce_id", "\(call.head.id):\(refusal.index)"),
      ("ce_time", EventTime(milliseconds: call.request.receivedAt).iso8601),
      ("content-type", "application/octet-stream"),
      ("sojourn-reason", refusal.code.rawValue),
      ("sojourn-explanation", String(decoding: explanation, as: UTF8.self)),
      ("sojourn-source", source),
      ("sojourn-request", call.head.id),
      ("sojourn-index", "\(refusal.index)"),
    ]
    batch.append(
      topic, partition: -1, key: Array(source.utf8), value: Array(event), headers: HeaderBlock(headers))
  }
}
