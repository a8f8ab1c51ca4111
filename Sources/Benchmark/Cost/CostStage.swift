/// What an event's instructions are for. The order is that of an event's way.
///
/// `redo` is what packs changes, `client` the log, `write` the files of a replay. `once` is no event's: what
/// the runtime looks up once a process, and again for each thread that happens to ask meanwhile, and how long
/// threads spin for the allocator.
enum CostStage: String, CaseIterable {
  case read, decode, reduce, identity, rules, predictions, snapshot, derived, value, redo, digest, client
  case write, processor, other, once

  /// Those of events.
  static let ofEvents = allCases.filter { $0 != .once }

  /// Parts of a function's name, as the linker knows it, by which it belongs to a stage: the first that fits.
  /// A function of none, as those of Swift's runtime and of the C library, is paid for by its callers.
  static let parts: [(part: String, stage: CostStage)] = [
    ("conformsToProtocol", .once), ("ConformanceCandidate", .once), ("equalContexts", .once),
    ("SpinLock", .once),
    ("LineReader", .read), ("RecordChunk", .read), ("ReplayReader", .read),
    ("simdjson", .decode), ("cjson_picker", .decode), ("CJSONFields", .decode), ("EventDecoder", .decode),
    ("EventDraft", .decode), ("EventBatch", .decode), ("SortedChunk", .decode), ("ScratchArena", .decode),
    ("SnapshotEncoder", .snapshot), ("JSONText", .snapshot),
    ("DerivedEvent", .derived), ("ActionEventEncoder", .derived),
    ("SessionForm", .value), ("PersonForm", .value), ("StateCodec", .value), ("StateChanges", .redo),
    ("LZ4_", .redo), ("11Compression", .redo), ("OutputDigest", .digest), ("6DigestV", .digest),
    ("PredictionStep", .predictions), ("$s11Predictions", .predictions),
    ("$s12JourneyRules", .rules), ("$s10Evaluation", .rules),
    ("$s8Identity", .identity), ("$s7Persons", .identity),
    ("$s11Sessionizer", .reduce),
    ("ReplayLane", .write), ("ReplayMerger", .write), ("ReplayFiles", .write), ("rd_kafka", .client),
    ("12SimulatedLog", .client), ("11EmbeddedLog", .client),
    ("$s9Processor", .processor), ("$s8LogTools", .processor), ("$s10WireFormat", .processor),
  ]

  static func of(_ name: String) -> CostStage? { parts.first { name.contains($0.part) }?.stage }
}

/// What was counted of one kind, by stage.
struct CostShares {
  private(set) var counts: [CostStage: Double] = [:]

  /// Gives what a function of no stage cost to those that call it, call by call. What it calls in its turn
  /// and has a stage is that one's.
  init(_ profile: CallgrindProfile, of kind: KeyPath<CostCounts, Int>) {
    let stages = profile.names.map { CostStage.of($0) }
    var calls: [Int: [(callee: Int, cost: Int)]] = [:]
    for (call, cost) in profile.calls where call.caller != call.callee {
      calls[call.caller, default: []].append((call.callee, cost[keyPath: kind]))
    }
    var parts = [Double?](repeating: nil, count: stages.count)
    // Which part of a helper's instructions are its own or of other helpers.
    func part(_ helper: Int) -> Double {
      if let known = parts[helper] { return known }
      // Helpers that call each other: a circle's own calls count once, with whoever calls into it.
      parts[helper] = 0
      var all = Double(profile.own[helper][keyPath: kind])
      var pure = all
      for call in calls[helper] ?? [] {
        all += Double(call.cost)
        if stages[call.callee] == nil { pure += Double(call.cost) * part(call.callee) }
      }
      let share = all > 0 ? pure / all : 0
      parts[helper] = share
      return share
    }
    var sum = 0.0
    for (function, stage) in stages.enumerated() {
      guard let stage else { continue }
      var cost = Double(profile.own[function][keyPath: kind])
      for call in calls[function] ?? [] where stages[call.callee] == nil {
        cost += Double(call.cost) * part(call.callee)
      }
      counts[stage, default: 0] += cost
      sum += cost
    }
    counts[.other] = Double(profile.total[keyPath: kind]) - sum
  }
}
