/// The row of a session, in the order of lists: of two the one that began later has the greater number.
///
/// The index of texts goes through its rows by their number, so what a list begins with is found without
/// looking at all that have a text.
enum SessionNumber {
  /// Numbers of one millisecond.
  static let slots: Int64 = 1 << 20
  /// Times beyond are ordered as if they were these; 109 years after 1970, and before it.
  private static let times = -(Int64(1) << 42)...(Int64(1) << 42) - 1

  /// The numbers of sessions that began at a time, in milliseconds since 1970-01-01T00:00:00Z.
  static func bucket(of created: Int64) -> Range<Int64> {
    let start = min(max(created, times.lowerBound), times.upperBound) * slots
    return start..<start + slots
  }

  /// The numbers of all sessions that share a number's time.
  static func bucket(around number: Int64) -> Range<Int64> {
    let time = number >= 0 ? number / slots : (number - slots + 1) / slots
    return time * slots..<(time + 1) * slots
  }

  /// A number for a session; which one within its bucket says nothing.
  ///
  /// - Parameter isTaken: whether a number is another session's.
  static func free(created: Int64, id: String, isTaken: (Int64) throws -> Bool) rethrows -> Int64 {
    let bucket = bucket(of: created)
    let first = Int64(truncatingIfNeeded: ViewWriter.digest([id])) & (slots - 1)
    var number = bucket.lowerBound + first
    // A full bucket goes on behind its end, where lists of texts have them a millisecond too late.
    var tries: Int64 = 0
    while try isTaken(number) {
      tries += 1
      number = tries < slots ? bucket.lowerBound + (first + tries) % slots : number + 1
    }
    return number
  }
}
