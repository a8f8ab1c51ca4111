import EventLog
import JourneyModel
import Processor

@testable import Gateway

/// Facts of a scripted processor: each step happens so many milliseconds after the start.
struct Scene {
  static let start: Int64 = 1_767_600_000_000

  var facts = ProcessorFacts(at: Scene.moment(0))

  /// The moment so many milliseconds after the start.
  static func moment(_ milliseconds: Int64) -> Moment {
    Moment(
      uptime: .seconds(500) + .milliseconds(milliseconds), now: EventTime(milliseconds: start + milliseconds))
  }

  /// A time of day, milliseconds after the start.
  static func time(_ milliseconds: Int64) -> EventTime { EventTime(milliseconds: start + milliseconds) }

  mutating func note(_ event: ProcessorEvent, at milliseconds: Int64 = 0) {
    facts.note(event, at: Scene.moment(milliseconds))
  }

  /// A turn of a member with these inputs.
  mutating func turn(_ inputs: [InputReport] = [], isMember: Bool = true, at milliseconds: Int64 = 0) {
    note(.turned(TurnReport(isMember: isMember, inputs: inputs)), at: milliseconds)
  }

  /// A topic of broken records.
  static let opening = BreakerOpening(topic: "web", read: 1_000, rejected: 600, cooldown: .seconds(60))

  /// Lanes that run.
  mutating func run(_ lanes: [LaneNumber], at milliseconds: Int64 = 0) {
    note(.restoring(lanes), at: milliseconds)
    for lane in lanes { note(.running(lane: lane, sessions: 0), at: milliseconds) }
  }

  static func input(
    _ position: Int64, of end: Int64?, lane: LaneNumber = 0, topic: String = "web", pause: String? = nil
  ) -> InputReport {
    InputReport(
      lane: lane, topic: topic, position: NextOffset(position), end: end.map { NextOffset($0) }, pause: pause)
  }
}
