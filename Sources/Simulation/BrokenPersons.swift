internal import Identity
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Persons with a fault that the checks must notice.
final class BrokenPersons: MessageHandler {
  private let whole: any MessageHandler
  private let mutation: Mutation

  init(_ whole: any MessageHandler, _ mutation: Mutation) {
    self.whole = whole
    self.mutation = mutation
  }

  /// Breaks what lanes do for persons, if that is what is mutated.
  static func mutate(_ settings: inout LaneSettings, _ mutation: Mutation?) {
    guard let mutation, mutation.breaksPersons, let whole = settings.messaging else { return }
    settings.messaging = Messaging(name: whole.name) { BrokenPersons(whole.makeHandler($0), mutation) }
  }

  var kinds: [MessageKind] { whole.kinds }

  func applied(
    _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, in lane: LaneMachine
  ) {
    whole.applied(event, of: batch, to: session, in: lane)
  }

  func obey(_ command: IdentityCommand, in lane: LaneMachine) {
    if mutation == .ignoresErasures, command.operation == "erase" { return }
    whole.obey(command, in: lane)
  }

  func apply(_ message: LaneMessage, in lane: LaneMachine) throws(CodecError) {
    let payload = try message.read(RegisterPayload.self)
    switch (mutation, payload.message) {
    case (.keepsErasedSessions, .forget(let told)) where told.key != payload.key: return
    case (.keepsErasedRecords, .forget(let told)) where told.key != payload.key:
      try whole.apply(message, in: lane)
      for one in lane.outbox.takePublications() where one.topic != .sessions {
        lane.outbox.publish(
          one.topic, lane: one.lane, key: one.key, value: one.value, headers: one.headers)
      }
    case (.keepsErasedEvidence, .forget(let told)) where told.key == payload.key: return
    case (.losesClusters, .adopt): return
    case (.grantsTwice, .grantAnswered(var answer)):
      answer.isGranted = true
      var granted = message
      var writer = BinaryWriter()
      RegisterPayload(.init(to: payload.envelope(in: lane.lane).to, .grantAnswered(answer))).encode(
        to: &writer)
      granted.payload = writer.bytes
      try whole.apply(granted, in: lane)
    default: try whole.apply(message, in: lane)
    }
  }

  func due(_ record: IdentifierRecord, at time: EventTime, in lane: LaneMachine) {
    whole.due(record, at: time, in: lane)
  }
}
