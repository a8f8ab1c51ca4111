import EventLog
import JourneyModel
import SeededGenerator
import Testing
import WireFormat

/// Messages between lanes as bytes.
@Suite struct LaneMessageTests {
  private struct Note: MessagePayload, Equatable {
    static let kind = MessageKind(number: 7, name: "note", versions: 2...3)

    var text: [UInt8]
    var number: Int

    init(text: [UInt8], number: Int) {
      self.text = text
      self.number = number
    }

    init(decoding payload: inout BinaryReader, version: UInt8) throws(CodecError) {
      text = try payload.text()
      // Version 2 had no number.
      number = version < 3 ? 0 : try payload.number()
    }

    func encode(to payload: inout BinaryWriter) {
      payload.text(all: text)
      payload.number(number)
    }
  }

  private func message() -> LaneMessage {
    LaneMessage(
      Note(text: [0x61, 0x62], number: 300), from: .init(lane: 3, sequence: 200, index: 5),
      at: EventTime(milliseconds: 1_767_600_000_123), hops: 1)
  }

  @Test func hasTheseBytes() {
    #expect(
      message().encoded() == [
        // Form, kind, version, lane, sequence, index.
        1, 7, 3, 3, 0xc8, 0x01, 5,
        // Time.
        0x7b, 0x8c, 0x2b, 0x8d, 0x9b, 0x01, 0, 0,
        // Hops, length, payload.
        1, 5, 2, 0x61, 0x62, 0xac, 0x02,
      ])
  }

  @Test func isTheSameWithAPayloadThatIsWrittenLater() {
    let note = Note(text: [0x61, 0x62], number: 300)
    var bare = message()
    bare.payload = []
    #expect(bare.encoded(carrying: note) == message().encoded())
    #expect(bare.carrying(note) == message())
  }

  @Test(arguments: [
    (0, 0, 0), (3, 1, 9), (7, 10, 99), (15, 4_294_967_296, 65_536), (Int32.max, Int.max, Int.max),
  ])
  func hasTheseHeaders(_ lane: Int32, _ sequence: Int, _ index: Int) {
    var bytes: [UInt8] = [1, 2]
    MessageHeaders(Note.kind, from: 12).append(
      .init(lane: LaneNumber(lane), sequence: BatchSequence(sequence), index: index), to: &bytes)
    let expected = HeaderBlock([
      ("sojourn-message", "note"), ("sojourn-message-id", "\(lane)/\(sequence)/\(index)"),
      ("sojourn-origin-partition", "12"),
    ])
    #expect(bytes == [1, 2] + expected.bytes)
  }

  @Test(arguments: [nil, 2] as [LaneNumber?])
  func isWrittenAsARecord(_ target: LaneNumber?) {
    let note = Note(text: [0x61, 0x62], number: 300)
    var bare = message()
    bare.payload = []
    var (written, expected) = (OutputBatch(), OutputBatch())
    var writer = MessageWriter(lane: 3)
    for number in 0..<3 {
      bare.sender.index = number
      writer.write(bare, note, lane: target, [9], to: "routed", partition: 2, &written)
      expected.append(
        "routed", partition: 2, key: target == nil ? [9] : [0, 0, 0, 2, 9],
        value: bare.carrying(note).encoded(),
        headers: HeaderBlock([
          (LaneMessage.header, "note"), (LaneMessage.idHeader, "3/200/\(number)"),
          ("sojourn-origin-partition", "3"),
        ]))
    }
    #expect(written.bytes == expected.bytes && written.topics == expected.topics)
    #expect(written.entries.map(\.headers) == expected.entries.map(\.headers))
    #expect(written.entries.map(\.value) == expected.entries.map(\.value))
    #expect(written.entries.map(\.key) == expected.entries.map(\.key))
  }

  @Test(arguments: [0, 1, 255, 256, 65_536, Int32.max])
  func aKeyBeginsWithItsLane(_ lane: Int32) {
    var key: [UInt8] = []
    MessageKind.append(lane: LaneNumber(lane), [7, 8], to: &key)
    #expect(key.count == 6 && key.suffix(2) == [7, 8])
    #expect(MessageKind.lane(ofKey: key[...]) == LaneNumber(lane))
  }

  @Test func isReadBack() throws {
    let read = try LaneMessage(decoding: message().encoded())
    #expect(read == message())
    #expect(try read.read(Note.self) == Note(text: [0x61, 0x62], number: 300))
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let message = LaneMessage(
        kind: UInt8(generator.pick(0...255)), payloadVersion: UInt8(generator.pick(0...255)),
        sender: .init(
          lane: LaneNumber(Int32(generator.pick(0...Int64(Int32.max)))),
          sequence: BatchSequence(Int(generator.pick(0...Int64.max))),
          index: Int(generator.pick(0...70_000))),
        time: EventTime(milliseconds: generator.pick(Int64.min...Int64.max)),
        hops: Int(generator.pick(0...40)),
        payload: (0..<generator.pick(0...40)).map { _ in UInt8(generator.pick(0...255)) })
      #expect(try LaneMessage(decoding: message.encoded()) == message)
    }
  }

  @Test func anOlderPayloadIsReadAndANewerOneIsNot() throws {
    var old = message()
    old.payloadVersion = 2
    old.payload = [1, 0x78]
    #expect(try old.read(Note.self) == Note(text: [0x78], number: 0))
    for version: UInt8 in [1, 4] {
      old.payloadVersion = version
      #expect(throws: CodecError.self) { try old.read(Note.self) }
    }
    var other = message()
    other.kind = 8
    #expect(throws: CodecError.self) { try other.read(Note.self) }
  }

  @Test func whatStandsBehindAMessageIsAnError() {
    #expect(throws: CodecError.self) { try LaneMessage(decoding: message().encoded() + [0]) }
    var longer = message()
    longer.payload.append(0)
    #expect(throws: CodecError.self) { try longer.read(Note.self) }
  }

  @Test func anotherFormAndNegativeNumbersAreErrors() {
    var bytes = message().encoded()
    bytes[0] = 2
    #expect(throws: CodecError.self) { try LaneMessage(decoding: bytes) }
    for (sequence, index, hops) in [(-1, 0, 0), (0, -1, 0), (0, 0, -1)] {
      var negative = message()
      negative.sender.sequence = BatchSequence(sequence)
      negative.sender.index = index
      negative.hops = hops
      #expect(throws: CodecError.self) { try LaneMessage(decoding: negative.encoded()) }
    }
    var lane = BinaryWriter()
    for byte: UInt8 in [1, 7, 3] { lane.byte(byte) }
    lane.number(Int(Int32.max) + 1)
    #expect(throws: CodecError.self) { try LaneMessage(decoding: lane.bytes) }
  }

  /// Every cut and every changed byte gives a message or an error; nothing traps.
  @Test func damagedBytesNeverTrap() throws {
    let bytes = message().encoded()
    for length in 0..<bytes.count {
      #expect(throws: CodecError.self) { try LaneMessage(decoding: Array(bytes[..<length])) }
    }
    var read = 0
    for place in bytes.indices {
      for value in UInt8.min...UInt8.max {
        var damaged = bytes
        damaged[place] = value
        guard let message = try? LaneMessage(decoding: damaged) else { continue }
        read += 1
        _ = try? message.read(Note.self)
      }
    }
    #expect(read > bytes.count, "a changed number is still a number")
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<20_000 {
      let noise = (0..<generator.pick(0...40)).map { _ in UInt8(generator.pick(0...255)) }
      _ = try? LaneMessage(decoding: [1] + noise)
    }
  }
}
