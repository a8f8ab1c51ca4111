import JourneyModel
import Testing

/// Slices and arenas.
@Suite struct EventBatchTests {
  @Test func givesBackTheTextItTook() {
    var batch = EventBatch()
    let first = batch.append(Array("één".utf8))
    let second = batch.append(Array("two".utf8))
    #expect(batch.text(first) == "één")
    #expect(batch.text(second) == "two")
    #expect(second.indices == 5..<8)
    #expect(batch.text(.empty).isEmpty)
    #expect(ByteSlice.empty.isEmpty)
    #expect(!second.isEmpty)
    #expect(second.count == 3)
  }
}
