internal import EventLog
internal import JourneyModel
internal import WireFormat

/// What the actor does about its lanes, without waiting for anything: assignments come inside a poll.
enum LaneAction: Hashable {
  /// Keep what these lanes hold until the next assignment.
  case keep([Kept])
  /// Let these lanes go.
  case drop([LaneNumber])
  /// Read these lanes back, then say so: `isReadBack`.
  case restore([LaneNumber], ReadBack)
  /// Read on from here.
  case seek([TopicPartition: NextOffset])
  case pause([TopicPartition])
  case resume([TopicPartition])
  case report(Notice)

  /// What is known of a lane that is kept.
  struct Kept: Hashable {
    var lane: LaneNumber
    var nextTimers: StreamTimes
    var sessions: Int
  }

  /// Why lanes are read back.
  enum ReadBack: Hashable { case assigned, rewound }

  /// What the actor reports.
  enum Notice: Hashable {
    case released([LaneNumber])
    case rewound(LogError)
    case breaker(PoisonBreaker.Change)
  }
}

/// Which lanes are owned.
extension WorkerMachine {
  /// Lanes whose inputs are among the partitions.
  static func lanes(in partitions: [TopicPartition]) -> [LaneNumber] {
    Set(partitions.map(\.lane)).sorted()
  }

  /// Takes in a change of ownership.
  ///
  /// - Parameters:
  ///   - isQuiet: whether no transaction is under way any more.
  ///   - reducing: lanes that are reducing a batch.
  func rebalance(_ change: Rebalance, isQuiet: Bool, reducing: Set<LaneNumber>) -> [LaneAction] {
    switch change {
    case .assigned(let partitions):
      let numbers = WorkerMachine.lanes(in: partitions)
      assign(numbers)
      return [.restore(numbers, .assigned)]
    case .revoked(let partitions):
      let numbers = WorkerMachine.lanes(in: partitions)
      let kept = numbers.compactMap { number -> LaneAction.Kept? in
        guard let known = lanes[number], known.state == .running, !reducing.contains(number) else {
          return nil
        }
        return .init(lane: number, nextTimers: known.nextTimers, sessions: known.sessions)
      }
      return timeout(isQuiet) + [.keep(kept)] + release(numbers)
    case .lost(let partitions): return timeout(isQuiet) + release(WorkerMachine.lanes(in: partitions))
    }
  }

  private func timeout(_ isQuiet: Bool) -> [LaneAction] {
    guard !isQuiet else { return [] }
    let error = LogError(.abortAndRewind, code: "releaseTimeout", "the transaction did not end in time")
    return [.report(.rewound(error))]
  }

  private func assign(_ numbers: [LaneNumber]) {
    generation += 1
    for number in numbers {
      move(
        number, .assigned,
        OwnedLane(
          state: .restoring, positions: [:], idleSince: StreamTimes(), nextTimers: StreamTimes(), sessions: 0,
          journalledAt: nil))
    }
  }

  /// Puts a restored lane to work.
  ///
  /// - Parameter lost: what retention removed in front of the positions, by input topic.
  func restored(
    _ lane: LaneNumber, positions: [TopicPartition: NextOffset], lost: [String: Range<Int64>] = [:],
    nextTimers: StreamTimes, sessions: Int, journalledAt: EventTime?, hasWaiting: Bool = false,
    now: EventTime
  ) -> [LaneAction] {
    move(
      lane, .restored,
      OwnedLane(
        state: .running, positions: positions, idleSince: StreamTimes(every: now), nextTimers: nextTimers,
        sessions: sessions, journalledAt: journalledAt, hasWaiting: hasWaiting, committed: positions,
        lost: lost))
    // The log would read on from the committed offset, which is gone.
    return [.seek(positions.filter { lost[$0.key.topic] != nil })]
  }

  /// All lanes that were to be restored are.
  func isReadBack(_ reason: LaneAction.ReadBack) -> [LaneAction] {
    var actions: [LaneAction] = []
    if reason == .rewound { actions.append(.seek(positions)) }
    // A new assignment is read from everywhere; a breaker that is open stays open.
    if !pausedPartitions.isEmpty { actions.append(.pause(pausedPartitions)) }
    return actions
  }

  /// All lanes go back to what is committed, input and state together.
  func rewind() -> [LaneAction] {
    generation += 1
    mustRewind = false
    let numbers = lanes.keys.sorted()
    for number in numbers { move(number, .rewound, lanes[number]) }
    return [.drop(numbers), .restore(numbers, .rewound)]
  }

  /// The membership is over.
  func leave() -> [LaneAction] {
    let owned = lanes.keys.sorted()
    let actions = release(owned)
    return owned.isEmpty ? [] : actions
  }

  private func release(_ numbers: [LaneNumber]) -> [LaneAction] {
    generation += 1
    for number in numbers { move(number, .released, nil) }
    return [.drop(numbers), .report(.released(numbers))]
  }

  /// Moves a lane to its next state, with what is known of it then.
  private func move(_ number: LaneNumber, _ input: LaneInput, _ known: OwnedLane?) {
    let state = lanes[number]?.state ?? .unowned
    guard let next = WorkerMachine.next(state, input) else {
      preconditionFailure("lane \(number) is \(state) and was \(input)")
    }
    lanes[number] = known
    lanes[number]?.state = next
  }
}

/// Which topics are read.
extension WorkerMachine {
  /// Why an input is not read, for whoever watches.
  static let pauseReason = "most of its records were broken; see the rejected records"

  /// A turn begins at this uptime.
  func turn(at uptime: Duration, settled: @autoclosure () -> EventTime) -> [LaneAction] {
    apply(breaker.advance(to: uptime), settled)
  }

  /// A transaction with these positions and rejections has committed.
  func confirmed(
    _ positions: [TopicPartition: NextOffset], _ rejections: RejectionCounts, at uptime: Duration,
    settled: @autoclosure () -> EventTime
  ) -> [LaneAction] {
    commit(positions)
    let topics = settings.lanes.topics
    // What is in `routed` was taken by another lane once; pausing it would hold up the good events of
    // others.
    let inputs = topics.consumed.filter { $0 != topics.routed }
    return apply(breaker.note(rejections, of: inputs, at: uptime), settled)
  }

  private func apply(_ changes: [PoisonBreaker.Change], _ settled: () -> EventTime) -> [LaneAction] {
    changes.flatMap { change -> [LaneAction] in
      switch change {
      case .opened(let opening):
        pausedTopics.insert(opening.topic)
        return [.pause(partitions(of: opening.topic)), .report(.breaker(change))]
      case .halfOpened(let topic):
        resume(topic, now: settled())
        return [.resume(partitions(of: topic)), .report(.breaker(change))]
      case .closed: return [.report(.breaker(change))]
      }
    }
  }

  /// Notes that a topic is read again. From now on its stream has to sit at the end of its input anew before
  /// it counts as idle: where the topic ends is known only when it has been read.
  private func resume(_ topic: String, now: EventTime) {
    guard pausedTopics.remove(topic) != nil else { return }
    let streams = settings.lanes.topics.stream(of: topic).map { [$0] } ?? JourneyModel.Stream.allCases
    for number in lanes.keys {
      lanes[number]?.marks[topic] = nil
      for stream in streams { lanes[number]?.idleSince[stream] = now }
    }
  }

  /// The owned partitions that are not to be read.
  var pausedPartitions: [TopicPartition] { pausedTopics.flatMap(partitions).sorted() }

  /// A topic's partitions that are owned.
  private func partitions(of topic: String) -> [TopicPartition] {
    lanes.keys.map { TopicPartition(topic, lane: $0) }.sorted()
  }
}
