import EventLog
import Foundation
import JourneyModel
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// Whole conversations, made up, against an obvious model of their card: whatever the order and however often their records come.
///
/// What may differ with the order: the session's id and its customer, which the first record decides; the order of channels and
/// divisions named at one moment; revisions.
@Suite struct ConversationStoryTests {
  /// The story's session once the watermark has passed every timer for codes.
  private func snapshot(_ records: [String], after time: Int, _ decoding: Decoding) throws -> [String: Any] {
    let last = ConversationStory.start + time + 3_000_000
    let mark =
      #"{"topicName":"v2.detail.events.conversation.mark.customer.start","eventBody":{"eventTime":\#(last),"conversationId":"mark","mediaType":"VOICE"}}"#
    let decoded = decoding.decode((records + [mark]).map { Array($0.utf8) }, .conversation)
    #expect(decoded.rejections.isEmpty)
    let sessionizer = Sessionizer(settings: SessionSettings())
    sessionizer.begin(takenAt: EventTime.latest)
    for event in decoded.batch.events { _ = sessionizer.admit(event, of: decoded.batch) }
    let session = try #require(
      sessionizer.allSessions.first { $0.identity.text($0.identity.externalID) != "mark" })
    // Through the codec and back: what is stored is all there is.
    let restored = decoding.snapshot(try #require(StateCodec.decode(StateCodec.encoded(session)).session))
    #expect(restored == decoding.snapshot(session))
    return try restored.parsed()
  }

  private func participants(_ snapshot: [String: Any]) throws -> String {
    let conversation = snapshot["conversation"] as? [String: Any] ?? [:]
    return String(
      decoding: try JSONSerialization.data(
        withJSONObject: conversation["participants"] ?? [], options: .sortedKeys), as: UTF8.self)
  }

  @Test(arguments: 0..<20)
  func theCardIsTheObviousOneInEveryOrder(_ part: Int) throws {
    let decoding = try Decoding()
    var seen: Set<String> = []
    for number in 0..<ConversationStoryTests.storiesOfAPart {
      let seed = UInt64(part * ConversationStoryTests.storiesOfAPart + number)
      let story = ConversationStory(seed: seed)
      let expected = story.card
      var generator = SeededGenerator(seed: seed ^ 0xabcdef)
      let inOrder = story.records.enumerated().sorted {
        ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
      }.map(\.element.json)
      let last = story.records.map(\.time).max() ?? 0
      let first = try snapshot(inOrder, after: last, decoding)
      let shown = ShownCard(first)
      seen.insert(shown.status)
      #expect(shown == expected, "story \(seed)")
      if shown != expected { return }
      let who = try participants(first)
      for _ in 0..<5 {
        var records = inOrder
        for _ in 0..<Int(generator.pick(Int64(0)...4)) { records.append(generator.pick(inOrder)) }
        records.shuffle(using: &generator)
        let other = try snapshot(records, after: last, decoding)
        let (card, people) = (ShownCard(other), try participants(other))
        #expect(card == expected, "story \(seed), shuffled")
        #expect(people == who, "story \(seed), shuffled")
        if card != expected || people != who { return }
        for key in [
          "lastConnectedQueue", "lastConnectedUser", "lastUserDisposition", "lastUserDisconnectType",
          "lastAcdOutcome", "originatingDirection", "endedDate",
        ] {
          #expect(
            NSDictionary(dictionary: [key: first[key] ?? "-"])
              == NSDictionary(dictionary: [key: other[key] ?? "-"]), "story \(seed): \(key)")
        }
      }
    }
    // Every status comes up.
    #expect(seen.isSuperset(of: ["Waiting", "Active Now", "Ended by Customer", "No wrap-up"]))
  }

  /// 20,000 stories by `SOJOURN_STORIES=1000`.
  private static let storiesOfAPart = Int(ProcessInfo.processInfo.environment["SOJOURN_STORIES"] ?? "") ?? 100
}
