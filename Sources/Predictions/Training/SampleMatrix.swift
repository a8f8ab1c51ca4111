/// What fitting works on: for each sample the places of its tokens, and whether the outcome followed.
struct SampleMatrix {
  /// The first place of each sample in `places`, and one past the last.
  private(set) var starts: [Int32] = [0]
  private(set) var places: [UInt16] = []
  private(set) var isAchieving: [Bool] = []

  init(_ sessions: LabeledSessions, _ range: Range<Int>, _ vocabulary: Vocabulary) {
    for session in range {
      let label = sessions.isAchieving(session)
      sessions.forEachSample(session) { tokens in
        Thresholds.forEach(tokens) { token in
          if let place = vocabulary.place(of: token) { places.append(place) }
        }
        starts.append(Int32(places.count))
        isAchieving.append(label)
      }
    }
  }

  var count: Int { isAchieving.count }

  /// The share of samples that the outcome followed; strictly between 0 and 1 as long as there are both.
  var rate: Double {
    let achieving = isAchieving.reduce(0) { $1 ? $0 + 1 : $0 }
    return Double(achieving) / Double(max(count, 1))
  }
}
