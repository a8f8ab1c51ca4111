@testable import JourneyRules

extension RuleState {
  /// What the stored bytes give: those of the state, and those of the events beside it.
  func reread() throws -> RuleState {
    var read = try RuleState(encoded: encoded)
    if !scores.isEmpty {
      var bytes: [UInt8] = []
      scores.encode(to: &bytes)
      read.scores = try SessionScores(encoded: bytes)
    }
    guard namesEvents else { return read }
    var events: [UInt8] = []
    encodeEvents(to: &events)
    try read.takeEvents(encoded: events)
    return read
  }
}
