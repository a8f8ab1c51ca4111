import EventLog
import JourneyModel
import SimulatedLog
import Testing
import WireFormat

@testable import LogTools

/// Redo records of batches that cannot be reduced again, beside the journal's digests.
@Suite struct RedoMatcherTests {
  private static let redo = TopicPartition("redo", 0)

  private static func body(_ sequence: BatchSequence) -> [UInt8] {
    Array("changes of batch \(sequence)".utf8)
  }

  private static func digest(_ parts: [[UInt8]]) -> String {
    var sum = Digest()
    for part in parts { sum.append(part) }
    return sum.text
  }

  /// - Parameter gone: how many records retention has removed.
  private static func matcher(_ sequences: [BatchSequence], gone: Int64 = 0) throws -> RedoMatcher {
    let log = SimulatedLog(seed: 1)
    try log.create([TopicSpecification(name: redo.topic, partitions: 1)])
    var records = OutputBatch()
    for sequence in sequences {
      var writer = BinaryWriter()
      writer.byte(RedoForm.version)
      writer.number(sequence.value)
      records.append(
        redo.topic, partition: redo.partition, key: nil,
        value: writer.bytes + Compression.compress(body(sequence)))
    }
    try log.makePublisher().send(records)
    try log.removeRecords(before: [redo: NextOffset(gone)])
    let reader = try log.makeReader()
    let bounds = try #require(try reader.bounds([redo])[redo])
    return RedoMatcher(
      lane: 0, isWhole: false,
      cursor: PartitionCursor(redo, bounds, reader: reader, patience: .seconds(1)))
  }

  /// The first batch of the journal that is left changed nothing, and a record of before is there still: so
  /// the next batch is whole, and must have its digest.
  @Test func behindAnOlderRecordNothingIsMissing() throws {
    for sequence in [5, 6] as [BatchSequence] {
      let matcher = try Self.matcher([3, 5, 6], gone: 0)
      #expect(try matcher.check(digest: Self.digest([]), sequence: 4))
      if sequence == 6 { #expect(try matcher.check(digest: Self.digest([Self.body(5)]), sequence: 5)) }
      #expect(throws: VerificationMismatch.self) {
        try matcher.check(digest: Self.digest([Self.body(9)]), sequence: sequence)
      }
    }
  }

  /// Of the oldest batch that is left there may be a part, behind it all is there.
  @Test func theOldestBatchMayBeAPart() throws {
    let matcher = try Self.matcher([3, 5, 5, 6], gone: 2)
    #expect(try !matcher.check(digest: Self.digest([]), sequence: 4))
    #expect(try !matcher.check(digest: Self.digest([Self.body(5), Self.body(5)]), sequence: 5))
    #expect(throws: VerificationMismatch.self) {
      try matcher.check(digest: Self.digest([Self.body(9)]), sequence: 6)
    }
  }

  /// What has to be reduced again, the same: behind an older record none may be missing.
  @Test func behindAnOlderRecordNoneIsExpired() throws {
    let matcher = try Self.matcher([3], gone: 0)
    #expect(throws: VerificationMismatch.self) { try matcher.expect([[1]], sequence: 4) }
    let later = try Self.matcher([3, 5], gone: 1)
    try later.expect([[1]], sequence: 4)
    #expect(later.compared.expired == 1)
  }
}
