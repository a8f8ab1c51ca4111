import EventLog
import Foundation
import JourneyModel
import LaneScenes
import Processor
import SeededGenerator
import Sessionizer
import Testing
import WireFormat

/// What one lane writes for a batch.
@Suite struct LaneMachineTests {
  private func ids(_ written: [LaneHarness.Written]) throws -> [String] {
    try written.of("sessions").map { record in
      let snapshot = try JSONSerialization.jsonObject(with: Data(record.value ?? [])) as? [String: Any]
      return (snapshot?["lastEvent"] as? [String: String])?["id"] ?? ""
    }
  }

  @Test func aSnapshotIsKeyedByItsSessionAndCarriesCloudEventsHeaders() throws {
    let lane = try LaneHarness()
    let record = try #require(lane.web(LaneHarness.event("a", at: 1)).of("sessions").first)
    let id = SessionID(
      type: "web".utf8, customerIDType: "cookie".utf8, customerID: LaneHarness.customer().utf8,
      firstEventID: "a".utf8, at: EventTime(milliseconds: LaneHarness.start + 1))
    #expect(record.partition == LaneHarness.lane.partition)
    #expect(record.key == Array(id.text.utf8))
    let headers = try #require(record.headers)
    #expect(headers.text("ce_specversion") == "1.0")
    #expect(headers.text("ce_type") == "dev.sojourn.session.snapshot.v1")
    #expect(headers.text("ce_source") == "/sojourn/sojourn/1")
    #expect(headers.text("ce_id") == "\(id.text):1")
    #expect(headers.text("ce_subject") == id.text)
    #expect(headers.text("ce_time") == "2026-01-05T08:00:00.001Z")
    #expect(headers.text("content-type") == "application/json")
  }

  @Test func changesOfOneBatchAreCoalesced() throws {
    let lane = try LaneHarness()
    let written = lane.web(LaneHarness.event("a", at: 0), LaneHarness.event("b", at: 1))
    #expect(written.of("sessions").count == 1)
    #expect(written.of("sessions")[0].text.contains(#""revision":2,"#))
  }

  @Test func aForeignEventIsRoutedWithItsOriginalBytes() throws {
    let lane = try LaneHarness()
    let foreign = LaneHarness.customer(of: 3)
    let json = LaneHarness.event("a", at: 0, of: foreign).replacingOccurrences(of: ",", with: " ,\n")
    let written = lane.reduce([
      lane.input(
        "web", [LaneHarness.event("x", at: 0), json], key: Array("any".utf8),
        headers: HeaderBlock([("h", "v")]))
    ])
    let routed = try #require(written.of("routed").first)
    #expect(routed.partition == 3)
    #expect(routed.key == Array(foreign.utf8))
    #expect(routed.text == json)
    #expect(
      routed.headers?.headers.map(\.name) == [
        "sojourn-stream", "sojourn-origin-topic", "sojourn-origin-partition", "sojourn-origin-offset",
      ])
    #expect(routed.headers?.text("sojourn-stream") == "web")
    #expect(routed.headers?.text("sojourn-origin-topic") == "web")
    #expect(routed.headers?.text("sojourn-origin-partition") == "1")
    #expect(routed.headers?.text("sojourn-origin-offset") == "1")
    #expect(lane.journals[0].counts.routed == 1)
    #expect(lane.journals[0].counts.applied == 1)
    #expect(lane.machine.sessionCount == 1)
  }

  @Test func aRoutedEventIsReducedByItsOwner() throws {
    let lane = try LaneHarness()
    let headers = HeaderBlock([
      ("sojourn-stream", "web"), ("sojourn-origin-topic", "web"), ("sojourn-origin-partition", "0"),
      ("sojourn-origin-offset", "77"),
    ])
    let events = [
      LaneHarness.event("a", at: 0), "{", LaneHarness.event("b", at: 0, of: LaneHarness.customer(of: 2)),
    ]
    let written = lane.reduce([lane.input("routed", events, headers: headers, stream: .web)])
    #expect(written.of("sessions").count == 1)
    #expect(written.of("routed").isEmpty)
    // Both rejections name the place where the record first entered.
    let rejected = written.of("rejected")
    #expect(rejected.map { $0.headers?.text("sojourn-reason") } == ["malformedJSON", "misplaced"])
    for record in rejected {
      #expect(record.headers?.text("sojourn-origin-topic") == "web")
      #expect(record.headers?.text("sojourn-origin-partition") == "0")
      #expect(record.headers?.text("sojourn-origin-offset") == "77")
    }
  }

  @Test func aDeadLetterHasTheOriginalBytesAndItsReasonInHeaders() throws {
    let lane = try LaneHarness()
    let written = lane.reduce([lane.input("web", ["{ not json ", nil], key: [0, 255])])
    let rejected = written.of("rejected")
    #expect(rejected.map(\.value) == [Array("{ not json ".utf8), nil])
    #expect(rejected.map(\.key) == [[0, 255], [0, 255]])
    #expect(rejected.map(\.partition) == [1, 1])
    let headers = try #require(rejected[0].headers)
    #expect(headers.text("sojourn-reason") == "malformedJSON")
    #expect(headers.text("sojourn-explanation") == RejectionReason.malformedJSON.explanation)
    #expect(headers.text("sojourn-stream") == "web")
    #expect(headers.text("sojourn-origin-offset") == "0")
    #expect(headers.text("ce_specversion") == "1.0")
    #expect(headers.text("ce_type") == "dev.sojourn.rejected.v1")
    #expect(headers.text("ce_source") == "/sojourn/sojourn/1")
    #expect(headers.text("ce_id") == "web/1/0")
    #expect(rejected[1].headers?.text("sojourn-reason") == "emptyPayload")
    #expect(rejected[1].headers?.text("ce_id") == "web/1/1")
  }

  /// Whoever corrects a clock or a setting needs the numbers.
  @Test func aDeadLetterForItsTimeSaysByHowMuch() throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.sessions.maxFutureSkew = .hours(10) })
    lane.web(LaneHarness.event("a", at: 10_000_000))
    let late = lane.web(LaneHarness.event("b", at: 10_000_000 - 5_000 - 3_600_250))
    #expect(
      late.of("rejected").first?.headers?.text("sojourn-explanation")
        == "createdDate 2026-01-05T09:46:34.750Z lies 3600.25 s before the watermark 2026-01-05T10:46:35.000Z of its stream; time.allowedLateness allows 3600 s"
    )
    let ahead = lane.web(LaneHarness.event("c", at: 1_000_000_000_000))
    let text = try #require(ahead.of("rejected").first?.headers?.text("sojourn-explanation"))
    #expect(text.hasPrefix("createdDate 2057-09-13T09:46:40.000Z lies "))
    #expect(text.contains(" s after the wall clock "))
    #expect(text.hasSuffix("; time.maxFutureSkew allows 36000 s"))
  }

  @Test func milestonesLeaveOutWhatIsNeitherStartNorEndNorStatus() throws {
    let all = try LaneHarness()
    let few = try LaneHarness(LaneHarness.settings { $0.snapshots.mode = .milestones })
    let steps: [(LaneHarness) -> [LaneHarness.Written]] = [
      { $0.web(LaneHarness.event("a", at: 0)) },
      { $0.web(LaneHarness.event("b", at: 1)) },
      { $0.reduce([], tick: 20 * 60_000 + 1) },
      { $0.reduce([], tick: 80 * 60_000 + 1) },
    ]
    #expect(steps.map { $0(all).of("sessions").count } == [1, 1, 1, 1])
    #expect(steps.map { $0(few).of("sessions").count } == [1, 0, 1, 1])
    #expect(few.written.of("sessions").map { $0.text.contains(#""final":true"#) } == [false, false, true])
    #expect(few.written.of("sessions").last?.value == all.written.of("sessions").last?.value)
  }

  @Test func aStatusOfAConversationIsAMilestone() throws {
    let lane = try LaneHarness(LaneHarness.settings { $0.snapshots.mode = .milestones })
    var counts: [Int] = []
    for (number, (name, more)) in [
      ("routed", ""), ("noted", ""), ("connected", ""), ("noted", ""), ("ended", ""),
      ("wrapped_up", #","userDisposition":{"code":"Sold"}"#),
    ].enumerated() {
      let event = LaneHarness.event(
        "e\(number)", at: Int64(number), name: name, #","conversationId":"c""# + more)
      counts.append(lane.reduce([lane.input("conversation", [event])]).of("sessions").count)
    }
    #expect(counts == [1, 0, 1, 0, 1, 1])
  }

  @Test func aMergedSessionIsAnnouncedBeforeItsSurvivorAndOnlyIfItWasEverPublished() throws {
    let minute: Int64 = 60_000
    let lane = try LaneHarness()
    lane.web(LaneHarness.event("a", at: 0), LaneHarness.event("b", at: 30 * minute), takenAt: 60 * minute)
    let snapshots = lane.web(LaneHarness.event("c", at: 15 * minute), takenAt: 60 * minute).of("sessions")
    #expect(snapshots.map { $0.text.contains("mergedInto") } == [true, false])
    let other = try LaneHarness()
    let events = [("a", 0), ("b", 30 * minute), ("c", 15 * minute)].map { LaneHarness.event($0.0, at: $0.1) }
    let once = other.reduce([other.input("web", events)], takenAt: 60 * minute).of("sessions")
    #expect(once.map { $0.text.contains("mergedInto") } == [false])
  }

  @Test func partitionsAreMergedByTheTimeAtTheirHeads() throws {
    let lane = try LaneHarness()
    func event(_ id: String, _ number: Int, _ time: Int64, _ more: String = "") -> String {
      LaneHarness.event(id, at: time, of: LaneHarness.customer(number), more)
    }
    let written = lane.reduce([
      lane.input("custom", [event("u", 0, 3, #","sessionType":"visit","externalId":"x""#)]),
      lane.input("app", [event("p", 1, 1)]),
      // The order of offsets is, even where times go back.
      lane.input("web", [event("w5", 2, 5), event("w1", 3, 1)]),
      lane.input("conversation", [event("c", 4, 5, #","conversationId":"c""#)]),
    ])
    // At equal times web comes before conversation, as in the list of topics.
    #expect(try ids(written) == ["p", "u", "w5", "w1", "c"])
  }

  @Test func severalChunksOfAPartitionAreOneInput() throws {
    let lane = try LaneHarness()
    let first = lane.input("web", [LaneHarness.event("a", at: 5, of: LaneHarness.customer(0))])
    let empty = lane.input("web", [])
    let second = lane.input("web", [LaneHarness.event("b", at: 1, of: LaneHarness.customer(1))])
    let app = lane.input("app", [LaneHarness.event("c", at: 4, of: LaneHarness.customer(2))])
    #expect(try ids(lane.reduce([first, empty, second, app])) == ["c", "a", "b"])
    #expect(lane.journals[0].ranges == ["web": 0..<2, "app": 0..<1])
  }

  @Test func countsAddUp() throws {
    let lane = try LaneHarness()
    var generator = SeededGenerator(seed: 12)
    for batch in 0..<40 {
      let values: [String?] = (0..<30).map { _ in
        let owner = LaneNumber(Int32(generator.pick(0...3)))
        let number = Int(generator.pick(0...2))
        switch generator.pick(0...9) {
        case 0: return nil
        case 1: return "{]"
        default:
          return LaneHarness.event(
            "e\(generator.pick(0...12))", at: Int64(batch) * 600_000 - (generator.chance(5) ? 7_200_000 : 0),
            of: LaneHarness.customer(number, of: owner))
        }
      }
      let written = lane.reduce([lane.input("web", values)], takenAt: Int64(batch) * 600_000)
      let counts = try #require(lane.journals.last).counts
      #expect(counts.read == 30)
      #expect(counts.read == counts.applied + counts.duplicates + counts.rejected + counts.routed)
      #expect(counts.rejected == written.of("rejected").count)
      #expect(counts.routed == written.of("routed").count)
    }
    let total = lane.journals.map(\.counts).reduce(BatchCounts(), +)
    #expect(total.read == 1_200)
    #expect(min(total.applied, total.duplicates, total.rejected, total.routed) > 20)
    #expect(lane.written.contains { $0.headers?.text("sojourn-reason") == "late" })
  }

  @Test func aTickIsJournalledAndFiresBeforeTheBatchsEvents() throws {
    let lane = try LaneHarness()
    lane.web(LaneHarness.event("a", at: 0))
    #expect(lane.machine.nextTimers[.web]?.milliseconds == LaneHarness.start + 20 * 60_000)
    let written = lane.reduce([lane.input("web", [LaneHarness.event("b", at: 1)])], tick: 20 * 60_000)
    // The tick ended it, the event reopened it: one snapshot, three changes.
    #expect(written.of("sessions").count == 1)
    #expect(written.of("sessions")[0].text.contains(#""revision":3,"#))
    #expect(written.of("sessions")[0].text.contains(#""color":"blue""#))
    #expect(lane.journals[1].ticks[.web]?.milliseconds == LaneHarness.start + 20 * 60_000)
    #expect(lane.journals[0].ticks.isEmpty)
  }

  @Test func theSameBatchesGiveTheSameBytesAndAnyOtherByteAnotherDigest() throws {
    func run(_ name: String) throws -> LaneHarness {
      let lane = try LaneHarness()
      for batch in 0..<6 {
        let events = (0..<10).map { number in
          LaneHarness.event(
            "e\(batch * 10 + number)", at: Int64(batch * 100_000 + number),
            of: LaneHarness.customer(number % 3),
            batch == 3 && number == 4 ? ",\"ipAddress\":\"\(name)\"" : "")
        }
        lane.reduce(
          [lane.input("web", events), lane.input("app", events.reversed())], takenAt: Int64(batch) * 100_000)
      }
      return lane
    }
    let first = try run("one")
    let second = try run("one")
    let other = try run("two")
    #expect(first.written == second.written)
    #expect(first.journals == second.journals)
    #expect(first.journals[0...2] == other.journals[0...2])
    #expect(first.journals[3].outputs != other.journals[3].outputs)
    #expect(first.journals[3].state != other.journals[3].state)
  }

  @Test func aDigestDoesNotDependOnWhatElseStandsInTheOutputBatch() throws {
    let alone = try LaneHarness()
    alone.web(LaneHarness.event("a", at: 0), "{")
    let machine = LaneMachine(
      lane: LaneHarness.lane, settings: LaneHarness.settings(), configuration: "c0ffee")
    let helper = try LaneHarness()
    let batch = LaneBatch(
      takenAt: EventTime(milliseconds: LaneHarness.start),
      inputs: [helper.input("web", [LaneHarness.event("a", at: 0), "{"])])
    var records = OutputBatch()
    records.append("another", partition: 0, key: [1], value: [2])
    records.append("sessions", partition: 0, key: [1], value: [2])
    let journal = machine.reduce(batch, into: &records)
    #expect(journal == alone.journals[0])
    #expect(Array(LaneHarness.read(records).dropFirst(2)) == alone.written)
  }
}
