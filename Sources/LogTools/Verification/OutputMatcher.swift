internal import EventLog
internal import JourneyModel
internal import Processor
internal import WireFormat

/// Compares what a lane is expected to have written to one partition with what is there, in order of commit.
///
/// Which record belongs to which batch is not stored: the order of commits is the order in the partition. In
/// a compacted topic records may be missing whose key has a newer one; in any topic retention may have
/// removed the oldest.
final class OutputMatcher {
  /// A record as re-reduced.
  struct Expected {
    var content: RecordContent
    var sequence: BatchSequence
  }

  /// Who wrote a record.
  enum Ownership { case thisLane, anotherLane, unknown }

  /// The first record of a stretch is searched for with so many expected records at hand.
  static let searchWindow = 4_096

  private let lane: LaneNumber
  private let isCompacted: Bool
  /// Whether other lanes write keys of this one's to the partition.
  private let isShared: Bool
  private let cursor: PartitionCursor
  /// Who wrote a record of the partition: `routed` is written to by all lanes.
  private let owner: (StoredRecord) -> Ownership
  private(set) var compared = LaneVerification.Compared()
  private var isAligned: Bool
  private var window: [Expected] = []
  /// By key: the newest expected record that was not found, until a newer one of its key is.
  private var missing: [[UInt8]: (sequence: BatchSequence, digest: UInt64)] = [:]

  /// - Parameter isWhole: whether the first expected record is the lane's first ever.
  init(
    lane: LaneNumber, isCompacted: Bool, isShared: Bool = false, isWhole: Bool, cursor: PartitionCursor,
    owner: @escaping (StoredRecord) -> Ownership = { _ in .thisLane }
  ) {
    self.lane = lane
    self.isCompacted = isCompacted
    self.isShared = isShared
    self.cursor = cursor
    self.owner = owner
    isAligned = isWhole && (isCompacted || cursor.bounds.earliest.value == 0)
  }

  /// Takes the next record that was re-reduced.
  func expect(_ content: RecordContent, sequence: BatchSequence) throws {
    let expected = Expected(content: content, sequence: sequence)
    if isAligned { return try match(expected) }
    window.append(expected)
    if window.count >= OutputMatcher.searchWindow { try align(isLast: false, isQuiet: false) }
  }

  /// Ends the comparison.
  ///
  /// - Parameters:
  ///   - isQuiet: whether nothing was committed after the last expected record.
  ///   - end: the end of the partition now, for keys whose newest record came after the captured one.
  func finish(sequence: BatchSequence, isQuiet: Bool, reader: any PartitionReader, patience: Duration) throws
  {
    if !isAligned { try align(isLast: true, isQuiet: isQuiet) }
    if isQuiet, isAligned, let record = try next(skipsUnknown: true) {
      throw mismatch(
        sequence, record.offset, "a record that nothing gave: \(RecordDifference.name(record.key))")
    }
    if !missing.isEmpty { try account(reader, patience) }
  }

  /// The next record that is this lane's or may be. One that nobody can be named for is missed by the lane
  /// that wrote it.
  private func next(skipsUnknown: Bool = false) throws -> StoredRecord? {
    while let record = try cursor.peek() {
      switch owner(record) {
      case .thisLane: return record
      case .unknown where !skipsUnknown: return record
      case .unknown, .anotherLane: cursor.advance()
      }
    }
    return nil
  }

  private func match(_ expected: Expected) throws {
    var found = try next()
    while let record = found, owner(record) == .unknown,
      !OutputMatcher.isSame(record.content, expected.content)
    {
      cursor.advance()
      found = try next()
    }
    if let found {
      let content = found.content
      if content == expected.content {
        cursor.advance()
        compared.equal += 1
        if isCompacted, let key = content.key { missing[key] = nil }
        return
      }
      if OutputMatcher.isSame(content, expected.content) { throw differs(expected, found) }
    }
    guard isCompacted else { throw absent(expected, found) }
    skip(expected)
  }

  private func skip(_ expected: Expected) {
    compared.compacted += 1
    if let key = expected.content.key {
      // What takes a key back is itself removed in time, and nothing of the key is left.
      guard expected.content.value != nil else {
        missing[key] = nil
        return
      }
      missing[key] = (expected.sequence, OutputMatcher.digest(expected.content))
    }
  }

  /// Whether two records are one, of which a part was changed. What takes a key back has no value that could
  /// tell it from another that does: a batch may take one back twice, and compaction leaves the last.
  private static func isSame(_ left: RecordContent, _ right: RecordContent) -> Bool {
    var equal = 0
    if left.key == right.key { equal += 1 }
    if left.value == right.value, left.value != nil { equal += 1 }
    if left.headers == right.headers { equal += 1 }
    return equal >= 2
  }

  // MARK: Where to begin

  /// Finds the first expected record that is there, and begins the comparison there.
  ///
  /// Headers identify: `ce_id` or the origin is in them. A record that agrees in key and value alone is the
  /// expected one with damaged headers, unless a later record turns out to be the whole one. Something may
  /// have been told twice in the same bytes: of records that could be the first expected one, it is the first
  /// from which on all others are there; if there is none, the first, where the comparison then says why.
  private func align(isLast: Bool, isQuiet: Bool) throws {
    guard !window.isEmpty else { return }
    var byHeaders: [[UInt8]: Int] = [:]
    var byValue: [[UInt8]: Int] = [:]
    for (index, expected) in window.enumerated().reversed() {
      if let headers = expected.content.headers { byHeaders[headers] = index }
      if let value = expected.content.value { byValue[value] = index }
    }
    cursor.seek(to: cursor.bounds.earliest.value)
    var skipped = 0
    var candidate: (index: Int, record: StoredRecord)?
    var first: Beginning?
    while let record = try next() {
      var found = record.headers.flatMap { byHeaders[$0] }
      // What has no headers is known by its value, and is whole if that is.
      if record.headers == nil, let value = record.value, let index = byValue[value],
        window[index].content == record.content
      {
        found = index
      }
      if let found, first.map({ $0.index == found }) ?? true {
        let beginning = Beginning(index: found, record: record, skipped: skipped, candidate: candidate)
        let isIt = try fits(from: found, isLast: isLast, isQuiet: isQuiet)
        cursor.seek(to: record.offset)
        if isIt { return try begin(beginning) }
        if first == nil { first = beginning }
        // What was fetched is gone with the seek; only what is shown can be gone past.
        _ = try cursor.peek()
      }
      if found == nil, candidate == nil, let value = record.value, let index = byValue[value],
        window[index].content.key == record.key
      {
        candidate = (index, record)
      }
      if owner(record) == .thisLane { skipped += 1 }
      cursor.advance()
    }
    if let first {
      cursor.seek(to: first.record.offset)
      return try begin(first)
    }
    if let candidate { throw differs(window[candidate.index], candidate.record) }
    if isCompacted {
      for expected in window { skip(expected) }
    } else if cursor.bounds.earliest.value > 0 {
      compared.expired += window.count
    } else {
      throw absent(window[0], nil)
    }
    window = []
  }

  /// Whether what is expected from an index of the window on is what comes from the cursor on.
  private func fits(from index: Int, isLast: Bool, isQuiet: Bool) throws -> Bool {
    var matched = 0
    for expected in window[index...] {
      var found = try next()
      while let record = found, owner(record) == .unknown,
        !OutputMatcher.isSame(record.content, expected.content)
      {
        cursor.advance()
        found = try next()
      }
      if let found, found.content == expected.content {
        cursor.advance()
        matched += 1
      } else if !isCompacted {
        return false
      }
    }
    if isLast { return try !isQuiet || next(skipsUnknown: true) == nil }
    // In a compacted topic a wrong beginning shows by what comes next and is never met.
    return try matched > 1 || next() == nil
  }

  /// A record at which the comparison may begin.
  private struct Beginning {
    /// In the window.
    var index: Int
    var record: StoredRecord
    /// How many of the lane's records are before it.
    var skipped: Int
    /// One before it that agrees in key and value.
    var candidate: (index: Int, record: StoredRecord)?
  }

  private func begin(_ beginning: Beginning) throws {
    let index = beginning.index
    if let candidate = beginning.candidate, candidate.index < index {
      throw differs(window[candidate.index], candidate.record)
    }
    if isCompacted {
      for expected in window[..<index] { skip(expected) }
    } else if index > 0 {
      // Something older is still there, so it was not retention that removed these.
      if beginning.skipped > 0 || cursor.bounds.earliest.value == 0 {
        throw absent(window[0], beginning.record)
      }
      compared.expired += index
    }
    isAligned = true
    let rest = window[index...]
    window = []
    for expected in rest { try match(expected) }
  }

  // MARK: What is missing

  /// Expected records that were not found must have been replaced by newer ones of their key, if only after
  /// the end.
  private func account(_ reader: any PartitionReader, _ patience: Duration) throws {
    let verifiedEnd = try next()?.offset ?? cursor.bounds.end.value
    guard let now = try reader.bounds([cursor.partition])[cursor.partition] else { return }
    let all = PartitionCursor(cursor.partition, now, reader: reader, patience: patience)
    var held: Set<[UInt8]> = []
    while let record = try all.peek() {
      all.advance()
      if isShared, let key = record.key { held.insert(key) }
      guard let key = record.key, let known = missing[key] else { continue }
      // What another lane wrote of the key is left in the place of ours, so it is newer.
      if record.offset >= verifiedEnd || owner(record) == .anotherLane
        || OutputMatcher.digest(record.content) == known.digest
      {
        missing[key] = nil
      }
    }
    // Another lane may have taken the key back, and that is gone as well.
    if isShared { missing = missing.filter { held.contains($0.key) } }
    // The smallest, as a dictionary has no order of its own.
    let first = missing.min {
      $0.value.sequence == $1.value.sequence
        ? $0.key.lexicographicallyPrecedes($1.key) : $0.value.sequence < $1.value.sequence
    }
    if let first {
      throw mismatch(
        first.value.sequence, try next()?.offset,
        "the newest record of \(RecordDifference.name(first.key)) is missing")
    }
  }

  private static func digest(_ content: RecordContent) -> UInt64 {
    var digest = Digest()
    for part in [content.key, content.value, content.headers] {
      digest.append(Int64(part?.count ?? -1))
      if let part { digest.append(part) }
    }
    return digest.value
  }

  // MARK: Findings

  private func differs(_ expected: Expected, _ found: StoredRecord) -> VerificationMismatch {
    let difference =
      RecordDifference.text(expected: expected.content, found: found.content) ?? "the record differs"
    return mismatch(
      expected.sequence, found.offset, "\(RecordDifference.name(expected.content.key)): \(difference)")
  }

  private func absent(_ expected: Expected, _ found: StoredRecord?) -> VerificationMismatch {
    let name = RecordDifference.name(expected.content.key)
    guard let found else { return mismatch(expected.sequence, nil, "the record of \(name) is missing") }
    let difference = RecordDifference.text(expected: expected.content, found: found.content) ?? ""
    return mismatch(
      expected.sequence, found.offset,
      "the record of \(name) is missing, there is one of \(RecordDifference.name(found.key)): \(difference)")
  }

  private func mismatch(_ sequence: BatchSequence, _ offset: Int64?, _ difference: String)
    -> VerificationMismatch
  {
    VerificationMismatch(
      lane: lane, sequence: sequence, topic: cursor.partition.topic, partition: cursor.partition.partition,
      offset: offset, difference: difference)
  }
}
