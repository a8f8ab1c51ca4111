internal import Bytes
package import EventLog
package import JourneyModel

/// The dead letter of a trigger: its record's key and value as they were, and in headers what became of it.
package struct FailureRecord: Sendable {
  /// The topic's name, without prefix.
  package static let topic = "webhookFailures"
  /// The `ce_type` of its records.
  package static let eventType = "dev.sojourn.webhook.failure.v1"

  /// The target's name.
  package var target: String
  /// The processor's group.
  package var group: String
  /// Bytes of an answer that are shown.
  package var maxShownBytes: Int

  /// Creates the form of one target's dead letters.
  package init(target: String, group: String, maxShownBytes: Int) {
    self.target = target
    self.group = group
    self.maxShownBytes = maxShownBytes
  }

  /// Appends a dead letter to what is to be written.
  ///
  /// - Parameter partitions: of the topic; the trigger's own partition is taken where there is such a one.
  package func append(
    _ failure: DeliveryFailure, to batch: inout OutputBatch, topic: String, at now: EventTime
  ) {
    batch.append(
      topic, partition: failure.origin.source.partition, key: failure.key, value: failure.body,
      headers: headers(failure, at: now))
  }

  private func headers(_ failure: DeliveryFailure, at now: EventTime) -> HeaderBlock {
    let origin = failure.origin
    var headers: [(name: String, value: String)] = [
      ("ce_specversion", "1.0"),
      ("ce_type", FailureRecord.eventType),
      ("ce_source", "/sojourn/\(group)/webhooks/\(target)"),
      ("ce_id", "\(origin.source.topic):\(origin.source.partition):\(origin.offset):\(target)"),
      ("ce_time", now.iso8601),
      ("content-type", "application/json"),
      ("sojourn-target", target),
      ("sojourn-reason", failure.reason.rawValue),
      ("sojourn-explanation", failure.explanation),
      ("sojourn-attempts", "\(failure.attempts)"),
      ("sojourn-origin-topic", origin.source.topic),
      ("sojourn-origin-partition", "\(origin.source.partition)"),
      ("sojourn-origin-offset", "\(origin.offset)"),
    ]
    if let trigger = failure.trigger {
      headers.append(("ce_subject", trigger.session))
      headers.append(("sojourn-action", trigger.action))
      headers.append(("sojourn-expires-at", trigger.expiresAt.iso8601))
    }
    if let sent = failure.lastSent { headers.append(("sojourn-last-attempt", sent.iso8601)) }
    switch failure.last {
    case .answered(let status, _, let body)?:
      headers.append(("sojourn-status", "\(status)"))
      if !body.isEmpty { headers.append(("sojourn-answer", shown(body))) }
    case .failed(let cause)?: headers.append(("sojourn-failure", cause.rawValue))
    case nil: break
    }
    return HeaderBlock(headers)
  }

  /// The beginning of an answer as text: what is none, and control characters, are shown as blanks.
  private func shown(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(maxShownBytes), as: UTF8.self)
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
  }
}
