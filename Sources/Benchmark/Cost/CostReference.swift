/// Instructions an event, by way and stage, as they were counted once: what a later count is compared with.
/// The file is for people as well: a line each, with tabs between.
struct CostReference: Equatable {
  /// What was counted, and where: counts of other events, or of a processor with other instructions, say
  /// nothing.
  struct Conditions: Equatable {
    var events: Int
    var seed: UInt64
    var processor: String

    /// Of the file's first line.
    fileprivate var text: String { "# events\t\(events)\tseed\t\(seed)\tprocessor\t\(processor)" }
  }

  struct Place: Hashable {
    var way: String
    /// A stage's name, or `all`.
    var stage: String
  }

  /// A count that is greater than it was.
  struct Growth: Equatable {
    var place: Place
    var before: Int
    var now: Int

    /// For people.
    var text: String {
      let tenths = (now - before) * 1_000 / before
      return
        "\(place.way), \(place.stage): \(before) -> \(now) instructions an event (+\(tenths / 10).\(tenths % 10) %)"
    }
  }

  /// What may grow without being mentioned, in percent.
  static let tolerance = 3
  /// What grows by less than so many instructions an event is rounding.
  static let leastGrowth = 20

  var conditions: Conditions
  /// Whole instructions an event.
  var counts: [Place: Int] = [:]

  init(_ conditions: Conditions) { self.conditions = conditions }

  /// `nil` if it is no such file.
  init?(text: String) {
    var lines = text.split(separator: "\n").map { $0.split(separator: "\t") }
    guard let first = lines.first, first.count == 6, let events = Int(first[1]), let seed = UInt64(first[3])
    else { return nil }
    conditions = Conditions(events: events, seed: seed, processor: String(first[5]))
    lines.removeFirst()
    for line in lines {
      guard line.count == 3, let count = Int(line[2]) else { return nil }
      counts[Place(way: String(line[0]), stage: String(line[1]))] = count
    }
  }

  var text: String {
    let lines = counts.map { "\($0.key.way)\t\($0.key.stage)\t\($0.value)" }.sorted()
    return ([conditions.text] + lines).joined(separator: "\n") + "\n"
  }

  /// What has grown by more than the tolerance, the most first.
  func growths(to now: CostReference) -> [Growth] {
    now.counts.compactMap { place, count in
      guard let before = counts[place], before > 0, count - before >= CostReference.leastGrowth,
        count * 100 > before * (100 + CostReference.tolerance)
      else { return nil }
      return Growth(place: place, before: before, now: count)
    }.sorted { left, right in
      let (grown, other) = (left.now - left.before, right.now - right.before)
      return grown == other ? left.text < right.text : grown > other
    }
  }

  /// What there is to say of a later count, a line each.
  func remarks(on now: CostReference) -> [String] {
    guard conditions.events == now.conditions.events, conditions.seed == now.conditions.seed else {
      return [
        "cost: not compared: the recorded counts are of --events \(conditions.events) --seed \(conditions.seed)"
      ]
    }
    var remarks: [String] = []
    if conditions.processor != now.conditions.processor {
      remarks.append("cost: the recorded counts are of another processor, \(conditions.processor)")
    }
    let new = Set(now.counts.keys.map(\.way)).subtracting(counts.keys.map(\.way)).sorted()
    remarks += new.map { "cost: \($0): not recorded yet" }
    let growths = growths(to: now)
    remarks += growths.map { "cost: \($0.text)" }
    if growths.isEmpty {
      remarks.append(
        "cost: no stage takes \(CostReference.tolerance) % more instructions an event than recorded")
    }
    return remarks
  }
}
