import JourneyRules

/// Finds the session that a person's id means: the whole id, or its beginning.
package struct SessionMatch {
  /// Fewest characters of a beginning.
  package static let minCharacters = 4
  /// Most ids that a message lists.
  package static let maxListed = 5
  /// Most ids that are kept, to name the one that was probably meant.
  private static let maxIDs = 100_000

  package let id: String
  private var values: [String: [UInt8]] = [:]
  private var others: Set<String> = []

  /// What was found.
  package enum Result: Equatable {
    case one(id: String, value: [UInt8])
    /// The beginning of several ids, at most `maxListed` of them.
    case several([String])
    /// None; the id that was probably meant.
    case none(nearest: String?)
  }

  /// - Returns: `nil` if the text is too short to mean one session.
  package init?(_ text: String) {
    guard text.count >= SessionMatch.minCharacters else { return nil }
    id = text.lowercased()
  }

  /// Takes a record of the sessions topic. A later record of a session replaces the earlier one.
  package mutating func take(_ record: SessionRecord) {
    if record.key.hasPrefix(id) {
      // One more than are listed is enough to know that there are several.
      guard values[record.key] != nil || values.count <= SessionMatch.maxListed else { return }
      values[record.key] = record.value
    } else if others.count < SessionMatch.maxIDs {
      others.insert(record.key)
    }
  }

  package var result: Result {
    if let value = values[id] { return .one(id: id, value: value) }
    if values.count == 1, let (id, value) = values.first { return .one(id: id, value: value) }
    if values.isEmpty { return .none(nearest: Nearest.candidate(to: id, among: others.sorted())) }
    return .several(Array(values.keys.sorted().prefix(SessionMatch.maxListed)))
  }

  /// Why no session is meant, for a person; `nil` if one is.
  package func problem(of place: String) -> String? {
    switch result {
    case .one: nil
    case .several(let ids):
      "'\(id)' is the beginning of several sessions of \(place): \(ids.joined(separator: ", "))"
    case .none(let nearest):
      "there is no session '\(id)' on \(place)" + (nearest.map { " (nearest is \($0))" } ?? "")
    }
  }
}
