internal import CEdge

/// A regular expression over bytes.
final class Pattern: Sendable {
  /// What is wrong with one.
  struct Flaw: Error {
    var reason: String
  }

  // Opaque, and read only since it was compiled: PCRE2 lets any number of threads match with it.
  private nonisolated(unsafe) let pattern: OpaquePointer

  init(_ text: String, ignoresCase: Bool = false) throws(Flaw) {
    var why = [CChar](repeating: 0, count: 256)
    guard let pattern = cedge_pattern_compile(text, text.utf8.count, ignoresCase, &why, why.count) else {
      throw Flaw(
        reason: String(decoding: why.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    self.pattern = pattern
  }

  deinit { cedge_pattern_free(pattern) }

  /// Looks for the first match.
  ///
  /// - Returns: `nil` if there is none, and if the search took more than it may.
  func firstMatch(in subject: MatchSubject) -> [Range<Int>?]? {
    subject.firstMatch(pattern)
  }
}

/// A text that patterns are looked for in, on one thread: with the limits, and the groups of the last match.
final class MatchSubject {
  let bytes: [UInt8]
  /// Patterns that were given up on this text.
  private(set) var stopped = 0
  private let maxStopped: Int
  private let scratch: OpaquePointer?
  private var bounds = [Int](repeating: 0, count: 2 * CEDGE_GROUPS)

  init(_ bytes: [UInt8], limits: EdgeLimits) {
    self.bytes = bytes
    maxStopped = limits.stoppedMatches
    scratch = cedge_scratch_new(UInt32(clamping: limits.matchSteps))
  }

  deinit { cedge_scratch_free(scratch) }

  /// Whether so many patterns were given up that no more are tried.
  var isGivenUp: Bool { stopped >= max(1, maxStopped) }

  fileprivate func firstMatch(_ pattern: OpaquePointer) -> [Range<Int>?]? {
    guard let scratch, !isGivenUp else { return nil }
    switch cedge_pattern_match(pattern, scratch, bytes, bytes.count, &bounds) {
    case CEDGE_MATCH:
      return (0..<(bounds.count / 2)).map { group in
        let (start, end) = (bounds[2 * group], bounds[2 * group + 1])
        return start >= 0 && start <= end && end <= bytes.count ? start..<end : nil
      }
    case CEDGE_STOPPED:
      stopped += 1
      return nil
    default: return nil
    }
  }

  /// The bytes of a group, without blanks at its ends.
  ///
  /// - Returns: `nil` if the group took no part, or is empty.
  func text(_ range: Range<Int>?) -> String? {
    guard let range, !range.isEmpty else { return nil }
    return String(decoding: bytes[range], as: UTF8.self)
  }
}
