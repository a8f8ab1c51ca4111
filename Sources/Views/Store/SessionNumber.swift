/// The row of a session, in the order of lists: of two the one that began later has the greater number,
/// unless very many began in one millisecond. A number is never earlier than its session, and at most so much
/// later.
///
/// The index of texts goes through its rows by their number, so what a list begins with is found without
/// looking at all that have a text. There a session has its own number and those behind it, as many as
/// `parts`: a session's texts grow line by line, and what is new gets a row.
enum SessionNumber {
  /// Numbers of a session.
  static let parts: Int64 = 64
  /// Sessions of one millisecond.
  static let slots: Int64 = 1 << 14
  /// Places that are looked at for a session in one millisecond, before those of the next one.
  static let looks: Int64 = 32
  /// Milliseconds by which a number may be later than its session, and no more are expected: as many have
  /// places for four million that began at once.
  static let maxDelay: Int64 = 256
  /// Numbers of one millisecond.
  private static let width = parts * slots
  /// Times beyond are ordered as if they were these; 139 years after 1970, and before it.
  private static let times = -(Int64(1) << 42)...(Int64(1) << 42) - 1

  /// The numbers of sessions that began at a time, in milliseconds since 1970-01-01T00:00:00Z.
  static func bucket(of created: Int64) -> Range<Int64> {
    let start = min(max(created, times.lowerBound), times.upperBound) * width
    return start..<start + width
  }

  /// Where the numbers end of sessions that began at a time, or before.
  static func end(of created: Int64) -> Int64 { bucket(of: created).upperBound + maxDelay * width }

  /// Whether a session that began at a time may have a number.
  static func isNumber(_ number: Int64, of created: Int64) -> Bool {
    (bucket(of: created).lowerBound..<end(of: created)).contains(number)
  }

  /// The numbers that a session has in the index of texts.
  static func rows(of number: Int64) -> Range<Int64> { number..<number + parts }

  /// A number for a session; which one within its bucket says nothing.
  ///
  /// A mailing begins very many sessions at once: what finds no place goes on in the next millisecond, after
  /// a few looks rather than at all that are there.
  ///
  /// - Parameter isTaken: whether a number is another session's.
  static func free(created: Int64, id: String, isTaken: (Int64) throws -> Bool) rethrows -> Int64 {
    let start = bucket(of: created).lowerBound
    let digest = ViewWriter.digest([id])
    let (first, step) = (digest & (slots - 1), digest >> 32 & (slots - 1) | 1)
    var tried: Int64 = 0
    func number() -> Int64 { start + tried / looks * width + (first + tried * step) % slots * parts }
    while try isTaken(number()) { tried += 1 }
    return number()
  }
}
