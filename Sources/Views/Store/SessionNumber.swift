/// The row of a session, in the order of lists: of two the one that began later has the greater number.
///
/// The index of texts goes through its rows by their number, so what a list begins with is found without
/// looking at all that have a text. There a session has its own number and those behind it, as many as
/// `parts`: a session's texts grow line by line, and what is new gets a row.
enum SessionNumber {
  /// Numbers of a session.
  static let parts: Int64 = 64
  /// Sessions of one millisecond.
  static let slots: Int64 = 1 << 14
  /// Numbers of one millisecond.
  private static let width = parts * slots
  /// Times beyond are ordered as if they were these; 139 years after 1970, and before it.
  private static let times = -(Int64(1) << 42)...(Int64(1) << 42) - 1

  /// The numbers of sessions that began at a time, in milliseconds since 1970-01-01T00:00:00Z.
  static func bucket(of created: Int64) -> Range<Int64> {
    let start = min(max(created, times.lowerBound), times.upperBound) * width
    return start..<start + width
  }

  /// The numbers of all sessions that share a number's time.
  static func bucket(around number: Int64) -> Range<Int64> {
    // Shifting rounds down, below 0 as well.
    let start = (number >> width.trailingZeroBitCount) * width
    return start..<start + width
  }

  /// The numbers that a session has in the index of texts.
  static func rows(of number: Int64) -> Range<Int64> { number..<number + parts }

  /// A number for a session; which one within its bucket says nothing.
  ///
  /// - Parameter isTaken: whether a number is another session's.
  static func free(created: Int64, id: String, isTaken: (Int64) throws -> Bool) rethrows -> Int64 {
    let bucket = bucket(of: created)
    let first = Int64(truncatingIfNeeded: ViewWriter.digest([id])) & (slots - 1)
    var number = bucket.lowerBound + first * parts
    // A full bucket goes on behind its end, where lists of texts have them a millisecond too late.
    var tries: Int64 = 0
    while try isTaken(number) {
      tries += 1
      number = tries < slots ? bucket.lowerBound + (first + tries) % slots * parts : number + parts
    }
    return number
  }
}
