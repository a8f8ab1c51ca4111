internal import JourneyRules
internal import Predictions

/// Learns while a replay goes on: between two portions of its input, from the sessions that have ended.
struct ReplayTraining {
  /// Events of one input between two looks at what is to be learned: sessions of today are scored by what
  /// those of yesterday gave, also where a file is read in one piece.
  static let portionEvents = 250

  private let outcomes: [PredictedOutcome]
  private let settings: TrainingSettings
  private var records: [ExampleRecord] = []
  private var schedule = TrainingSchedule()
  private var succession: ModelSuccession
  private var runs = 0
  private var published = 0

  /// What sessions are scored under from now on.
  var models: ModelSet { succession.set }

  init(
    _ definitions: CompiledBundle, beginning models: ModelSet, settings: TrainingSettings = TrainingSettings()
  ) {
    succession = ModelSuccession(set: models)
    outcomes = definitions.bundle.predictedOutcomes
    self.settings = settings
  }

  /// A portion in pieces, in their order. What several inputs gave is one piece: lanes merge it.
  static func portions(of portion: ReplayMerger.Portion) -> [ReplayMerger.Portion] {
    guard portion.decoded.count == 1, let part = portion.decoded.first else { return [portion] }
    let starts = stride(from: part.events.lowerBound, to: part.events.upperBound, by: portionEvents)
    let pieces = starts.enumerated().map { number, start in
      let end = min(start + portionEvents, part.events.upperBound)
      // What was rejected is counted with the first.
      var piece = number == 0 ? portion : ReplayMerger.Portion(isCommand: portion.isCommand)
      piece.decoded = [ReplayMerger.Part(chunk: part.chunk, events: start..<end)]
      return piece
    }
    return pieces.isEmpty ? [portion] : pieces
  }

  /// Takes what lanes have given, and trains if that is enough.
  ///
  /// - Returns: whether other models are in force.
  mutating func take(_ new: [ExampleRecord]) -> Bool {
    guard !new.isEmpty else { return false }
    records += new
    schedule.note(new.reduce(0) { $0 + $1.examples.count })
    forgetOldest()
    guard schedule.isDue else { return false }
    schedule.ran()
    runs += 1
    let before = models.name
    let every = Sampling(settings).next(after: models.every, records)
    let results = succession.train(
      outcomes, on: TrainingWindow(records, settings), Trainer(settings), every: every)
    for result in results {
      if case .published = result.decision { published += 1 }
    }
    return models.name != before
  }

  /// What it has come to.
  var learned: Replay.Learned {
    Replay.Learned(examples: schedule.examples, runs: runs, published: published, models: models.bytes)
  }

  /// Twice the window is kept, as the newest to be written are not always the newest that have ended.
  private mutating func forgetOldest() {
    var held = records.reduce(0) { $0 + $1.examples.count }
    while let first = records.first, held - first.examples.count >= 2 * settings.maxSessions {
      held -= first.examples.count
      records.removeFirst()
    }
  }
}
