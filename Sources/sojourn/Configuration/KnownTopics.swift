import JourneyModel
import Processor

extension TopicNames {
  /// The topics by the names that commands know them under.
  var known: [String: String] {
    var names = [
      "routed": routed, "sessions": sessions, "rejected": rejected, "journal": journal, "redo": redo,
      "state": state, "segments": segments, "outcomes": outcomes, "actions": actions,
      "definitions": definitions,
    ]
    for (stream, topic) in inputs { names[stream.name] = topic }
    return names
  }
}
