import EventLog
import Gateway
import JourneyModel

@testable import Webhooks

/// A machine, a clock that only the test moves, and a receiver that answers as the test says.
struct MachineScene {
  static let start: Int64 = 1_767_600_000_000
  static let partition = TopicPartition("actions", 0)

  var machine: DeliveryMachine
  var milliseconds: Int64 = 0
  private var nextOffset: [TopicPartition: Int64] = [:]

  init(rules: DeliveryRules = DeliveryRules(), committed: NextOffset? = NextOffset(0)) {
    machine = DeliveryMachine(rules: rules)
    machine.assign([MachineScene.partition: committed])
  }

  var now: Moment {
    Moment(
      uptime: .milliseconds(milliseconds), now: EventTime(milliseconds: MachineScene.start + milliseconds))
  }

  static func trigger(_ name: String, session: String = "s", expires: Int64 = 300_000) -> Trigger {
    Trigger(
      action: name, mediaType: "architectFlow", actionMap: "m", session: session,
      expiresAt: EventTime(milliseconds: start + expires))
  }

  mutating func take(
    _ name: String, session: String = "s", expires: Int64 = 300_000, bytes: Int = 10,
    in partition: TopicPartition = MachineScene.partition
  ) {
    let offset = nextOffset[partition] ?? 0
    nextOffset[partition] = offset + 1
    machine.take(
      MachineScene.trigger(name, session: session, expires: expires),
      at: TriggerOrigin(source: partition, offset: RecordOffset(offset)), key: Array(session.utf8),
      body: [UInt8](repeating: 1, count: bytes), now: now)
    machine.advance(partition, to: NextOffset(offset + 1))
  }

  mutating func start() -> [Attempt] { machine.start(at: now) }

  mutating func answer(
    _ attempt: Attempt, _ status: Int, retryAfter: Duration? = nil, body: String = ""
  ) {
    machine.note(
      .answered(status: status, retryAfter: retryAfter, body: Array(body.utf8)), of: attempt.id, at: now)
  }

  mutating func fail(_ attempt: Attempt, _ failure: SendFailure = .connectFailed) {
    machine.note(.failed(failure), of: attempt.id, at: now)
  }

  /// Position and failures of the next commit, which is confirmed.
  mutating func commit() -> (position: Int64?, failures: [DeliveryFailure]) {
    guard let due = machine.due() else { return (nil, []) }
    machine.confirm(due)
    return (due.positions[MachineScene.partition]?.value, due.failures)
  }
}

extension [Attempt] {
  var names: [String] { map(\.trigger.action) }
}
