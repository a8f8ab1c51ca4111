internal import EventLog

/// In which order a worker takes batches, has them reduced and commits them: while one is gathered, the lanes reduce the one before, and
/// the one before that commits.
///
/// It says what to do; the worker does it and says what came of it. A turn begins and ends with `gathering`:
///
///                      gathered, stopping
///         gathering ───────────────────────┬──────────────────────┐
///          ▲  ▲  ▲                         │ reducing             │ not reducing
///          │  │  │                         ▼                      │
///          │  │  │ reduced,      awaitingReduction ──┐            │
///          │  │  │ in vain;             │     ▲      │ in vain    │
///          │  │  │ lane lost            │     │      ▼            ▼
///          │  │  └──────────────────────┤     │      planning ◀───┘
///          │  │ confirmed, failed       ▼     │       │  │
///          │  └────────────────  awaitingCommit        │  │ work
///          │                            ▲     │        │  │
///          │                 committing └─────┼────────┘  ├─ batch full ──▶ gathering
///          └───── nothing to reduce, not committing       └─ not full ───▶ awaitingReduction
///
/// `awaitingCommit` remembers what it waits for: the turn that goes on, with the commit of what was reduced or with reading the lanes back.
/// `stopping` goes the same way without planning, and ends in `finished` once nothing is under way.
struct BatchPipeline {
  /// Where the turn goes on when nothing has to be waited for any more.
  enum Turn: Hashable {
    /// With what was gathered.
    case plan(isFull: Bool)
    /// It is over.
    case end
    /// There is no other.
    case stop
  }

  /// What a transaction under way has to make room for.
  enum AfterCommit: Hashable {
    /// The commit of what the lanes have written.
    case commit(Turn)
    /// Reading the lanes back, for this reason.
    case readBack(LogError, Turn)
    /// Nothing: it is only seen to its end.
    case nothing(Turn)
  }

  /// What the worker is doing. Whether lanes reduce and a transaction is under way beside it is in `isReducing` and `isCommitting`.
  enum State: Hashable {
    case gathering
    case awaitingReduction(Turn)
    case awaitingCommit(AfterCommit)
    case planning(isFull: Bool)
    case finished
  }

  /// What came of the last action.
  enum Input: Hashable {
    /// A batch was taken; one that is not full was cut short by the interval.
    case gathered(isFull: Bool)
    /// Nothing more is to be taken.
    case stopping
    /// The lanes have reduced their batch.
    case reduced
    /// They have reduced it for an assignment that is over: its owner, whoever that is now, reads the input again.
    case reducedInVain
    /// A lane has lost what it kept locally.
    case laneLost(LogError)
    /// There is work for the lanes in what was gathered.
    case plannedWork
    /// There is none.
    case plannedNothing
    /// The log handed over records from before a lane's position.
    case positionBehind(LogError)
    /// The transaction has committed.
    case confirmed
    /// It has not.
    case commitFailed(LogError)
  }

  /// What to do next. Of several the last one gives the next input.
  enum Action: Hashable {
    case gather
    case awaitReduction
    case awaitCommit
    /// Look for new definitions, then sort what was gathered to the lanes.
    case plan
    /// Have the lanes reduce what was planned.
    case reduce
    /// Begin a transaction with what was reduced.
    case commit
    /// Say that the lanes go back.
    case reportRewound(LogError)
    /// Fence the transaction whose end is not known.
    case initializeProducer
    /// Take input and state back together to what is committed.
    case readBack
    /// This membership is over.
    case leave(LogError)
    /// All that was taken is committed.
    case finish
  }

  private(set) var state = State.gathering
  /// Whether the lanes are reducing a batch.
  private(set) var isReducing = false
  /// Whether a transaction is under way.
  private(set) var isCommitting = false

  /// What a worker does that has just become a member.
  static let first: [Action] = [.gather]

  /// Takes in what came of the last action.
  mutating func handle(_ input: Input) -> [Action] {
    guard let actions = transition(input) else {
      preconditionFailure("\(input) while \(state), reducing: \(isReducing), committing: \(isCommitting)")
    }
    return actions
  }

  /// As `handle`; `nil`, and nothing has changed, for an input that no action of this state gives.
  mutating func transition(_ input: Input) -> [Action]? {
    switch (state, input) {
    case (.gathering, .gathered(let isFull)): return handOver(.plan(isFull: isFull))
    case (.gathering, .stopping): return handOver(.stop)
    case (.awaitingReduction(let turn), .reduced):
      isReducing = false
      return afterCommit(.commit(turn))
    case (.awaitingReduction(let turn), .reducedInVain):
      isReducing = false
      return goOn(turn)
    case (.awaitingReduction(let turn), .laneLost(let error)):
      isReducing = false
      // The batch before may still commit; then everything comes back from the log.
      return afterCommit(.readBack(error, turn))
    case (.planning(let isFull), .plannedWork):
      isReducing = true
      // With little to do, what counts is how soon a change can be read.
      return [.reduce] + (isFull ? end(.end) : handOver(.end))
    case (.planning, .plannedNothing): return afterCommit(.nothing(.end))
    case (.planning, .positionBehind(let error)): return afterCommit(.readBack(error, .end))
    case (.awaitingCommit(let next), .confirmed):
      isCommitting = false
      return afterCommit(next)
    case (.awaitingCommit(let next), .commitFailed(let error)):
      isCommitting = false
      return failed(error, next)
    default: return nil
    }
  }

  /// Waits for the lanes first, if they are reducing.
  private mutating func handOver(_ turn: Turn) -> [Action] {
    guard isReducing else { return goOn(turn) }
    state = .awaitingReduction(turn)
    return [.awaitReduction]
  }

  /// Waits for the transaction under way first, if there is one.
  private mutating func afterCommit(_ next: AfterCommit) -> [Action] {
    guard !isCommitting else {
      state = .awaitingCommit(next)
      return [.awaitCommit]
    }
    switch next {
    case .commit(let turn):
      isCommitting = true
      return [.commit] + goOn(turn)
    case .readBack(let error, let turn): return [.reportRewound(error), .readBack] + end(turn)
    case .nothing(let turn): return end(turn)
    }
  }

  private mutating func goOn(_ turn: Turn) -> [Action] {
    guard case .plan(let isFull) = turn else { return end(turn) }
    state = .planning(isFull: isFull)
    return [.plan]
  }

  /// Ends the turn. What it has gathered and not planned is read again.
  private mutating func end(_ turn: Turn) -> [Action] {
    guard case .stop = turn else {
      state = .gathering
      return [.gather]
    }
    if isCommitting { return afterCommit(.nothing(.stop)) }
    state = .finished
    return [.finish]
  }

  /// The lanes are dropped and read back, and what was reduced since must be thrown away.
  private mutating func failed(_ error: LogError, _ next: AfterCommit) -> [Action] {
    switch error.reaction {
    case .fatal, .ownershipLost:
      state = .finished
      return [.reportRewound(error), .leave(error)]
    case .commitUnknown:
      return [.reportRewound(error), .initializeProducer, .readBack] + end(next.turn)
    case .retry, .abortAndRewind: return [.reportRewound(error), .readBack] + end(next.turn)
    }
  }
}

extension BatchPipeline.AfterCommit {
  /// The turn that waits.
  var turn: BatchPipeline.Turn {
    switch self {
    case .commit(let turn), .readBack(_, let turn), .nothing(let turn): turn
    }
  }
}
