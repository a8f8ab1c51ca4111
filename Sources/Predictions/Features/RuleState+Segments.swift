package import JourneyRules

extension RuleState {
  /// Digests of the segments that are assigned, as features take them.
  ///
  /// - Parameter segments: emptied first; `FeatureLimits.segments` at most.
  package borrowing func noteSegments(in segments: inout [UInt32]) {
    segments.removeAll(keepingCapacity: true)
    // By index: docs/design/hot-path.md.
    for index in assignments.indices {
      guard assignments[index].kind == .segment, !assignments[index].isExpired,
        segments.count < FeatureLimits.segments
      else { continue }
      segments.append(Mixing.digest(assignments[index].id))
    }
  }
}
