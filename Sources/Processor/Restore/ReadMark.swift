package import EventLog
package import JourneyModel

/// Up to when a partition is known to have been read.
///
/// That it is at its end need never be seen while records keep coming. What stood in it at some time is known to be read once its end
/// of then is.
package struct ReadMark {
  /// All that stood in the partition at this time has been read; `nil` until it is known.
  private(set) var readTo: EventTime?
  /// Where it ended at a time; once that is read, `readTo` moves up.
  private var mark: (end: NextOffset, at: EventTime)?

  /// Notes what is known of the partition now.
  ///
  /// - Parameters:
  ///   - position: where reading goes on.
  ///   - end: where the partition ends.
  package mutating func note(isAtEnd: Bool, position: NextOffset?, end: NextOffset?, now: EventTime) {
    if isAtEnd {
      readTo = now
      mark = nil
      return
    }
    if let known = mark, let position, position >= known.end {
      readTo = known.at
      mark = nil
    }
    if mark == nil, let end { mark = (end, now) }
  }
}
