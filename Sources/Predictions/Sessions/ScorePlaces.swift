/// Where the scores of the predicted outcomes are among those of one session, so that they are looked up by
/// number: an event has ten of them.
package struct ScorePlaces: Sendable {
  /// What is known of one.
  package enum Place: Sendable, Hashable {
    case known(Int)
    /// It has to be looked for.
    case unknown
    /// There is none, and there will be none.
    case never
  }

  /// The digest of what is predicted: of other outcomes nothing is known.
  private var predictors: UInt64?
  /// By the places of the outcomes: that of the score, -1 for unknown, -2 for never.
  private var places = SIMD16<Int8>(repeating: -1)

  package init() {}

  /// Forgets all that was known under other predictors.
  package mutating func begin(_ predictors: UInt64) {
    guard self.predictors != predictors else { return }
    self.predictors = predictors
    places = SIMD16(repeating: -1)
  }

  package subscript(outcome: Int) -> Place {
    get {
      let place = places[outcome]
      return place >= 0 ? .known(Int(place)) : place == -1 ? .unknown : .never
    }
    set {
      switch newValue {
      case .known(let place): places[outcome] = Int8(place)
      case .unknown: places[outcome] = -1
      case .never: places[outcome] = -2
      }
    }
  }
}
