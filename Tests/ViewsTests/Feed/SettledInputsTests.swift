import EventLog
import JourneyModel
import SeededGenerator
import Testing
import WireFormat

@testable import Views

/// What lanes tell one another because of an event is in the view before it counts as settled.
@Suite("View: settled inputs") struct SettledInputsTests {
  private static let lanes: Int32 = 3

  /// Lanes that read inputs and messages, and write messages of which each leads to one less.
  private struct Model {
    struct Message {
      var cause: Int
      var hops: Int
    }
    /// What lanes have read, and the messages that wait for each.
    var read: [TopicPartition: NextOffset] = [:]
    var routed = [[Message]](repeating: [], count: Int(lanes))
    /// Messages on the way, by the event that they go back to.
    var open: [Int: Int] = [:]

    func ends() -> [TopicPartition: NextOffset] {
      Dictionary(
        uniqueKeysWithValues: routed.enumerated().map {
          (TopicPartition("routed", Int32($0.offset)), NextOffset(Int64($0.element.count)))
        })
    }

    mutating func send(_ message: Message, _ random: inout SeededGenerator) {
      open[message.cause, default: 0] += 1
      routed[Int(random.pick(0...Int64(lanes - 1)))].append(message)
    }

    /// A batch of a lane: all messages that wait for it.
    mutating func readMessages(_ lane: LaneNumber, _ random: inout SeededGenerator) {
      let partition = TopicPartition("routed", lane: lane)
      let from = Int(read[partition]?.value ?? 0)
      let waiting = Array(routed[lane.index][from...])
      read[partition] = NextOffset(Int64(routed[lane.index].count))
      for message in waiting {
        open[message.cause, default: 0] -= 1
        if message.hops > 1 { send(.init(cause: message.cause, hops: message.hops - 1), &random) }
      }
    }
  }

  @Test("Never too early, and at last", arguments: 0..<40)
  func neverTooEarly(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var (model, settled, events) = (Model(), SettledInputs(), 0)
    let input = TopicPartition("web", 0)
    var asked: (read: [TopicPartition: NextOffset], routed: [TopicPartition: NextOffset], Model)?
    for _ in 0..<400 {
      switch random.pick(0...5) {
      case 0:
        model.send(.init(cause: events, hops: Int(random.pick(0...Int64(SettledInputs.mostHops)))), &random)
        events += 1
        model.read[input] = NextOffset(Int64(events))
      case 1, 2, 3: model.readMessages(LaneNumber(Int32(random.pick(0...2))), &random)
      default:
        if let round = asked {
          settled.note(read: round.read, routed: round.routed) { _, _, _ in false }
          let known = Int(settled.inputs[input]?.value ?? 0)
          let unsettled = (0..<known).filter { (round.2.open[$0] ?? 0) > 0 }
          #expect(unsettled.isEmpty)
          asked = nil
        } else {
          asked = (model.read, model.ends(), model)
        }
      }
    }
    for _ in 0..<SettledInputs.mostHops {
      for lane in LaneNumber.all(of: SettledInputsTests.lanes) { model.readMessages(lane, &random) }
    }
    settled.note(read: model.read, routed: model.ends()) { _, _, _ in false }
    #expect(settled.inputs[input] == model.read[input])
  }

  @Test("While lanes always have something to tell, each round is a hop")
  func hopByHop() {
    var settled = SettledInputs()
    let (input, routed) = (TopicPartition("web", 0), TopicPartition("routed", 0))
    for round in 1...SettledInputs.mostHops + 3 {
      // Always one message behind.
      let read = [input: NextOffset(1), routed: NextOffset(Int64(round))]
      settled.note(read: read, routed: [routed: NextOffset(Int64(round) + 1)]) { _, _, _ in false }
      // The first round begins the first hop, and each later one ends one and begins the next.
      #expect((settled.inputs[input] != nil) == (round > SettledInputs.mostHops), "\(round)")
    }
  }

  @Test("Markers of transactions are nothing that lanes have to read")
  func markers() {
    var settled = SettledInputs()
    let (input, routed) = (TopicPartition("web", 0), TopicPartition("routed", 0))
    var looked: [String] = []
    settled.note(read: [input: NextOffset(4), routed: NextOffset(7)], routed: [routed: NextOffset(8)]) {
      looked.append("\($0.partition) \($1.value) \($2.value)")
      return true
    }
    #expect(looked == ["0 7 8"] && settled.inputs[input] == NextOffset(4))
    // Without the topic there is nothing to wait for.
    var alone = SettledInputs()
    alone.note(read: [input: NextOffset(1)], routed: [:]) { _, _, _ in false }
    #expect(alone.inputs == [input: NextOffset(1)])
  }
}
