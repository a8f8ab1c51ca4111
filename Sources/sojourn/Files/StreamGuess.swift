import Foundation
import JourneyModel

/// Tells the stream of a file of events, for a person who did not say it.
enum StreamGuess {
  /// What the first event says, or a word in the file's name or directory.
  static func stream(of start: Data, path: String) -> JourneyModel.Stream? {
    first(start).flatMap(stream(of:)) ?? stream(named: path)
  }

  /// The first line as an object, or the whole start if the object spans lines.
  private static func first(_ start: Data) -> [String: Any]? {
    let line = start.prefix { $0 != 0x0a }
    let object =
      (try? JSONSerialization.jsonObject(with: line)) ?? (try? JSONSerialization.jsonObject(with: start))
    return object as? [String: Any]
  }

  private static func stream(of event: [String: Any]) -> JourneyModel.Stream? {
    let members: [(String, JourneyModel.Stream)] = [
      ("webEvent", .web), ("appEvent", .app), ("customEvent", .custom), ("conversationEvent", .conversation),
      ("eventBody", .conversation), ("detail", .conversation), ("conversationId", .conversation),
      ("conversation", .conversation), ("screenName", .app), ("page", .web),
    ]
    let session = event["session"] as? [String: Any]
    if let type = (session?["type"] ?? event["sessionType"]) as? String {
      return JourneyModel.Stream(name: type) ?? .custom
    }
    return members.first { event[$0.0] != nil }?.1
  }

  /// A stream's name as a word of the path; the last one counts, so the file's own name wins.
  private static func stream(named path: String) -> JourneyModel.Stream? {
    path.lowercased().split { !$0.isLetter }.compactMap { JourneyModel.Stream(name: String($0)) }.last
  }
}
