internal import EventLog
internal import SimulatedLog

/// Lets about one request in `interval` fail, in every way its kind can.
struct RandomFaults: FaultInjector {
  var interval: Int

  mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
    guard random.chance(oneIn: interval) else { return .proceed }
    let moment: FaultMoment = random.chance(oneIn: 2) ? .beforeEffect : .afterEffect
    if random.chance(oneIn: 4) { return .crash(moment) }
    switch request.kind {
    case .commit where moment == .afterEffect:
      return .fail(LogError(.commitUnknown, code: "lostReply", "injected"), moment)
    case .produce, .flush, .sendOffsets, .commit:
      let reaction: LogError.Reaction = random.chance(oneIn: 2) ? .abortAndRewind : .retry
      return .fail(LogError(reaction, code: "injected", "injected"), moment)
    case .poll, .initialize, .begin, .abort, .committed, .readBounds, .read, .publish:
      return .fail(LogError(.retry, code: "injected", "injected"), moment)
    }
  }
}

/// Lets exactly one request fail: the one of this kind and number.
struct OneFault: FaultInjector {
  var kind: FaultRequest.Kind
  var number = 0
  var answer: FaultAnswer

  mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer {
    request.kind == kind && request.number == number ? answer : .proceed
  }
}
