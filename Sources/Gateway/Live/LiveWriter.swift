internal import Bytes
internal import Views

/// Turns what somebody is told into bytes: asks the views for sessions, and leaves out what he may not see.
struct LiveWriter {
  let view: QueryView
  let limits: LiveLimits

  /// - Returns: the bytes, and up to where a reader has heard everything with them.
  func bytes(
    _ step: LiveSubscription.Step, _ subscription: LiveSubscription, current: ViewChanges.Position
  ) async throws -> ([UInt8], ViewChanges.Position) {
    var position = subscription.position
    switch step {
    case .wait: return ([], position)
    case .comment: return (ServerSentEvent.comment(id: position.text), position)
    case .expired:
      var bytes: [UInt8] = []
      ServerSentEvent(id: position.text, name: "expired", data: Array("{}".utf8)).append(to: &bytes)
      return (bytes, position)
    case .resync:
      var bytes: [UInt8] = []
      ServerSentEvent(id: current.text, name: "resync", data: Array("{}".utf8)).append(to: &bytes)
      return (bytes, current)
    case .sessions(let pending, let last):
      var bytes: [UInt8] = []
      let redaction = Redaction(ViewPermissions(of: subscription.access))
      var count = 0
      // A few at a time: a write that has enough bytes needs no more of them.
      while count < pending.count, bytes.count < limits.writeBytes {
        let some = pending[count..<min(count + LiveWriter.sessionsAtOnce, pending.count)]
        let (found, away) = try await LaneInquiry(view).askAny(
          SessionsQuestion(ids: some.map(\.change.id)))
        for entry in some where bytes.count < limits.writeBytes || count == 0 {
          count += 1
          position.number = LiveSubscription.number(after: count, of: pending, last: last)
          // Of a session whose gateway is away nothing is known but what the change says: that it is gone.
          if !away.isEmpty, !entry.change.isGone, found[entry.change.id] == nil {
            view.relay?.noteMissed(away)
            continue
          }
          append(entry.change, found[entry.change.id], redaction, id: position.text, to: &bytes)
        }
      }
      return (bytes, position)
    }
  }

  private static let sessionsAtOnce = 32

  private func append(
    _ change: SessionChange, _ entry: SessionEntry?, _ redaction: Redaction, id: String,
    to bytes: inout [UInt8]
  ) {
    if let entry, entry.mergedInto == nil {
      guard let card = redaction.session(entry.snapshot, type: entry.type) else { return }
      ServerSentEvent(id: id, name: "card", data: card).append(to: &bytes)
      return
    }
    // What is not there any more has been removed since, by its topic or for its age.
    var data = Array("{\"id\":".utf8)
    JSONText.append(change.id, to: &data)
    if let survivor = entry?.mergedInto {
      data += Array(",\"mergedInto\":".utf8)
      JSONText.append(survivor, to: &data)
    }
    data.append(ASCII.closeBrace)
    ServerSentEvent(id: id, name: "gone", data: data).append(to: &bytes)
  }
}
