internal import JourneyModel
internal import WireFormat

/// What the sources of one lane have used, by day: the sum of its journal so far. A value that neither reads
/// nor writes.
struct UsageTotals: Sendable {
  /// Days that can still grow, the newest included. What a clock that was set back farther says goes to the
  /// oldest of them: a day that was forgotten would begin anew.
  static let maxDays: Int64 = 7
  /// Most sources and streams of a day that are told apart.
  static let maxSources = 10_000

  struct Key: Hashable, Sendable {
    var day: Int64
    var source: String
    var stream: JourneyModel.Stream
  }

  let lane: LaneNumber
  private(set) var counts: [Key: UsageCounts.Count] = [:]
  /// Counts that have changed since they were written, and by how much.
  private(set) var changes: [Key: UsageCounts.Count] = [:]
  private var sequence = 0
  /// When the newest batch was taken.
  private(set) var takenAt = EventTime(milliseconds: 0)
  private var newest = Int64.min
  private var sources: [Int64: Int] = [:]

  init(lane: LaneNumber) { self.lane = lane }

  /// Takes up what was written before.
  mutating func load(_ record: UsageRecord) {
    guard let time = EventTime(iso8601: record.day + "T00:00:00.000Z") else { return }
    var count = UsageCounts.Count()
    (count.events, count.sessions) = (record.events, record.sessions)
    set(count, Key(day: UsageTotals.day(of: time), source: record.source, stream: record.stream))
    sequence = max(sequence, record.sequence)
  }

  /// Adds a batch.
  mutating func add(_ record: JournalRecord) {
    sequence = max(sequence, BatchSequence(0).distance(to: record.sequence))
    takenAt = record.takenAt
    var day = UsageTotals.day(of: record.takenAt)
    if newest > Int64.min { day = max(day, newest - UsageTotals.maxDays + 1) }
    for (source, streams) in record.usage.counts {
      for (stream, count) in streams {
        var key = Key(day: day, source: source, stream: stream)
        if counts[key] == nil, sources[day] ?? 0 >= UsageTotals.maxSources { key.source = UsageCounts.others }
        set(count.added(to: counts[key]), key)
        changes[key] = count.added(to: changes[key])
      }
    }
  }

  /// The records of what has changed, in the order of their keys.
  var records: [UsageRecord] {
    changes.keys.map { key in
      let count = counts[key] ?? UsageCounts.Count()
      return UsageRecord(
        lane: lane, day: UsageTotals.text(of: key.day), source: key.source, stream: key.stream,
        events: count.events, sessions: count.sessions, sequence: sequence)
    }.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// The changes are written: what is of days that cannot grow any more is forgotten.
  mutating func settle() {
    changes = [:]
    // Nothing was counted yet: there is no newest day.
    guard newest > Int64.min else { return }
    let oldest = newest - UsageTotals.maxDays + 1
    guard counts.keys.contains(where: { $0.day < oldest }) else { return }
    counts = counts.filter { $0.key.day >= oldest }
    sources = sources.filter { $0.key >= oldest }
  }

  private mutating func set(_ count: UsageCounts.Count, _ key: Key) {
    if counts.updateValue(count, forKey: key) == nil { sources[key.day, default: 0] += 1 }
    newest = max(newest, key.day)
  }

  private static let millisecondsOfDay: Int64 = 86_400_000

  static func day(of time: EventTime) -> Int64 {
    let (days, rest) = time.milliseconds.quotientAndRemainder(dividingBy: millisecondsOfDay)
    return rest < 0 ? days - 1 : days
  }

  private static func text(of day: Int64) -> String {
    String(EventTime(milliseconds: day * millisecondsOfDay).iso8601.prefix(10))
  }
}

extension UsageCounts.Count {
  func added(to other: UsageCounts.Count?) -> UsageCounts.Count {
    var sum = self
    sum.events += other?.events ?? 0
    sum.sessions += other?.sessions ?? 0
    return sum
  }
}
