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

  /// Compiles a bundle.
  ///
  /// - Parameter hasScores: whether somebody scores sessions by the bundle's predictors. If nobody does, maps
  ///   that wait for scores count nothing: what is stored is what it was before there were any.
  public init(
    _ bundle: DefinitionBundle, settings: RuleSettings = RuleSettings(), hasScores: Bool = false
  ) {
    hash = bundle.hash
    self.bundle = bundle
    rules = CompiledRules(
      segments: bundle.segments, outcomes: bundle.outcomes, actionMaps: bundle.actionMaps,
      predictors: hasScores ? bundle.predictors : [], settings: settings, caseFolding: bundle.caseFolding)
    actions = CompiledActions(bundle)
  }

  /// Whether there is nothing to evaluate.
  public var isEmpty: Bool { rules.isEmpty }
}
