import LogTools
import Processor
internal import WireFormat

/// The files of a replay, one for each topic that the catalogue says a replay writes.
struct ReplayFiles: Sendable {
  private let files: [OutputTopic: NDJSONFile]
  /// In the order in which they are published.
  private let order: [NDJSONFile]

  /// - Parameters:
  ///   - hasDefinitions: whether there is anything that gives events.
  ///   - findsPersons: whether there are contacts.
  init(directory: String, hasDefinitions: Bool, findsPersons: Bool) throws {
    var files: [OutputTopic: NDJSONFile] = [:]
    var order: [NDJSONFile] = []
    for entry in OutputCatalog.standard.shown {
      switch entry.replay {
      case .none: continue
      case .events where !hasDefinitions: continue
      case .lastValues where !findsPersons: continue
      case .lastRevisions, .lastValues, .events, .rejections:
        let file = try NDJSONFile(path: directory + "/\(entry.name).ndjson")
        files[entry.topic] = file
        order.append(file)
      }
    }
    self.files = files
    self.order = order
  }

  /// Complete lines of sessions.
  func write(sessions lines: [UInt8]) async throws { try await write(lines, of: .sessions) }

  /// Complete lines of a topic's values.
  func write(_ lines: [UInt8], of topic: OutputTopic) async throws { try await files[topic]?.write(lines) }

  /// Refused records.
  func write(rejections: [Replay.Rejected], inputs: [String]) async throws {
    try await files[.rejected]?.write(rejections: rejections, inputs: inputs)
  }

  /// All of them are on the disk before the first takes the place of an earlier one.
  func publish() async throws {
    for file in order { try await file.finish() }
    for file in order { try await file.publish() }
  }
}
