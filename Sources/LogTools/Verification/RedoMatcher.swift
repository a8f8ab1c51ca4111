internal import EventLog
internal import JourneyModel
internal import Processor
internal import WireFormat

/// Compares a lane's redo records with what was re-reduced, or with the journal's digest where nothing can
/// be.
final class RedoMatcher {
  private let lane: LaneNumber
  private let cursor: PartitionCursor
  private(set) var compared = LaneVerification.Compared()
  /// Whether a record of an expected batch was found, or one of before: from then on none may be missing.
  private var isAligned = false

  /// - Parameter isWhole: whether the first sequence that is looked at is the lane's first.
  init(lane: LaneNumber, isWhole: Bool, cursor: PartitionCursor) {
    self.lane = lane
    self.cursor = cursor
    isAligned = isWhole && cursor.bounds.earliest.value == 0
  }

  /// Takes a batch's redo records as re-reduced, which may be none.
  func expect(_ records: [[UInt8]], sequence: BatchSequence) throws {
    let found = try collect(sequence)
    // Retention removes from the front, if need be in the middle of a batch.
    let expired = isAligned ? 0 : max(records.count - found.count, 0)
    compared.expired += expired
    if !found.isEmpty { isAligned = true }
    for (index, expected) in records[expired...].enumerated() {
      guard index < found.count else {
        let next = try cursor.peek()
        let rest =
          next.map { ", there is \((try? RedoMatcher.head($0.value))?.name ?? "a damaged one")" } ?? ""
        throw mismatch(
          sequence, next?.offset, "redo record \(expired + index + 1) of \(records.count) is missing\(rest)")
      }
      try compare(expected, found[index], sequence)
    }
    if found.count > records.count {
      throw mismatch(
        sequence, found[records.count].offset,
        "a redo record that nothing gave: \(found.count) of \(records.count)")
    }
  }

  /// Compares a batch that cannot be re-reduced with the journal's digest of its changes.
  ///
  /// - Returns: whether its records are still there.
  func check(digest: String, sequence: BatchSequence) throws -> Bool {
    let found = try collect(sequence)
    var sum = Digest()
    for record in found {
      guard let value = record.value, let head = try? RedoMatcher.head(value),
        let part = try? Compression.decompress(Array(value[head.bytes...]))
      else { throw mismatch(sequence, record.offset, "the record cannot be decompressed") }
      sum.append(part)
    }
    if sum.text == digest {
      if !found.isEmpty {
        isAligned = true
        compared.equal += found.count
      }
      return isAligned
    }
    guard isAligned else {
      // What is left of a batch whose beginning retention removed, or nothing.
      if !found.isEmpty { isAligned = true }
      return false
    }
    throw mismatch(
      sequence, try found.first?.offset ?? cursor.peek()?.offset,
      "the digest of the \(found.count) redo records is \(sum.text), the journal says \(digest)")
  }

  /// Ends the comparison.
  func finish(sequence: BatchSequence, isQuiet: Bool) throws {
    guard isQuiet, let record = try cursor.peek() else { return }
    let name = (try? RedoMatcher.head(record.value))?.name ?? "a damaged redo record"
    throw mismatch(sequence, record.offset, "\(name), which nothing gave")
  }

  /// All records of a sequence. Older ones before the first are passed over: they belong to no batch that is
  /// looked at. Where there are such, retention has taken nothing of what comes behind them.
  private func collect(_ sequence: BatchSequence) throws -> [StoredRecord] {
    var found: [StoredRecord] = []
    var hasOlder = false
    defer { isAligned = isAligned || hasOlder }
    while let record = try cursor.peek() {
      let head: Head
      do {
        head = try RedoMatcher.head(record.value)
      } catch {
        throw mismatch(sequence, record.offset, "the redo record is damaged: \(error)")
      }
      if head.sequence > sequence { break }
      if head.sequence < sequence {
        guard !isAligned, found.isEmpty else {
          throw mismatch(sequence, record.offset, "\(head.name), expected sequence \(sequence)")
        }
        hasOlder = true
      } else {
        found.append(record)
      }
      cursor.advance()
    }
    return found
  }

  private func compare(_ expected: [UInt8], _ found: StoredRecord, _ sequence: BatchSequence) throws {
    guard found.key == nil, found.headers == nil, let value = found.value else {
      throw mismatch(sequence, found.offset, "a redo record has no key, no headers and a value")
    }
    if value == expected {
      compared.equal += 1
      return
    }
    throw mismatch(
      sequence, found.offset,
      CompressedDifference.text("the changes", expected: expected, found: value, from: RedoMatcher.bodyStart))
  }

  private static func bodyStart(_ value: [UInt8]) -> Int? { try? head(value).bytes }

  private struct Head {
    var sequence: BatchSequence
    var bytes: Int
    var name: String { "a redo record of sequence \(sequence)" }
  }

  private static func head(_ value: [UInt8]?) throws(CodecError) -> Head {
    guard let value else { throw CodecError("it has no value") }
    var reader = BinaryReader(value)
    let version = try reader.byte()
    guard version == RedoForm.version else { throw CodecError("its version is \(version)") }
    return Head(sequence: BatchSequence(try reader.number()), bytes: reader.at)
  }

  private func mismatch(_ sequence: BatchSequence, _ offset: Int64?, _ difference: String)
    -> VerificationMismatch
  {
    VerificationMismatch(
      lane: lane, sequence: sequence, topic: cursor.partition.topic, partition: cursor.partition.partition,
      offset: offset, difference: difference)
  }
}

/// Where two compressed values differ: in what they hold, or only in their compressed form.
enum CompressedDifference {
  static func text(
    _ name: String, expected: [UInt8], found: [UInt8], from start: ([UInt8]) -> Int? = { _ in 0 }
  ) -> String {
    let raw = RecordDifference.text("the value", expected: expected, found: found)
    guard let from = start(found), let other = start(expected), from == other,
      expected[..<from] == found[..<from], let right = try? Compression.decompress(Array(expected[other...]))
    else { return raw }
    guard let left = try? Compression.decompress(Array(found[from...])) else {
      return "\(raw); it does not decompress"
    }
    if left == right {
      return "\(raw); it decompresses to the same bytes, so it was damaged, or written with another LZ4"
    }
    return "\(raw); uncompressed, " + RecordDifference.text(name, expected: right, found: left)
  }
}
