internal import DequeModule
internal import EventLog
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Checks that each value in a lane's partition of `state` is one that its session really had.
///
/// When a value is written depends on the wall clock and on restarts, what is written does not: it is the
/// session's value at the end of some batch, and records are in the order of batches. So each record is taken
/// as soon as it equals its session's value; one that never does stops the reading, and is found at the end.
final class StateMatcher {
  /// Sessions that are gone are remembered up to this number, the latest ones. A tombstone follows after
  /// `checkpointAge`, so that of an older one is no longer looked for.
  static let maxRemembered = 1_000_000

  private let lane: LaneNumber
  private let isWhole: Bool
  private let cursor: PartitionCursor
  private(set) var compared = LaneVerification.Compared()
  private var head: Head?
  private var gone = GoneSessions(limit: StateMatcher.maxRemembered)

  /// The record that comes next, decoded.
  private struct Head {
    var record: StoredRecord
    var id: SessionID
    var revision: Int?
    var bytes: [UInt8]?
    /// The value of its session that comes nearest.
    var nearest: (value: [UInt8], sequence: BatchSequence, distance: Int)?
  }

  /// - Parameter isWhole: whether the values are known from the first batch on. If not, an older value in
  ///   `state` cannot be distinguished from a wrong one: only what a restore would take is compared then.
  init(lane: LaneNumber, isWhole: Bool, cursor: PartitionCursor) {
    self.lane = lane
    self.isWhole = isWhole
    self.cursor = cursor
  }

  /// The offset up to which records were written by the batches that were compared; `nil` if that is not
  /// known.
  func end(isQuiet: Bool) throws -> Int64? {
    if isWhole { return try cursor.peek()?.offset ?? cursor.bounds.end.value }
    return isQuiet ? cursor.bounds.end.value : nil
  }

  /// Notes that a session is gone: it may have a tombstone from now on.
  func forget(_ id: SessionID) { if isWhole { gone.insert(id) } }

  /// Takes the records that hold the sessions' values as they are at the end of a batch.
  func advance(_ held: HeldValues, sequence: BatchSequence) throws {
    guard isWhole else { return }
    while true {
      if head == nil { head = try read(held, sequence) }
      guard let current = head else { return }
      let value = held.bytes(of: current.id)
      guard value == current.bytes, value != nil || gone.contains(current.id) else {
        if let value, let bytes = current.bytes {
          let distance = RecordDifference.distance(value, bytes)
          if current.nearest.map({ distance < $0.distance }) ?? true {
            head?.nearest = (value, sequence, distance)
          }
        }
        return
      }
      if let value, let stored = current.record.value {
        let block = Compression.compress(value)
        if block != stored {
          throw mismatch(
            current, sequence,
            CompressedDifference.text("the value", expected: block, found: stored))
        }
      }
      compared.equal += 1
      head = nil
      cursor.advance()
    }
  }

  /// Ends the comparison. What is left belongs to later batches, unless there are none.
  func finish(sequence: BatchSequence, isQuiet: Bool) throws {
    guard let current = head else { return }
    let nearest = current.nearest
    // A value under a revision that the session had, with other bytes, belongs to no later batch either.
    let isKnown =
      nearest.flatMap { try? StateCodec.decode($0.value).storedRevision }.map { $0 == current.revision }
      ?? false
    guard isQuiet || isKnown else { return }
    guard let bytes = current.bytes else {
      throw mismatch(current, sequence, "a tombstone of a session that did not end then")
    }
    guard let nearest else { throw mismatch(current, sequence, "a value of a session that there never was") }
    let difference = RecordDifference.text("uncompressed, the value", expected: nearest.value, found: bytes)
    throw mismatch(current, nearest.sequence, "a value that the session never had; \(difference)")
  }

  private func read(_ held: HeldValues, _ sequence: BatchSequence) throws -> Head? {
    guard let record = try cursor.peek() else { return nil }
    func damaged(_ difference: String) -> VerificationMismatch {
      VerificationMismatch(
        lane: lane, sequence: sequence, topic: cursor.partition.topic, partition: lane.partition,
        offset: record.offset,
        difference: "\(RecordDifference.name(record.key)): \(difference)")
    }
    guard let key = record.key, let id = SessionID(text: key), record.headers == nil else {
      throw damaged("the key is no session id, or there are headers")
    }
    guard let value = record.value else { return Head(record: record, id: id) }
    do {
      let bytes = try Compression.decompress(value)
      let value = try StateCodec.decode(bytes)
      guard value.id == id, value.id.text.utf8.elementsEqual(key) else {
        throw damaged("the value is that of session \(value.id.text)")
      }
      return Head(record: record, id: id, revision: value.storedRevision, bytes: bytes)
    } catch let error as CodecError {
      let current = held.bytes(of: id).map {
        "; " + RecordDifference.text("the value", expected: Compression.compress($0), found: value)
      }
      throw damaged("the value is damaged: \(error)\(current ?? "")")
    }
  }

  private func mismatch(_ head: Head, _ sequence: BatchSequence, _ difference: String) -> VerificationMismatch
  {
    VerificationMismatch(
      lane: lane, sequence: sequence, topic: cursor.partition.topic, partition: lane.partition,
      offset: head.record.offset, difference: "session \(head.id.text): \(difference)")
  }
}

/// Ids of sessions that ended, the latest ones: a bounded memory.
struct GoneSessions {
  private let limit: Int
  private var ids: Set<SessionID> = []
  private var order: Deque<SessionID> = []
  private var hasForgotten = false

  init(limit: Int) { self.limit = limit }

  mutating func insert(_ id: SessionID) {
    guard ids.insert(id).inserted else { return }
    order.append(id)
    while order.count > limit, let oldest = order.popFirst() {
      hasForgotten = ids.remove(oldest) != nil || hasForgotten
    }
  }

  /// Whether a session ended, or may have and was forgotten. It stays known: whoever came back from a local
  /// file cannot know whether the tombstone was written since, and writes it again.
  func contains(_ id: SessionID) -> Bool { ids.contains(id) || hasForgotten }
}
