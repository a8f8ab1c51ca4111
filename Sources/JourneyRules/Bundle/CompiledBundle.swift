/// A bundle made ready for evaluation: what a lane works with between two switches.
public final class CompiledBundle: Sendable {
  /// The bundle's hash: the journal names it.
  public let hash: DefinitionHash
  /// The definitions.
  public let bundle: DefinitionBundle
  /// Segments, outcomes and triggers.
  public let rules: CompiledRules
  /// What action maps need when they are offered.
  public let actions: CompiledActions

  /// Whether sessions are scored by its predictors.
  public let predicts: Bool

  /// Compiles a bundle.
  ///
  /// - Parameter hasScores: whether sessions are scored by the bundle's predictors. Where that was not done
  ///   yet, maps that wait for scores count nothing.
  public init(
    _ bundle: DefinitionBundle, settings: RuleSettings = RuleSettings(), hasScores: Bool = true
  ) {
    hash = bundle.hash
    predicts = hasScores && !bundle.predictors.isEmpty
    self.bundle = bundle
    rules = CompiledRules(
      segments: bundle.segments, outcomes: bundle.outcomes, actionMaps: bundle.actionMaps,
      predictors: hasScores ? bundle.predictors : [], settings: settings, caseFolding: bundle.caseFolding)
    actions = CompiledActions(bundle)
  }

  /// Whether there is nothing to evaluate.
  public var isEmpty: Bool { rules.isEmpty && !predicts }
}
