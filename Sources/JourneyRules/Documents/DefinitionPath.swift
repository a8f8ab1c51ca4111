/// Where in a document something is.
public struct DefinitionPath: Sendable, Hashable, CustomStringConvertible {
  /// One step down the tree.
  public enum Step: Sendable, Hashable {
    /// Into a member of an object.
    case member(String)
    /// Into an element of an array, from 0.
    case element(Int)
  }

  /// The steps from the root.
  public var steps: [Step]

  /// Creates a path, by default of the root.
  public init(_ steps: [Step] = []) { self.steps = steps }

  /// The path of a member.
  public func member(_ name: String) -> DefinitionPath { DefinitionPath(steps + [.member(name)]) }

  /// The path of an element.
  public func element(_ index: Int) -> DefinitionPath { DefinitionPath(steps + [.element(index)]) }

  /// `$.journey.patterns[0].criteria[1].operator`; names that are no words are in brackets and quotes.
  public var description: String {
    var text = "$"
    for step in steps {
      switch step {
      case .element(let index): text += "[\(index)]"
      case .member(let name):
        let isWord =
          !name.isEmpty && name.utf8.first.map { !(48...57).contains($0) } ?? false
          && name.utf8.allSatisfy { Letters.isWord($0) }
        text += isWord ? ".\(name)" : "['\(name)']"
      }
    }
    return text
  }
}
