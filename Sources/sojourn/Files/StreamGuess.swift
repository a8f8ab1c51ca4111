import Foundation
import JourneyModel

/// Guesses the stream of a file of events, for a person who did not say it.
enum StreamGuess {
  /// What the first event says, or a word in the file's name or directory.
  static func stream(of event: Data, path: String) -> JourneyModel.Stream? {
    let object = (try? JSONSerialization.jsonObject(with: event)) as? [String: Any]
    return object.flatMap(stream(of:)) ?? stream(named: path)
  }

  private static func stream(of event: [String: Any]) -> JourneyModel.Stream? {
    let bodies = JourneyModel.Stream.allCases.map { ($0.profile.bodyMember.description, $0) }
    // Members that only one of the predefined streams has.
    let members: [(String, JourneyModel.Stream)] = [
      ("eventBody", .conversation), ("detail", .conversation), ("conversationId", .conversation),
      ("conversation", .conversation), ("screenName", .app), ("page", .web),
    ]
    let session = event["session"] as? [String: Any]
    if let type = (session?["type"] ?? event["sessionType"]) as? String {
      return JourneyModel.Stream(name: type) ?? .custom
    }
    return (bodies + members).first { event[$0.0] != nil }?.1
  }

  /// A stream's name as a word of the path; the last one counts, so the file's own name wins.
  private static func stream(named path: String) -> JourneyModel.Stream? {
    path.lowercased().split { !$0.isLetter }.compactMap { JourneyModel.Stream(name: String($0)) }.last
  }
}
