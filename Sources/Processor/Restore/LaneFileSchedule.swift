internal import JourneyModel
internal import LaneStorage
internal import ProcessRuntime
internal import Sessionizer
internal import WireFormat

/// A lane file that has been written up to a batch and may be seen once that batch has committed; or why
/// there is none.
enum LaneFileOutcome: Sendable {
  case ready(any LaneFileDraft, sequence: BatchSequence, sessions: Int)
  case failed(String)
}

/// Decides when a lane writes its file, and writes a slice of it with each batch: the lane is never held up
/// for long.
final class LaneFileSchedule {
  /// Bytes of sessions written with one batch; a few milliseconds' work.
  static let sliceBytes = 2 << 20

  private let files: any LaneFiles
  private let identity: LaneFileIdentity
  /// `nil`: only on request.
  private let interval: EventTime.Span?
  /// The journal record of the newest batch.
  private var newest: JournalRecord?
  /// The batch that the newest file ends with.
  private var written: BatchSequence?
  private var dueAt: EventTime?
  private var builder: LaneFileBuilder?

  init(_ files: any LaneFiles, identity: LaneFileIdentity, interval: Duration?, newest: JournalRecord?) {
    self.files = files
    self.identity = identity
    self.interval = interval.map { EventTime.Span(milliseconds: $0.milliseconds) }
    self.newest = newest
  }

  /// Notes a batch and goes on writing.
  func reduced(_ machine: LaneMachine, _ journal: JournalRecord) -> LaneFileOutcome? {
    precondition(
      newest.map { $0.sequence < journal.sequence } ?? true, "batch \(journal.sequence) comes a second time")
    newest = journal
    guard let interval else { return nil }
    guard let dueAt else {
      // Lanes take turns.
      let turn =
        interval.milliseconds * Int64(identity.lane.value % identity.partitions) / Int64(identity.partitions)
      self.dueAt = journal.takenAt + EventTime.Span(milliseconds: interval.milliseconds - turn)
      return nil
    }
    if builder == nil {
      guard journal.takenAt >= dueAt else { return nil }
      self.dueAt = journal.takenAt + interval
    }
    return attempt(machine) {
      let builder = try builder ?? start(machine, journal)
      self.builder = builder
      guard try builder.advance(machine, bytes: LaneFileSchedule.sliceBytes) else { return nil }
      return try finish(builder, machine, journal)
    }
  }

  /// Writes a whole file now; nothing if there is one of the newest batch.
  func writeNow(_ machine: LaneMachine) -> LaneFileOutcome? {
    guard let newest, written != newest.sequence else { return nil }
    return attempt(machine) { try finish(try builder ?? start(machine, newest), machine, newest) }
  }

  private func start(_ machine: LaneMachine, _ journal: JournalRecord) throws -> LaneFileBuilder {
    LaneFileBuilder(machine, base: journal, identity: identity, draft: try files.create(identity.lane))
  }

  private func finish(
    _ builder: LaneFileBuilder, _ machine: LaneMachine, _ journal: JournalRecord
  ) throws -> LaneFileOutcome {
    let sessions = try builder.finish(machine, end: journal)
    self.builder = nil
    written = journal.sequence
    return .ready(builder.draft, sequence: journal.sequence, sessions: sessions)
  }

  private func attempt(_ machine: LaneMachine, _ body: () throws -> LaneFileOutcome?) -> LaneFileOutcome? {
    do {
      return try body()
    } catch {
      builder?.draft.discard()
      builder = nil
      machine.observer = nil
      return .failed("\(error)")
    }
  }
}
