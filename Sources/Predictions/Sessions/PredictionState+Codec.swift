internal import Bytes

/// The state as bytes: a version byte, the features with their length, then the example in the making, if
/// there is one.
extension PredictionState {
  /// The version that is written, and the only one that is read.
  package static let formVersion: UInt8 = 1

  /// Appends the state as bytes: one form for each state.
  ///
  ///     version | features: count, … | 0 or 1: is there a draft
  ///     draft: predictors: u64, events, achieved at: count, u16… | sets: count, bytes: count, …
  package func encode(to bytes: inout [UInt8]) {
    bytes.append(PredictionState.formVersion)
    var form = ShortForm()
    features.encode(to: &form)
    bytes.append(number: form.count)
    form.write(to: &bytes)
    guard draft != nil else { return bytes.append(0) }
    bytes.append(1)
    draft?.encode(to: &bytes)
  }

  /// Reads what `encode` wrote.
  ///
  /// - Returns: `nil` for a state of other features: it says nothing to this build.
  package static func decode(_ bytes: [UInt8]) throws(PredictionFormError) -> PredictionState? {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard version == formVersion else {
      throw PredictionFormError("version \(version) is not one this build reads (\(formVersion))")
    }
    guard let features = try FeatureState.decode(try reader.block()) else { return nil }
    let state = PredictionState(features: features)
    switch try reader.byte() {
    case 0: break
    case 1: state.draft = try ExampleDraft(&reader, newest: &state.tokens)
    default: throw PredictionFormError("neither a draft nor none")
    }
    guard reader.isAtEnd else { throw PredictionFormError("\(reader.remaining) bytes too many") }
    return state
  }
}

extension ExampleDraft {
  fileprivate borrowing func encode(to bytes: inout [UInt8]) {
    var form = ShortForm()
    form.append(fixed: predictors)
    form.append(number: events)
    form.append(number: achievedAt.count)
    for index in achievedAt.indices { form.append(fixed: achievedAt[index]) }
    form.append(number: sets.count)
    form.append(number: sets.bytes.count)
    form.write(to: &bytes)
    bytes.append(all: sets.bytes)
  }

  fileprivate init(_ reader: inout ByteReader, newest: inout [Token]) throws(PredictionFormError) {
    let predictors: UInt64 = try reader.fixed()
    let events = try reader.number(ExampleDraft.mostEvents)
    let count = try reader.count(most: ModelTable.maxOutcomes, bytesEach: 2)
    self.init(predictors: predictors, count: count)
    self.events = events
    for place in 0..<count {
      achievedAt[place] = try reader.fixed()
      guard Int(achievedAt[place]) <= ExampleDraft.mostEvents + 1 else {
        throw PredictionFormError("an outcome is achieved behind all events")
      }
    }
    let held = try reader.number(TokenSets.maxSets)
    sets = try TokenSets(bytes: try reader.block(), count: held, newest: &newest)
    guard held == min(events, TokenSets.maxSets) else {
      throw PredictionFormError("\(held) sets of \(events) events")
    }
  }
}
