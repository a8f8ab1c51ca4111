internal import Identity
internal import JourneyModel
internal import JourneyRules
internal import Processor
internal import Sessionizer
internal import WireFormat

/// A lane with a fault that the checks must notice: what comes back from its log has forgotten which maps
/// predictions have triggered.
final class ForgetfulTriggers: MessageHandler {
  private let whole: any MessageHandler
  /// Sessions that this lane has seen since it was restored.
  private var seen: Set<SessionID> = []

  init(_ whole: any MessageHandler) { self.whole = whole }

  /// Breaks what lanes keep, if that is what is mutated.
  static func mutate(_ settings: inout LaneSettings, _ mutation: Mutation?) {
    guard mutation == .forgetsTriggers, let whole = settings.messaging else { return }
    settings.messaging = Messaging(name: whole.name) { ForgetfulTriggers(whole.makeHandler($0)) }
  }

  var kinds: [MessageKind] { whole.kinds }

  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, in lane: LaneMachine
  ) {
    whole.applied(event, of: batch, to: session, in: lane)
    guard seen.insert(session.id).inserted, session.eventCount > 1, session.rules.assignments.isEmpty else {
      return
    }
    let scores = session.rules.scores
    session.rules = RuleState()
    session.rules.scores = scores
  }

  func obey(_ command: IdentityCommand, in lane: LaneMachine) { whole.obey(command, in: lane) }

  func apply(_ message: LaneMessage, in lane: LaneMachine) throws(CodecError) {
    try whole.apply(message, in: lane)
  }

  func due(_ record: IdentifierRecord, at time: EventTime, in lane: LaneMachine) {
    whole.due(record, at: time, in: lane)
  }
}
