import Identity
import JourneyModel
import Processor
import Sessionizer
import Testing
import WireFormat

/// What lanes keep of persons, as bytes.
@Suite struct StoredPersonTests {
  private func settled() throws -> PersonScene {
    let scene = try PersonScene(lanes: 2)
    for event in PersonHistory(seed: 7, events: 80).events { try scene.publish(event.stream, event.json) }
    try scene.settle()
    return scene
  }

  @Test func everyKindIsReadBack() throws {
    let scene = try settled()
    var kinds: [StoredKind: Int] = [:]
    try scene.forEachValue { value in
      let bytes = StateCodec.encoded(value)
      let again = try StateCodec.decode(bytes)
      #expect(StateCodec.encoded(again) == bytes)
      #expect(again.kind == value.kind && again.id == value.id && again.keyDigest == value.keyDigest)
      kinds[value.kind, default: 0] += 1
    }
    for kind in [StoredKind.identifier, .device, .contact, .session] { #expect(kinds[kind, default: 0] > 0) }
  }

  @Test func valuesOfPersonsAreWrittenInAVersionThatOlderBuildsRefuse() throws {
    try settled().forEachValue { value in
      let isNew = value.kind != .session || value.session?.person != nil
      #expect(StateCodec.encoded(value)[0] == (isNew ? 2 : 1))
    }
  }

  @Test func damagedBytesGiveAnErrorOrAValue() throws {
    var errors = 0
    try settled().forEachValue { value in
      let bytes = StateCodec.encoded(value)
      for place in stride(from: 0, to: bytes.count, by: 3) {
        for change in [0x01, 0x80, 0xff] as [UInt8] {
          var damaged = bytes
          damaged[place] ^= change
          do { _ = try StateCodec.decode(damaged) } catch { errors += 1 }
        }
        do { _ = try StateCodec.decode(Array(bytes[..<place])) } catch { errors += 1 }
      }
    }
    #expect(errors > 0)
  }

  @Test func keysTellTheKindsApart() {
    for kind in StoredKind.allCases where kind != .session {
      #expect(StoredKind(ofKey: kind.keyPrefix + Array("web".utf8)) == kind)
    }
  }

  /// What is kept of every device takes from what values in memory may have.
  @Test func devicesThatAreAwayCountTowardsTheShare() throws {
    let scene = try PersonScene(lanes: 1, isTight: true)
    let lane = scene.lanes[0]
    lane.memoryShare = .max
    for number in 0..<300 {
      try scene.publish(
        .web,
        """
        {"id":"e\(number)","eventName":"page_viewed","createdDate":"2026-01-05T10:00:00Z",
         "customerId":"c-\(number)","customerIdType":"cookie","traits":{"email":"p\(number)@example.com"}}
        """)
    }
    try scene.settle()
    let index = lane.sessionizer.deviceIndexBytes
    #expect(index >= 300 * 16)
    lane.memoryShare = lane.residentBytes / 2
    var keys = 0
    for _ in 0..<4 {
      keys = lane.sessionizer.evicted.memoryBytes
      try lane.evict()
    }
    #expect(keys > 0)
    #expect(lane.residentBytes <= lane.memoryShare - keys - index)
    #expect(lane.sessionizer.deviceIndexBytes == index)
  }
}
