internal import JourneyModel
internal import JourneyRules
internal import Learning
internal import Persons
internal import Predictions
internal import Processor
internal import Sessionizer
internal import SimulatedLog

extension ProcessorSettings {
  /// Everything that could hide a fault by being always the same is drawn.
  static func drawn(
    _ random: inout SeededRandom, _ mutation: Mutation?, learns: Bool, findsPersons: Bool
  ) -> ProcessorSettings {
    var settings = ProcessorSettings()
    settings.lanes.partitions = Int32(2 + random.below(3))
    // Of numbers of its own: else every seed would mean something else.
    var aside = random
    var policies = aside.fork()
    settings.lanes.snapshots = SnapshotPolicy(
      random.chance(oneIn: 4) ? .milestones : policies.chance(oneIn: 3) ? .ends : .changes,
      final: [.separate, .separate, .withEnd, .never][policies.below(4)])
    settings.lanes.checkpointAge = EventTime.Span(milliseconds: [0, 500, 4_000][random.below(3)])
    settings.lanes.maxCheckpointValues = [1, 5, 1_000][random.below(3)]
    settings.lanes.maxRedoBytes = [64, 700, 100_000][random.below(3)]
    settings.commitInterval = .milliseconds([40, 150, 400][random.below(3)])
    settings.maxBatchEvents = [3, 15, 200][random.below(3)]
    settings.topicIdle = .milliseconds([1_500, 5_000][random.below(2)])
    settings.restorePatience = .zero
    settings.maxResidentBytes = [0, 12_000, 4 << 30][random.below(3)]
    settings.laneFileInterval = [nil, .milliseconds(300), .seconds(5)][random.below(3)]
    settings.lanes.maxSnapshotBytes = [1_500, 1_048_576][random.below(2)]
    settings.breaker.minRecords = [8, 1_000][random.below(2)]
    settings.breaker.maxRejectedPercent = 20
    settings.breaker.window = .seconds(5)
    settings.breaker.cooldown = .seconds(4)
    settings.lanes.sessions.maxEventsPerMinute = [30, 6_000][random.below(2)]
    settings.lanes.sessions.maxOutOfOrder = .seconds(1)
    settings.lanes.sessions.maxFutureSkew = .minutes(5)
    settings.lanes.sessions.allowedLateness = .seconds(20)
    for stream in JourneyModel.Stream.allCases { settings.lanes.sessions.endSoon(stream.profile.ending) }
    settings.lanes.sessions.afterCallWorkTimeout = .seconds(3)
    settings.lanes.sessions.rules.maxTriggerAge = .seconds([3, 300][random.below(2)])
    settings.lanes.sessions.rules.maxActions = [8, 100][random.below(2)]
    settings.definitionsInterval = .milliseconds([0, 250][random.below(2)])
    settings.lanes.sessions.maxSessionEvents = [25, 100_000][random.below(2)]
    if !random.chance(oneIn: 4) {
      settings.lanes.messaging =
        mutation == .repeatsMessages ? ProbeHandler.forgetful : ProbeHandler.messaging
    }
    if learns { settings.learnFromLittle() }
    // Persons' messages take the place of probes.
    let isDrawn = random.chance(oneIn: 3) || findsPersons
    if (isDrawn && mutation != .repeatsMessages) || mutation?.breaksPersons ?? false {
      settings.lanes.findPersons(PersonSettings())
      BrokenPersons.mutate(&settings.lanes, mutation)
    }
    ForgetfulTriggers.mutate(&settings.lanes, mutation)
    return settings
  }

  /// Has models come into force and be replaced within the two minutes that customers are there for.
  private mutating func learnFromLittle() {
    lanes.sessions.webGap = .seconds(2)
    lanes.sessions.allowedLateness = .seconds(1)
    training.minimum = .seconds(1)
    training.interval = .seconds(2)
    // Short, as a long silence has runs all the time: some seeds would take minutes to do each again.
    training.history = .seconds(20)
    fitting.minOfEach = 3
    fitting.minHoldout = 4
    fitting.minHoldoutAchieving = 1
    fitting.regularization = 0.2
  }
}

extension SessionSettings {
  /// Has sessions end, and be forgotten, while customers are there.
  fileprivate mutating func endSoon(_ ending: StreamProfile.Ending) {
    switch ending {
    case .webGap: webGap = .seconds(4)
    case .appGap: appGap = .seconds(7)
    case .events: conversationRetention = .seconds(15)
    // The definitions say it.
    case .typeTimeout: break
    }
  }
}
