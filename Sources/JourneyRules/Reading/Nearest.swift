/// Finds the word that was probably meant.
package enum Nearest {
  /// The candidate with the fewest edits, the first of several; `nil` if none is near.
  package static func candidate(to word: String, among candidates: [String]) -> String? {
    let text = Array(Letters.lowercased(word).utf8)
    guard text.count <= 64 else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let distance = edits(text, Array(Letters.lowercased(candidate).utf8))
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(1, text.count / 3) else { return nil }
    return best.candidate
  }

  /// Levenshtein's distance.
  private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let substituted = diagonal + (byte == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(substituted, row[column] + 1, row[column + 1] + 1)
      }
    }
    return row[right.count]
  }
}
