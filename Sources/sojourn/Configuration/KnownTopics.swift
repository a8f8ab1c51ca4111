import JourneyModel
import Processor
internal import WireFormat

extension TopicNames {
  /// The topics by the names that commands know them under.
  var known: [String: String] {
    var names = Dictionary(
      uniqueKeysWithValues: OutputCatalog.standard.entries.map { ($0.name, self[$0.topic]) })
    for (stream, topic) in inputs { names[stream.name] = topic }
    names[TopicNames.commandsName] = commands
    return names
  }

  /// Those names as help shows them.
  static let knownText: String = {
    let names =
      Stream.allCases.map(\.name) + [TopicNames.commandsName] + OutputCatalog.standard.shown.map(\.name)
    return names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }()
}
