import Foundation
import JourneyModel
import Synchronization
import Testing

@testable import Gateway

/// Questions that take long: one at a time, bounded, shared, taken back.
@Suite(.timeLimit(.minutes(1))) struct JobBoardTests {
  private static let subject = JobSubject.comparison(kind: "segment", definition: "s")
  private static let now = EventTime(milliseconds: 1_767_600_000_000)

  /// Holds work until it is let go.
  private final class Gate: Sendable {
    private let isOpen = Atomic(false)
    let begun = Atomic(0)

    func open() { isOpen.store(true, ordering: .releasing) }

    func work(_ answer: String) -> Job.Work {
      { [self] checkpoint in
        begun.add(1, ordering: .relaxed)
        while !isOpen.load(ordering: .acquiring) {
          try checkpoint()
          Thread.sleep(forTimeInterval: 0.001)
        }
        return Array(answer.utf8)
      }
    }
  }

  private func board(_ change: (inout JobLimits) -> Void = { _ in }) -> JobBoard {
    var limits = JobLimits()
    change(&limits)
    return JobBoard(limits)
  }

  private func ask(_ board: JobBoard, key: String? = nil, _ work: @escaping Job.Work) -> Job? {
    board.submit(JobBoardTests.subject, key: key, at: JobBoardTests.now, work: work)
  }

  /// What became of a job, once that is settled.
  private func end(_ id: String, _ board: JobBoard) async throws -> Job.State {
    while true {
      let (job, _) = try #require(board.job(id))
      if job.state.isOver { return job.state }
      try await Task.sleep(for: .milliseconds(1))
    }
  }

  private func begun(_ gate: Gate, _ count: Int) async throws {
    while gate.begun.load(ordering: .relaxed) < count { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test func oneAfterTheOtherInOrder() async throws {
    let (board, gate) = (board(), Gate())
    let ids = try (0..<4).map { try #require(ask(board, gate.work("\($0)"))).id }
    try await begun(gate, 1)
    #expect(board.job(ids[0])?.job.state.name == "running")
    #expect(ids.dropFirst().map { board.job($0)?.before } == [1, 2, 3])
    #expect(gate.begun.load(ordering: .relaxed) == 1)
    gate.open()
    for (number, id) in ids.enumerated() {
      guard case .done(let answer) = try await end(id, board) else {
        Issue.record("not done")
        return
      }
      #expect(answer == Array("\(number)".utf8))
    }
  }

  @Test func soManyWaitAndNoMore() async throws {
    let (board, gate) = (board { $0.maxQueued = 2 }, Gate())
    let first = try #require(ask(board, gate.work("")))
    try await begun(gate, 1)
    let second = try #require(ask(board, gate.work("")))
    #expect(ask(board, gate.work("")) != nil)
    #expect(ask(board, gate.work("")) == nil)
    // Who goes makes room.
    board.leave(second.id)
    #expect(board.job(second.id)?.job.state.name == "cancelled")
    #expect(ask(board, gate.work("")) != nil)
    gate.open()
    _ = try await end(first.id, board)
  }

  @Test func theSameQuestionIsAskedOnce() async throws {
    let (board, gate) = (board(), Gate())
    let first = try #require(ask(board, key: "k", gate.work("a")))
    let second = try #require(ask(board, key: "k", gate.work("b")))
    let other = try #require(ask(board, key: "l", gate.work("c")))
    #expect(second.id == first.id && other.id != first.id)
    // One of two goes: the other one still waits.
    board.leave(first.id)
    #expect(board.job(first.id)?.job.state.isOver == false)
    gate.open()
    _ = try await end(other.id, board)
    #expect(ask(board, key: "k", gate.work("d"))?.id == first.id)
    #expect(gate.begun.load(ordering: .relaxed) == 2)
  }

  @Test func whatNobodyWaitsForEnds() async throws {
    let (board, gate) = (board(), Gate())
    let job = try #require(ask(board, key: "k", gate.work("a")))
    try await begun(gate, 1)
    board.leave(job.id)
    #expect(board.job(job.id)?.job.state.name == "cancelled")
    // The next one begins though nobody has opened the gate for the first.
    let next = try #require(ask(board, key: "k", gate.work("b")))
    #expect(next.id != job.id)
    try await begun(gate, 2)
    gate.open()
    #expect(try await end(next.id, board).name == "done")
  }

  @Test func whatTakesTooLongFailsAndIsAskedAnew() async throws {
    let (board, gate) = (board { $0.timeLimit = .milliseconds(20) }, Gate())
    let job = try #require(ask(board, key: "k", gate.work("")))
    guard case .failed(let failure) = try await end(job.id, board) else {
      Issue.record("not failed")
      return
    }
    #expect(failure.code == "timeLimit")
    gate.open()
    let again = try #require(ask(board, key: "k", gate.work("")))
    #expect(again.id != job.id)
    #expect(try await end(again.id, board).name == "done")
  }

  @Test func failuresSayWhy() async throws {
    struct Broken: Error {}
    let board = board()
    let known = try #require(ask(board) { _ in throw InquiryFailure("notFound", "no") })
    let unknown = try #require(ask(board) { _ in throw Broken() })
    guard case .failed(let first) = try await end(known.id, board),
      case .failed(let second) = try await end(unknown.id, board)
    else {
      Issue.record("not failed")
      return
    }
    #expect(first == InquiryFailure("notFound", "no"))
    #expect(second.code == "unreadable" && second.message.contains("Broken"))
  }

  @Test(arguments: [(2, 10), (10, 4)]) func answersAreKeptWithinBounds(count: Int, bytes: Int) async throws {
    let board = board {
      $0.maxKept = count
      $0.maxKeptBytes = bytes
    }
    var ids: [String] = []
    for _ in 0..<3 {
      let job = try #require(ask(board) { _ in [1, 2] })
      ids.append(job.id)
      while let (job, _) = board.job(job.id), !job.state.isOver { await Task.yield() }
    }
    #expect(ids.map { board.job($0) != nil } == [false, true, true])
  }

  @Test func oldAnswersGo() async throws {
    let board = board { $0.keptFor = .zero }
    let job = try #require(ask(board) { _ in [] })
    while board.job(job.id) != nil { await Task.yield() }
  }

  @Test func whatStopsTakesNothingMore() async throws {
    let (board, gate) = (board(), Gate())
    let jobs = try (0..<2).map { _ in try #require(ask(board, gate.work(""))) }
    board.stop()
    for job in jobs { #expect(try await end(job.id, board).name == "cancelled") }
    #expect(ask(board, gate.work("")) == nil)
  }
}
