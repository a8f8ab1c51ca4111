import EventLog
import JourneyModel
import LaneScenes
import Sessionizer
import Testing
import WireFormat

@testable import Processor

/// What a lane does with messages of others, and what it sends.
@Suite struct MessagingTests {
  /// A text that is sent on to a key as long as there are any.
  private struct Note: MessagePayload {
    static let kind = MessageKind(number: 9, name: "note", versions: 2...2)

    var text: String
    var next: [String]

    init(_ text: String, next: [String] = []) {
      self.text = text
      self.next = next
    }

    init(decoding payload: inout BinaryReader, version: UInt8) throws(CodecError) {
      text = String(decoding: try payload.text(), as: UTF8.self)
      next = []
      while !payload.isAtEnd { next.append(String(decoding: try payload.text(), as: UTF8.self)) }
    }

    func encode(to payload: inout BinaryWriter) {
      payload.text(text.utf8)
      for key in next { payload.text(key.utf8) }
    }
  }

  /// Remembers what it was handed. An event whose id begins with `>` is passed on to lane 2, one with `<` to
  /// this lane.
  private final class Notes: MessageHandler, @unchecked Sendable {
    // Unchecked: a test calls it on one thread.
    let kinds = [Note.kind]
    private(set) var log: [String] = []

    func applied(
      _ event: borrowing Event, of batch: borrowing EventBatch, to session: Session, in lane: LaneMachine
    ) {
      let id = batch.text(event.id)
      log.append(id)
      let other = LaneHarness.customer(of: 2)
      let own = LaneHarness.customer()
      if id.hasPrefix(">") { lane.outbox.send(Note(id), to: Array(other.utf8), at: event.time) }
      if id.hasPrefix("<") {
        lane.outbox.send(Note(id + "1", next: [own, other]), to: Array(own.utf8), at: event.time)
        lane.outbox.send(Note(id + "2"), to: Array(own.utf8), at: event.time)
      }
    }

    func apply(_ message: LaneMessage, in lane: LaneMachine) throws(CodecError) {
      let note = try message.read(Note.self)
      log.append(
        "\(note.text)@\(message.sender.lane)/\(message.sender.sequence)/\(message.sender.index)+\(message.hops)"
      )
      guard let next = note.next.first else { return }
      lane.outbox.send(
        Note(note.text + "'", next: Array(note.next.dropFirst())), to: Array(next.utf8), at: message.time,
        after: message)
    }
  }

  /// A lane whose input is decoded as the processor decodes it.
  private final class Scene {
    let notes = Notes()
    let machine: LaneMachine
    private let decoder: InputDecoder
    private var offsets: [String: Int64] = [:]
    private var written: [LaneHarness.Written] = []

    init(isRefusing: Bool = false) throws {
      let notes = notes
      let settings = LaneHarness.settings {
        if !isRefusing { $0.messaging = Messaging(name: "notes") { _ in notes } }
      }
      machine = LaneMachine(lane: LaneHarness.lane, settings: settings, configuration: "c0ffee")
      decoder = try InputDecoder(settings)
    }

    struct Record {
      var key: String?
      var value: [UInt8]?
      var headers = HeaderBlock([(LaneMessage.header, "note")])
    }

    func chunk(_ topic: String, _ records: [Record]) -> RecordChunk {
      let first = offsets[topic, default: 0]
      var chunk = RecordChunk(source: TopicPartition(topic, lane: LaneHarness.lane), next: NextOffset(first))
      for (number, record) in records.enumerated() {
        chunk.append(
          offset: RecordOffset(first + Int64(number)), timestamp: -1, key: record.key.map { Array($0.utf8) },
          value: record.value, headers: record.headers)
      }
      chunk.seal()
      offsets[topic] = first + Int64(records.count)
      return chunk
    }

    @discardableResult
    func reduce(_ chunks: RecordChunk...) -> (journal: JournalRecord, written: [LaneHarness.Written]) {
      let work = LaneWork(
        lane: LaneHarness.lane, takenAt: EventTime(milliseconds: LaneHarness.start + 60_000), chunks: chunks,
        positions: [:])
      var records = OutputBatch()
      let journal = machine.reduce(decoder.decode(work), into: &records)
      let counts = journal.counts
      #expect(
        counts.read == counts.applied + counts.duplicates + counts.rejected + counts.ignored + counts.routed
          + counts.messages)
      return (journal, LaneHarness.read(records))
    }

    func web(_ ids: (id: String, at: Int64)...) -> RecordChunk {
      chunk(
        "web",
        ids.map {
          Record(
            key: nil, value: Array(LaneHarness.event($0.id, at: $0.at).utf8), headers: HeaderBlock())
        })
    }
  }

  private func message(
    _ text: String, lane: LaneNumber = 0, sequence: Int = 1, index: Int = 0, at time: Int64 = 0
  ) -> LaneMessage {
    LaneMessage(
      Note(text), from: .init(lane: lane, sequence: BatchSequence(sequence), index: index),
      at: EventTime(milliseconds: LaneHarness.start + time), hops: 0)
  }

  private func record(_ message: LaneMessage, key: String? = LaneHarness.customer()) -> Scene.Record {
    Scene.Record(key: key, value: message.encoded())
  }

  private func routed(_ id: String, at time: Int64) -> Scene.Record {
    Scene.Record(
      key: LaneHarness.customer(), value: Array(LaneHarness.event(id, at: time).utf8),
      headers: HeaderBlock([
        ("sojourn-stream", "web"), ("sojourn-origin-topic", "web"), ("sojourn-origin-partition", "0"),
        ("sojourn-origin-offset", "7"),
      ]))
  }

  /// Heads are merged by time, and what is in one partition keeps its order.
  @Test func messagesAndEventsAreTakenInOneOrder() throws {
    let scene = try Scene()
    let messages = [
      record(message("m1", index: 0, at: 20)), routed("r1", at: 10), record(message("m2", index: 1, at: 30)),
    ]
    let (journal, _) = scene.reduce(scene.web(("a", 15), ("b", 25)), scene.chunk("routed", messages))
    #expect(scene.notes.log == ["a", "m1@0/1/0+0", "r1", "b", "m2@0/1/1+0"])
    #expect(journal.counts.messages == 2 && journal.counts.applied == 3)
    // A message moves no watermark.
    #expect(journal.highest == [.web: EventTime(milliseconds: LaneHarness.start + 25)])
    let alone = try Scene()
    alone.reduce(alone.chunk("routed", messages))
    #expect(alone.notes.log == ["m1@0/1/0+0", "r1", "m2@0/1/1+0"])
  }

  @Test func aMessageIsAppliedOnceAndInOrder() throws {
    let scene = try Scene()
    let places = [(5, 3), (5, 2), (5, 3), (5, 4), (4, 9), (6, 0), (6, 0)]
    let records = places.map { record(message("m", sequence: $0.0, index: $0.1)) }
    // The same numbers of another lane are other messages.
    let other = record(message("m", lane: 2, sequence: 5, index: 3))
    let (journal, _) = scene.reduce(scene.chunk("routed", records + [other]))
    #expect(scene.notes.log == ["m@0/5/3+0", "m@0/5/4+0", "m@0/6/0+0", "m@2/5/3+0"])
    #expect(journal.counts.messages == 4 && journal.counts.duplicates == 4)
    #expect(
      journal.received == [0: MessageMark(sequence: 6, index: 0), 2: MessageMark(sequence: 5, index: 3)])
    let (next, _) = scene.reduce()
    #expect(next.received == journal.received)
  }

  /// Without any message the journal's bytes are as before there were messages.
  @Test func withoutMessagesTheJournalDoesNotSpeakOfThem() throws {
    let scene = try Scene()
    let (journal, _) = scene.reduce(scene.web(("a", 1)))
    let text = String(decoding: journal.encoded(), as: UTF8.self)
    #expect(!text.contains("received") && !text.contains("messages"))
  }

  @Test func whatCannotBeAppliedIsRefusedWithItsReason() throws {
    let scene = try Scene()
    var unknown = message("m")
    unknown.kind = 10
    var newer = message("m")
    newer.payloadVersion = 3
    var older = message("m")
    older.payloadVersion = 1
    var damaged = message("m", index: 8)
    damaged.payload = [200]
    let cases: [(Scene.Record, String)] = [
      (record(unknown), "unknownMessage"), (record(newer), "unknownMessage"),
      (record(older), "unknownMessage"),
      (record(message("m"), key: LaneHarness.customer(of: 3)), "misplaced"),
      (record(message("m"), key: nil), "badMessage"), (record(message("m", lane: 4)), "badMessage"),
      (record(damaged), "badMessage"),
      (Scene.Record(key: LaneHarness.customer(), value: [1, 9, 2]), "badMessage"),
      (Scene.Record(key: LaneHarness.customer(), value: []), "emptyPayload"),
      (Scene.Record(key: LaneHarness.customer(), value: nil), "emptyPayload"),
    ]
    for (record, reason) in cases {
      let (journal, written) = scene.reduce(scene.chunk("routed", [record]))
      let rejected = written.of("rejected")
      #expect(rejected.map { $0.headers?.text("sojourn-reason") } == [reason])
      #expect(rejected[0].value == record.value)
      #expect(rejected[0].headers?.text("sojourn-origin-topic") == "routed")
      #expect(journal.counts.rejected == 1 && journal.counts.messages == 0)
      #expect(journal.received.isEmpty, "what is refused was not applied")
    }
    #expect(scene.notes.log.isEmpty)
    #expect(scene.machine.rejections.byReason.values.reduce(0, +) == 1)
    // What was refused does not stand in the way of what comes behind it.
    scene.reduce(scene.chunk("routed", [record(message("m"))]))
    #expect(scene.notes.log == ["m@0/1/0+0"])
  }

  @Test func aLaneWithoutHandlerKnowsNoMessages() throws {
    let scene = try Scene(isRefusing: true)
    let (journal, written) = scene.reduce(
      scene.chunk("routed", [record(message("m")), routed("r", at: 0)]))
    #expect(written.of("rejected").map { $0.headers?.text("sojourn-reason") } == ["unknownMessage"])
    #expect(journal.counts.applied == 1)
  }

  @Test func aMessageGoesToItsOwnersPartition() throws {
    let scene = try Scene()
    let (journal, written) = scene.reduce(scene.web((">a", 1), ("b", 2), (">c", 3)))
    let sent = written.of("routed")
    #expect(sent.map(\.partition) == [2, 2])
    #expect(sent[0].key == Array(LaneHarness.customer(of: 2).utf8))
    #expect(
      sent[0].headers?.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" } == [
        "sojourn-message=note", "sojourn-message-id=1/1/0", "sojourn-origin-partition=1",
      ])
    let messages = try sent.map { try LaneMessage(decoding: $0.value ?? []) }
    #expect(
      messages.map(\.sender) == [
        .init(lane: 1, sequence: 1, index: 0), .init(lane: 1, sequence: 1, index: 1),
      ])
    #expect(messages.map(\.time.milliseconds) == [LaneHarness.start + 1, LaneHarness.start + 3])
    #expect(journal.counts.routed == 0 && journal.counts.applied == 3)
    // Numbers begin anew with each batch.
    let (_, next) = scene.reduce(scene.web((">d", 4)))
    #expect(
      try LaneMessage(decoding: next.of("routed")[0].value ?? []).sender
        == .init(lane: 1, sequence: 2, index: 0))
  }

  /// What a lane tells itself is applied at once, first in, first out, and leaves no record.
  @Test func aMessageToItsOwnLaneIsAppliedAtOnce() throws {
    let scene = try Scene()
    let (journal, written) = scene.reduce(scene.web(("<a", 1), ("b", 2)))
    #expect(scene.notes.log == ["<a", "<a1@1/1/0+0", "<a2@1/1/1+0", "<a1'@1/1/2+1", "b"])
    #expect(journal.counts.messages == 0 && journal.received.isEmpty)
    let sent = try written.of("routed").map { try LaneMessage(decoding: $0.value ?? []) }
    #expect(sent.map(\.hops) == [2])
    #expect(sent.map(\.sender.index) == [3])
  }

  /// What has been applied is in the journal: a lane that is brought back knows it.
  @Test func aLaneThatIsBroughtBackPassesOverWhatWasApplied() throws {
    let first = try Scene()
    let (tail, _) = first.reduce(first.chunk("routed", [record(message("m", sequence: 5, index: 3))]))
    let second = try Scene()
    try second.machine.restore(
      RestoredValues(into: second.machine), tail: JournalRecord(decoding: tail.encoded()))
    let again = [(5, 2), (5, 3), (5, 4)].map { record(message("n", sequence: $0.0, index: $0.1)) }
    let (journal, _) = second.reduce(second.chunk("routed", again))
    #expect(second.notes.log == ["n@0/5/4+0"])
    #expect(journal.counts.duplicates == 2 && journal.counts.messages == 1)
    let third = try Scene()
    try third.machine.adopt([], tail: tail)
    #expect(third.machine.receivedMessages == tail.received, "from a lane file as well")
  }

  @Test func handlingMessagesIsPartOfTheSettingsDigest() {
    let plain = LaneHarness.settings()
    let notes = LaneHarness.settings { $0.messaging = Messaging(name: "notes") { _ in Notes() } }
    #expect(plain.digest != notes.digest)
  }
}
