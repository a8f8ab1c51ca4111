import EventLog
import Testing

@testable import Processor

/// In which order batches are gathered, reduced and committed: input → actions, without threads or logs.
@Suite struct BatchPipelineTests {
  private typealias Input = BatchPipeline.Input
  private typealias Action = BatchPipeline.Action

  private static let lost = LogError(.abortAndRewind, code: "localStoreDamaged", "")
  private static let behind = LogError(.abortAndRewind, code: "positionBehind", "")
  private static let aborted = LogError(.abortAndRewind, code: "aborted", "")
  private static let busy = LogError(.retry, code: "busy", "")
  private static let unknown = LogError(.commitUnknown, code: "unknown", "")
  private static let fenced = LogError(.ownershipLost, code: "fenced", "")
  private static let broken = LogError(.fatal, code: "broken", "")

  /// Each input once, those with an error or a size in every sort.
  private static let inputs: [Input] =
    [
      .gathered(isFull: true), .gathered(isFull: false), .stopping, .reduced, .reducedInVain, .laneLost(lost),
      .plannedWork, .plannedNothing, .positionBehind(behind), .confirmed,
    ] + [aborted, busy, unknown, fenced, broken].map { .commitFailed($0) }

  /// A place in the machine, how to come there, and what each input does there. All others are illegal.
  private struct Row: CustomTestStringConvertible {
    var name: String
    var path: [Input]
    var answers: [Input: [Action]]
    var testDescription: String { name }

    init(_ name: String, _ path: [Input], _ answers: [Input: [Action]]) {
      self.name = name
      self.path = path
      self.answers = answers
    }
  }

  private static let full = Input.gathered(isFull: true)
  private static let cut = Input.gathered(isFull: false)
  /// Ends of the ways to each place: what is under way there, (r)educing or (c)ommitting.
  private static let toR: [Input] = [full, .plannedWork]
  private static let toC: [Input] = [cut, .plannedWork, .reduced]
  private static let toRC: [Input] = toC + [full, .plannedWork]

  /// What every failure of a commit does, before the turn ends with `rest`.
  private static func failures(_ rest: [Action]) -> [Input: [Action]] {
    [
      .commitFailed(aborted): [.reportRewound(aborted), .readBack] + rest,
      .commitFailed(busy): [.reportRewound(busy), .readBack] + rest,
      .commitFailed(unknown): [.reportRewound(unknown), .initializeProducer, .readBack] + rest,
      .commitFailed(fenced): [.reportRewound(fenced), .leave(fenced)],
      .commitFailed(broken): [.reportRewound(broken), .leave(broken)],
    ]
  }

  private static let rows: [Row] =
    gathering + planning + awaitingReduction + awaitingCommit + [
      Row("finished", [.stopping], [:]), Row("left", toRC + [cut, .reduced, .commitFailed(fenced)], [:]),
    ]

  private static let gathering: [Row] = [
    Row("gathering", [], [full: [.plan], cut: [.plan], .stopping: [.finish]]),
    Row(
      "gathering, reducing", toR,
      [full: [.awaitReduction], cut: [.awaitReduction], .stopping: [.awaitReduction]]),
    Row("gathering, committing", toC, [full: [.plan], cut: [.plan], .stopping: [.awaitCommit]]),
    Row(
      "gathering, reducing and committing", toRC,
      [full: [.awaitReduction], cut: [.awaitReduction], .stopping: [.awaitReduction]]),
  ]

  private static let planning: [Row] = [
    Row(
      "planning a full batch", [full],
      [
        .plannedWork: [.reduce, .gather], .plannedNothing: [.gather],
        .positionBehind(behind): [.reportRewound(behind), .readBack, .gather],
      ]),
    Row(
      "planning a batch that was cut short", [cut],
      [
        .plannedWork: [.reduce, .awaitReduction], .plannedNothing: [.gather],
        .positionBehind(behind): [.reportRewound(behind), .readBack, .gather],
      ]),
    Row(
      "planning a full batch, committing", toC + [full],
      [
        .plannedWork: [.reduce, .gather], .plannedNothing: [.awaitCommit],
        .positionBehind(behind): [.awaitCommit],
      ]),
    Row(
      "planning a batch that was cut short, committing", toC + [cut],
      [
        .plannedWork: [.reduce, .awaitReduction], .plannedNothing: [.awaitCommit],
        .positionBehind(behind): [.awaitCommit],
      ]),
  ]

  private static let awaitingReduction: [Row] = [
    Row(
      "a batch that was cut short is reduced", [cut, .plannedWork],
      [
        .reduced: [.commit, .gather], .reducedInVain: [.gather],
        .laneLost(lost): [.reportRewound(lost), .readBack, .gather],
      ]),
    Row(
      "with the next one at hand", toR + [cut],
      [
        .reduced: [.commit, .plan], .reducedInVain: [.plan],
        .laneLost(lost): [.reportRewound(lost), .readBack, .gather],
      ]),
    Row(
      "before it stops", toR + [.stopping],
      [
        // The transaction that is begun now is seen to its end as well.
        .reduced: [.commit, .awaitCommit], .reducedInVain: [.finish],
        .laneLost(lost): [.reportRewound(lost), .readBack, .finish],
      ]),
    Row(
      "while another commits", toC + [cut, .plannedWork],
      [.reduced: [.awaitCommit], .reducedInVain: [.gather], .laneLost(lost): [.awaitCommit]]),
    Row(
      "while another commits, with the next one at hand", toRC + [full],
      [.reduced: [.awaitCommit], .reducedInVain: [.plan], .laneLost(lost): [.awaitCommit]]),
    Row(
      "while another commits, before it stops", toRC + [.stopping],
      [.reduced: [.awaitCommit], .reducedInVain: [.awaitCommit], .laneLost(lost): [.awaitCommit]]),
  ]

  private static let awaitingCommit: [Row] = [
    Row(
      "reduced: the commit before it", toC + [cut, .plannedWork, .reduced],
      failures([.gather]).merging([.confirmed: [.commit, .gather]]) { $1 }),
    Row(
      "reduced: the commit before it, with the next batch at hand", toRC + [cut, .reduced],
      // What was gathered is read again after a failure.
      failures([.gather]).merging([.confirmed: [.commit, .plan]]) { $1 }),
    Row(
      "reduced: the commit before it, before it stops", toRC + [.stopping, .reduced],
      failures([.finish]).merging([.confirmed: [.commit, .awaitCommit]]) { $1 }),
    Row(
      "a lane is lost: the commit before it", toRC + [cut, .laneLost(lost)],
      failures([.gather]).merging([.confirmed: [.reportRewound(lost), .readBack, .gather]]) { $1 }),
    Row(
      "a lane is lost before it stops: the commit before it", toRC + [.stopping, .laneLost(lost)],
      failures([.finish]).merging([.confirmed: [.reportRewound(lost), .readBack, .finish]]) { $1 }),
    Row(
      "nothing to reduce: the commit before it", toC + [cut, .plannedNothing],
      failures([.gather]).merging([.confirmed: [.gather]]) { $1 }),
    Row(
      "the log went back: the commit before it", toC + [cut, .positionBehind(behind)],
      failures([.gather]).merging([.confirmed: [.reportRewound(behind), .readBack, .gather]]) { $1 }),
    Row(
      "the last commit", toC + [.stopping],
      failures([.finish]).merging([.confirmed: [.finish]]) { $1 }),
  ]

  @Test(arguments: rows.indices) func everyInputInEveryState(row: Int) {
    let row = BatchPipelineTests.rows[row]
    for input in BatchPipelineTests.inputs {
      var pipeline = BatchPipeline()
      for step in row.path { #expect(pipeline.transition(step) != nil, "\(row.name): \(step) leads nowhere") }
      let before = pipeline
      let actions = pipeline.transition(input)
      #expect(actions == row.answers[input], "\(row.name): \(input)")
      if actions == nil {
        #expect(
          pipeline.state == before.state && pipeline.isReducing == before.isReducing
            && pipeline.isCommitting == before.isCommitting, "\(row.name): an illegal input changes nothing")
      }
    }
  }

  /// A place that inputs lead to.
  private struct Place: Hashable {
    var state: BatchPipeline.State
    var isReducing: Bool
    var isCommitting: Bool

    init(_ pipeline: BatchPipeline) {
      state = pipeline.state
      isReducing = pipeline.isReducing
      isCommitting = pipeline.isCommitting
    }

    /// Without what does not matter to what comes next: which error, how full.
    var kind: String {
      "\(state)".prefix { $0 != "(" } + " \(isReducing) \(isCommitting)"
    }
  }

  /// Goes every way that there is, and looks at what is asked for on it.
  @Test func atMostOneBatchIsReducedAndOneCommitted() {
    var seen: Set<Place> = [Place(BatchPipeline())]
    var open = [BatchPipeline()]
    while let pipeline = open.popLast() {
      for input in BatchPipelineTests.inputs {
        var next = pipeline
        guard let actions = next.transition(input) else { continue }
        var (isReducing, isCommitting) = (pipeline.isReducing, pipeline.isCommitting)
        switch input {
        case .reduced, .reducedInVain, .laneLost: isReducing = false
        case .confirmed, .commitFailed: isCommitting = false
        default: break
        }
        for action in actions {
          switch action {
          case .reduce:
            #expect(!isReducing)
            isReducing = true
          case .commit:
            #expect(!isCommitting)
            isCommitting = true
          case .awaitReduction: #expect(isReducing)
          case .awaitCommit: #expect(isCommitting)
          case .readBack: #expect(!isReducing && !isCommitting, "read back under somebody's feet")
          case .finish: #expect(!isReducing && !isCommitting, "left behind")
          case .gather, .plan, .reportRewound, .initializeProducer, .leave: break
          }
        }
        #expect(next.isReducing == isReducing && next.isCommitting == isCommitting)
        if seen.insert(Place(next)).inserted { open.append(next) }
      }
    }
    let listed = BatchPipelineTests.rows.map { row in
      var pipeline = BatchPipeline()
      for step in row.path { _ = pipeline.transition(step) }
      return Place(pipeline).kind
    }
    #expect(Set(listed) == Set(seen.map(\.kind)), "the table leaves out a place")
  }
}
