internal import JourneyModel

/// What a register does when its contact is gone.
extension Register {
  mutating func forget(_ told: Forgetting, _ rules: RegisterRules, _ output: inout RegisterOutput) {
    guard told.key == node.key, told.cause != .unwatched else { return }
    if resolution.map({ told.version.isNewer(than: $0.version) }) ?? true { resolution = nil }
    if forgotten.map({ told.version.isNewer(than: $0) }) ?? true { forgotten = told.version }
    switch told.cause {
    case .erased:
      pass(told, &output)
      erase(Erasure(told.key, at: told.time, generation: told.generation), rules, &output)
    case .expired: expire(told, rules, &output)
    case .unwatched: break
    }
    if evidence == nil { watchers = [] }
  }

  private mutating func erase(
    _ erasure: Erasure, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    var known = stub ?? erasure
    known.merge(erasure)
    stub = known
    evidence = evidence?.after(known)
    partners = []
    guard let since = sharedSince, since <= known.time else { return }
    sharedSince = nil
    // Those who came later use what several people use.
    guard let evidence else { return }
    sharedSince = evidence.last
    tell(
      Cluster(members: [], shared: [SharedMark(node.key, at: evidence.last)], erasures: erasures), rules,
      &output)
  }

  /// Tells those who watch.
  private func pass(_ told: Forgetting, _ output: inout RegisterOutput) {
    for watcher in watchers { output.send(.forget(told), to: watcher) }
  }

  private mutating func expire(
    _ told: Forgetting, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    if let own = evidence, own.last > told.time {
      // The root did not know yet: it is told all of it anew. Who watches hears what comes of that.
      let shared = sharedSince.map { [SharedMark(node.key, at: $0)] } ?? []
      tell(Cluster(members: [own], shared: shared, erasures: erasures), rules, &output)
    } else {
      // Nobody is told again of who is watched no longer, so nothing of it may stay there. What came within a
      // step was no news here.
      var told = told
      told.time = told.time + rules.limits.activityStep
      pass(told, &output)
      evidence = nil
      partners = []
      sharedSince = nil
    }
  }

  /// Erases an identifier that no cluster knows.
  mutating func eraseAlone(
    through time: EventTime, _ rules: RegisterRules, _ output: inout RegisterOutput
  ) {
    guard stub.map({ $0.time < time }) ?? true else { return }
    let before = max(evidence?.generation ?? 0, stub?.generation ?? 0)
    let version = resolution?.version ?? RootVersion(root: node, revision: revision)
    if let own = evidence, resolution?.answer.isOverfull ?? false, resolution?.answer.contact == own.contactID
    {
      output.removed.append(.init(id: own.contactID, cause: .erased))
      output.send(
        .alias(Alias(own.contactID, nil, RootVersion(root: version.root, revision: version.revision + 1))),
        to: NodeRef(.none, lane: rules.placement(own.contactID.text)))
    }
    let told = Forgetting(node.key, .erased, through: time, generation: before + 1, version)
    resolution = nil
    forget(told, rules, &output)
    // What is under way meets it there.
    tell(Cluster(members: [], erasures: erasures), rules, &output)
  }
}
