import EventLog
import JourneyModel
import SeededGenerator
import Testing
import WireFormat

/// Chunks whose events are sorted by lane while they are decoded.
@Suite struct SortedChunkTests {
  private static let lanes: Int32 = 5

  private func decoder() throws -> EventDecoder {
    guard let decoder = EventDecoder(limits: Decoding.limits, partitions: SortedChunkTests.lanes) else {
      throw CodecError("no memory")
    }
    return decoder
  }

  private func chunk(_ lines: [String]) -> RecordChunk {
    var chunk = RecordChunk(source: TopicPartition("web", 0), next: NextOffset(1))
    for (offset, line) in lines.enumerated() {
      chunk.append(
        offset: RecordOffset(Int64(offset) + 1), timestamp: -1, key: nil, value: Array(line.utf8))
    }
    chunk.seal()
    return chunk
  }

  private func line(_ stream: JourneyModel.Stream, _ generator: inout SeededGenerator) -> String {
    if generator.chance(10) { return generator.chance(50) ? "{\"id\":" : "" }
    let number = generator.pick(0...1_000_000)
    let time = 1_767_600_000_000 + number
    if stream == .conversation, generator.chance(50) {
      // The detail feed's, which names no customer.
      var text = #"{"eventTime":\#(time),"conversationId":"c\#(number % 30)","#
      text +=
        generator.chance(50)
        ? #""mediaType":"VOICE","provider":"Edge","ani":"tel:+4930\#(number)""#
        : #""userId":"u\#(number)","disconnectType":"PEER""#
      return text + "}"
    }
    var text = "{"
    if generator.chance(80) { text += #""id":"e\#(number)","# }
    if generator.chance(15) {
      text += #""actionId":"a\#(number)","actionState":"accepted","#
    } else {
      text += #""eventName":"page_viewed","#
    }
    text += #""createdDate":\#(time),"customerId":"customer\#(generator.pick(0...30))""#
    switch stream {
    case .web, .app: break
    case .custom: text += #","sessionType":"visit","externalId":"x\#(number % 7)""#
    case .conversation: text += #","conversationId":"k\#(number % 7)","queue":{"id":"q","name":"Übung"}"#
    }
    if generator.chance(70) {
      text += #","page":{ "url":"https://a.example/\#(number)","title":"Ünited \"\#(number)\""}"#
    }
    if generator.chance(30) { text += #","searchQuery":"item \#(number)""# }
    if generator.chance(30) { text += #","attributes":{"a":\#(number),"b":"x"}"# }
    return text + "}"
  }

  /// All that an event says, as text.
  private func told(_ event: Event, _ batch: EventBatch) -> [String] {
    var told = [
      event.stream.name, "\(event.time.milliseconds)", "\(event.lane)", "\(event.record)",
      "\(event.fingerprint)",
      "\(event.sessionKeyDigest)", "\(event.mapEntryHead)", "\(event.phase)", "\(event.isView)",
      "\(event.isReport)",
    ]
    for slice in [
      event.sessionKey, event.id, event.name, event.sessionType, event.customerID, event.customerIDType,
      event.externalID, event.placementKey, event.mapEntry,
    ] { told.append(batch.text(slice)) }
    for index in Int(event.firstFact)..<Int(event.endFact) {
      let fact = batch.facts[index]
      told.append("\(fact.field) \(fact.digest) \(batch.text(fact.value))")
    }
    return told
  }

  @Test func everyLaneGetsWhatDecodingInOneGives() throws {
    let (one, other) = (try decoder(), try decoder())
    var events = 0
    for seed in 0..<60 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      // About as many as are picked together or twice as many; then many, few, or one customer's alone.
      let near = EventDecoder.runRecords * Int(1 + seed / 6) + Int(seed % 3) - 1
      let count = seed < 12 ? near : Int(generator.pick(0...300))
      let isSkewed = generator.chance(20)
      let stream = JourneyModel.Stream.allCases[Int(seed % 4)]
      let lines = (0..<count).map { _ in
        let line = line(stream, &generator)
        return isSkewed ? line.replacing(/customer\d+/, with: "customer1") : line
      }
      let whole = one.decode(chunk(lines), stream: stream)
      let sorted = other.decodeSorted(chunk(lines), stream: stream)
      #expect(sorted.rejections == whole.rejections, "seed \(seed)")
      #expect(sorted.times == whole.batch.events.map(\.time))
      #expect(sorted.records == whole.batch.events.map(\.record))
      #expect(sorted.lanes.count == Int(SortedChunkTests.lanes))
      for lane in LaneNumber.all(of: SortedChunkTests.lanes) {
        let expected = whole.batch.events.filter { $0.lane == lane }.map { told($0, whole.batch) }
        let batch = sorted.lanes[lane.index]
        #expect(batch.events.map { told($0, batch) } == expected, "seed \(seed), lane \(lane)")
        let part = sorted.part(of: lane, sorted.times.indices)
        #expect((part?.batch.events.count ?? 0) == expected.count)
      }
      events += whole.batch.events.count
    }
    #expect(events > 5_000)
  }

  /// Records are picked several at a time and then finished: each is to come out as in a chunk of its own.
  @Test func everyRecordIsDecodedAsIfItWereAlone() throws {
    let (all, each) = (try decoder(), try decoder())
    let run = EventDecoder.runRecords
    var rejected = 0
    for (seed, count) in [0, 1, run - 1, run, run + 1, 3 * run + 5].enumerated() {
      var generator = SeededGenerator(seed: UInt64(seed) + 700)
      let streams = (0..<count).map { _ in JourneyModel.Stream.allCases.randomElement(using: &generator) }
      let lines = streams.map { line($0 ?? .web, &generator) }
      func stream(_ record: Int) -> Result<JourneyModel.Stream, RejectionReason.Failure> {
        guard record % 7 != 3, let stream = streams[record] else { return .failure(.init(.unknownStream)) }
        return .success(stream)
      }
      var asked: [Int] = []
      let decoded = all.decode(chunk(lines)) { record in
        asked.append(record)
        return stream(record)
      }
      #expect(asked == lines.indices.filter { !lines[$0].isEmpty })
      var (events, rejections) = ([[String]](), [Rejection]())
      for (record, line) in lines.enumerated() {
        let alone = each.decode(chunk([line])) { _ in stream(record) }
        for var event in alone.batch.events {
          event.record = UInt32(record)
          events.append(told(event, alone.batch))
        }
        for rejection in alone.rejections {
          rejections.append(Rejection(record: record, reason: rejection.reason, message: rejection.message))
        }
      }
      #expect(decoded.batch.events.map { told($0, decoded.batch) } == events, "\(count) records")
      #expect(decoded.rejections == rejections)
      rejected += rejections.count
    }
    #expect(rejected > 5)
  }

  /// What is picked of records that are no events goes with them, a run at a time.
  @Test(arguments: [1, EventDecoder.runRecords, 5 * EventDecoder.runRecords])
  func recordsThatAreNoEventsTakeNoBytes(_ count: Int) throws {
    let bad = #"{"eventName":"page_viewed","createdDate":5,"page":{"title":"long enough to be seen"}}"#
    let decoded = try decoder().decode(chunk(Array(repeating: bad, count: count)), stream: .web)
    #expect(decoded.rejections.count == count)
    #expect(decoded.batch.bytes.isEmpty && decoded.batch.facts.isEmpty)
  }

  /// Of a repeated member the last one counts, and it takes the place of the last.
  @Test func ofRepeatedMembersTheLastOneCounts() throws {
    let line =
      #"{"id":"e","eventName":"e","createdDate":5,"customerId":"c","browser":{"a":1},"attributes":{"x":1},"#
      + #""device":{"b":1},"browser":{"a":2},"page":{"title":"t"},"browser":{"a":3},"device":{"b":2}}"#
    let batch = try decoder().decode(chunk([line]), stream: .web).batch
    let event = try #require(batch.events.first)
    let facts = (Int(event.firstFact)..<Int(event.endFact)).map { batch.facts[$0] }
    #expect(
      facts.map(\.field) == [.attributeName, .attributeValue, .page, .pageTitle, .browser, .device])
    #expect(facts.suffix(2).map { batch.text($0.value) } == [#"{"a":3}"#, #"{"b":2}"#])
  }

  /// Room is made by what the chunk before took: too much, too little, and in the wrong lane.
  @Test func chunksThatDifferFromTheOneBefore() throws {
    let (one, other) = (try decoder(), try decoder())
    var generator = SeededGenerator(seed: 12)
    func lines(_ count: Int, of customers: Int, title: Int) -> [String] {
      (0..<count).map { number in
        let text = String(repeating: "t", count: title)
        let page = title == 0 ? "" : #","page":{"title":"\#(text)\"\#(number)"}"#
        let customer = generator.pick(1...Int64(customers))
        let head = #"{"id":"\#(number)","eventName":"e","createdDate":\#(number)"#
        return head + #","customerId":"c\#(customer)"\#(page)}"#
      }
    }
    let chunks = [
      lines(9_000, of: 500, title: 200), lines(9_000, of: 1, title: 250), lines(30_000, of: 500, title: 0),
      lines(3, of: 3, title: 9), lines(5_000, of: 500, title: 600), [],
    ]
    for (number, lines) in chunks.enumerated() {
      let whole = one.decode(chunk(lines), stream: .web)
      let sorted = other.decodeSorted(chunk(lines), stream: .web)
      #expect(whole.batch.events.count == lines.count)
      for lane in LaneNumber.all(of: sorted.lanes.count) {
        let expected = whole.batch.events.filter { $0.lane == lane }
        let batch = sorted.lanes[lane.index]
        #expect(batch.events.count == expected.count, "chunk \(number)")
        let isEqual = zip(batch.events, expected).allSatisfy { told($0, batch) == told($1, whole.batch) }
        #expect(isEqual, "chunk \(number), lane \(lane)")
      }
    }
  }

  @Test func aRangeIsCountedOverAllLanes() throws {
    var generator = SeededGenerator(seed: 4)
    let lines = (0..<40).map { _ in line(.web, &generator) }
    let sorted = try decoder().decodeSorted(chunk(lines), stream: .web)
    let count = sorted.times.count
    #expect(count > 20 && count < 40)
    for first in 0...count {
      for last in first...count {
        var records: [UInt32] = []
        for lane in LaneNumber.all(of: SortedChunkTests.lanes) {
          guard let part = sorted.part(of: lane, first..<last) else { continue }
          #expect(!part.batch.events.isEmpty)
          #expect(part.batch.events.allSatisfy { $0.lane == lane })
          #expect(part.batch.events.map(\.record) == part.batch.events.map(\.record).sorted())
          records += part.batch.events.map(\.record)
        }
        #expect(records.sorted() == Array(sorted.records[first..<last]))
      }
    }
  }

  /// A large record, and one that grows when it is decoded, between small ones: they are decoded in the same
  /// memory.
  @Test func recordsLeaveNothingBehind() throws {
    let large = String(repeating: "ab", count: 100_000)
    var lines: [String] = []
    for number in 0..<30 {
      let title = number % 3 == 1 ? large : number % 3 == 2 ? String(repeating: #"\u00e4"#, count: 999) : "x"
      lines.append(
        "{\"id\":\"e\(number)\",\"eventName\":\"e\",\"createdDate\":5,\"customerId\":\"c\",\"page\":{\"title\":\"\(title)\"}}"
      )
    }
    let whole = try decoder().decode(chunk(lines), stream: .web)
    let sorted = try decoder().decodeSorted(chunk(lines), stream: .web)
    let batch = try #require(sorted.lanes.first { !$0.events.isEmpty })
    #expect(batch.events.count == 30)
    #expect(batch.events.map { told($0, batch) } == whole.batch.events.map { told($0, whole.batch) })
  }
}
