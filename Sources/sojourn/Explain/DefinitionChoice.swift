import JourneyRules
import Presentation

/// Which definition of a bundle a word on the command line means: an id, or a display name that only one has.
struct DefinitionChoice {
  /// The kinds that can be explained.
  static let kinds: [DefinitionKind] = [.segment, .outcome, .actionMap]

  /// Most definitions that a message lists.
  private static let maxListed = 5

  let bundle: DefinitionBundle
  let origin: String

  /// Finds it, or throws what is wrong with the word.
  func definition(_ word: String, kind: DefinitionKind?) throws(ConfigurationProblem) -> Definition {
    let candidates = bundle.entries.map(\.definition).filter { definition in
      kind.map { $0 == definition.kind } ?? DefinitionChoice.kinds.contains(definition.kind)
    }
    var found = candidates.filter { $0.id.utf8.elementsEqual(word.utf8) }
    if found.isEmpty { found = candidates.filter { $0.displayName.utf8.elementsEqual(word.utf8) } }
    if found.count == 1, let definition = found.first { return definition }
    guard found.isEmpty else {
      let several = found.prefix(DefinitionChoice.maxListed).map { "\($0.kind.rawValue) \($0.id)" }
      let more = found.count > several.count ? ", …" : ""
      throw problem(
        word, "one definition only: \(several.joined(separator: ", "))\(more); give the id, or --kind")
    }
    let what = kind?.rawValue ?? "segment, outcome or actionMap"
    guard !candidates.isEmpty else { throw problem(word, "a definition of kind \(what); there is none") }
    let names = candidates.flatMap { [$0.id, $0.displayName] }.filter { !$0.isEmpty }
    let nearest = Nearest.candidate(to: word, among: names).map { " (nearest is \($0))" } ?? ""
    let known = candidates.prefix(DefinitionChoice.maxListed).map { "\($0.id) (\($0.displayName))" }
    let more = candidates.count > known.count ? ", … of \(candidates.count)" : ""
    throw problem(
      word,
      "the id or name of a definition of kind \(what)\(nearest); known are \(known.joined(separator: ", "))\(more)"
    )
  }

  private func problem(_ word: String, _ expected: String) -> ConfigurationProblem {
    ConfigurationProblem(
      key: "DEFINITION", value: DisplayText(word).text, expected: DisplayText(expected).text, origin: origin)
  }
}
