/// Where the scores of the predicted outcomes are among those of one session, so that they are looked up by
/// number: an event has ten of them.
package struct ScorePlaces: Sendable {
  /// What is known of one.
  package enum Place: Sendable, Hashable {
    case known(Int)
    /// It has to be looked for.
    case unknown
    /// There is none yet: no model has said anything.
    case none
    /// There is none, and there will be none.
    case never
  }

  /// The digest of what is predicted: of other outcomes nothing is known.
  private var predictors: UInt64?
  /// By the places of the outcomes: that of the score, below zero for the other cases.
  private var places = InlineArray<16, Int8>(repeating: -1)

  package init() {}

  /// Forgets all that was known under other predictors.
  package mutating func begin(_ predictors: UInt64) {
    guard self.predictors != predictors else { return }
    self.predictors = predictors
    places = InlineArray(repeating: -1)
  }

  /// The place of a score; below zero if none is known.
  @inline(__always)
  func place(_ outcome: Int) -> Int { Int(places[outcome]) }

  /// Whether a score is to be looked for, or to be added as there is a model.
  package func isOpen(_ outcome: Int, hasModel: Bool) -> Bool {
    places[outcome] == -1 || places[outcome] == -3 && hasModel
  }

  package subscript(outcome: Int) -> Place {
    get {
      switch places[outcome] {
      case -1: .unknown
      case -2: .never
      case -3: .none
      case let place: .known(Int(place))
      }
    }
    set {
      switch newValue {
      case .known(let place): places[outcome] = Int8(place)
      case .unknown: places[outcome] = -1
      case .never: places[outcome] = -2
      case .none: places[outcome] = -3
      }
    }
  }
}
