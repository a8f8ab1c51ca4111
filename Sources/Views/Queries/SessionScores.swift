internal import Bytes

/// How likely a session is to reach outcomes, in the Journey API's form.
package enum SessionScores {
  /// `{"outcomeScores":[…]}`, empty while nothing is predicted.
  package static func of(_ entry: SessionEntry) -> [UInt8] {
    let walk = JSONWalk(bytes: entry.snapshot)
    let scores = walk.member("outcomeScores", of: 0..<entry.snapshot.count)
    return Array("{\"outcomeScores\":".utf8) + (scores.map { Array(walk.bytes[$0]) } ?? Array("[]".utf8))
      + Array("}\n".utf8)
  }
}
