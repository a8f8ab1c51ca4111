import Foundation
import Identity
import JourneyModel
import Persons
import Processor
import Sessionizer
import Testing
import WireFormat

/// Events that say nothing of persons are not handed over, and nothing comes of it.
@Suite struct QuietEventTests {
  /// Persons that are asked of every event, whatever it says.
  private final class AskedOfAll: MessageHandler {
    private let whole: any MessageHandler
    var kinds: [MessageKind] { whole.kinds }

    init(_ whole: any MessageHandler) { self.whole = whole }

    func applied(
      _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, in lane: LaneMachine
    ) {
      whole.applied(event, of: batch, to: session, in: lane)
    }

    func apply(_ message: LaneMessage, in lane: LaneMachine) throws(CodecError) {
      try whole.apply(message, in: lane)
    }

    func apply(
      own payload: any MessagePayload, _ message: LaneMessage, in lane: LaneMachine
    ) throws(CodecError) {
      try whole.apply(own: payload, message, in: lane)
    }

    func obey(_ command: IdentityCommand, in lane: LaneMachine) { whole.obey(command, in: lane) }

    func due(_ record: IdentifierRecord, at time: EventTime, in lane: LaneMachine) {
      whole.due(record, at: time, in: lane)
    }
  }

  private func scene(asksOfAll: Bool) throws -> PersonScene {
    guard asksOfAll else { return try PersonScene(lanes: 4) }
    return try PersonScene(lanes: 4, findsPersons: false) { settings in
      settings.findPersons(PersonSettings())
      guard let whole = settings.messaging else { return }
      settings.messaging = Messaging(name: whole.name) { AskedOfAll(whole.makeHandler($0)) }
    }
  }

  @Test func whatIsNotHandedOverWouldHaveChangedNothing() throws {
    for seed in 1...30 as ClosedRange<UInt64> {
      var events = PersonHistory(seed: seed, events: 80).events
      // Some come late: one may be its session's earliest.
      for place in stride(from: 3, to: events.count, by: 5) { events.swapAt(place, place - 2) }
      let (all, some) = (try scene(asksOfAll: true), try scene(asksOfAll: false))
      for event in events {
        for scene in [all, some] {
          try scene.publish(event.stream, event.json)
          try scene.settle()
        }
      }
      #expect(some.messages == all.messages, "seed \(seed)")
      #expect(some.published.map(\.key) == all.published.map(\.key), "seed \(seed)")
      #expect(some.published.map(\.value) == all.published.map(\.value), "seed \(seed)")
      #expect(some.sessions as NSDictionary == all.sessions as NSDictionary, "seed \(seed)")
      #expect(!some.published.isEmpty)
    }
  }
}
