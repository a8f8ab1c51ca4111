internal import JourneyModel
internal import JourneyRules
internal import Processor

/// What was found of one session while the definition was as in one edition.
struct SessionFindings {
  /// The definition, as of the newest of these events.
  var definition: Definition
  /// Events that were folded into the session meanwhile.
  var events = Hits()
  /// When each part held.
  var hits: [RuleParts.Part: Hits] = [:]
  /// What the keys of criteria had.
  var seen: [RuleParts.Part: SeenValues] = [:]
  /// Of the page, if the definition asks where the visitor is.
  var pages = SeenValues()
  /// What the rule counted after the newest of these events; `nil` if it counted nothing.
  var counts: [Int: RuleState.PatternCount]?

  init(_ definition: Definition) { self.definition = definition }

  /// Takes over what was found of a session that was merged into this one.
  mutating func merge(_ other: SessionFindings) {
    let (own, others) = (events.last?.sequence ?? 0, other.events.last?.sequence ?? 0)
    if own < others { (definition, counts) = (other.definition, other.counts) }
    events.merge(other.events)
    for (part, hits) in other.hits { self.hits[part, default: Hits()].merge(hits) }
    for (part, values) in other.seen { seen[part, default: SeenValues()].merge(values) }
    pages.merge(other.pages)
  }
}

extension Definition {
  /// What it is called where it fires.
  var firedKind: Fired.Kind {
    switch kind {
    case .segment: .segment
    case .outcome: .outcome
    default: .actionMap
    }
  }
}
