internal import JourneyModel
internal import JourneyRules

/// Keeps what one set of definitions gave and the other did not: what both gave is only counted.
struct DifferenceBook {
  /// Something that happened in a session.
  struct Entry {
    var happening: Comparison.Happening
    var session: String
    var customerID: String
    var customerIDType: String
    var time: EventTime
    var event: String?
  }

  private struct Key: Hashable {
    var happening: Comparison.Happening
    var session: String
  }

  private let maxRows: Int
  private var open: [Key: Comparison.Row] = [:]
  private var counts: [Comparison.Happening: (old: Int, new: Int)] = [:]
  private(set) var omitted = 0

  init(maxRows: Int = Comparison.maxRows) { self.maxRows = maxRows }

  /// Takes what a batch gave by each set. What both gave at the same time leaves no trace but its count.
  mutating func take(old: [Entry], new: [Entry]) {
    var changed: Set<Key> = []
    for (side, entries) in [(Comparison.Side.old, old), (.new, new)] {
      for entry in entries {
        let key = Key(happening: entry.happening, session: entry.session)
        count(entry.happening, side)
        var row =
          open[key]
          ?? Comparison.Row(
            happening: entry.happening, session: entry.session, customerID: entry.customerID,
            customerIDType: entry.customerIDType)
        switch side {
        case .old: row.old.add(entry)
        case .new: row.new.add(entry)
        }
        open[key] = row
        changed.insert(key)
      }
    }
    for key in changed where open[key].map({ $0.old == $0.new }) ?? false { open[key] = nil }
    guard open.count > maxRows else { return }
    // Those of this batch go: which they are does not depend on the dictionary's order.
    let newest = changed.filter { open[$0] != nil }.sorted { DifferenceBook.precedes($0, $1) }
    for key in newest.suffix(open.count - maxRows) {
      open[key] = nil
      omitted += 1
    }
  }

  private mutating func count(_ happening: Comparison.Happening, _ side: Comparison.Side) {
    var count = counts[happening] ?? (0, 0)
    switch side {
    case .old: count.old += 1
    case .new: count.new += 1
    }
    counts[happening] = count
  }

  /// Takes over another lane's.
  mutating func merge(_ other: DifferenceBook) {
    for (happening, count) in other.counts {
      let own = counts[happening] ?? (0, 0)
      counts[happening] = (own.old + count.old, own.new + count.new)
    }
    omitted += other.omitted
    // A session is of one lane.
    for (key, row) in other.open { open[key] = row }
    guard open.count > maxRows else { return }
    for key in open.keys.sorted(by: DifferenceBook.precedes).suffix(open.count - maxRows) {
      open[key] = nil
      omitted += 1
    }
  }

  /// In the order of kind, definition, word and session.
  var rows: [Comparison.Row] {
    open.keys.sorted(by: DifferenceBook.precedes).compactMap { open[$0] }
  }

  var totals: [Comparison.Count] {
    counts.sorted { $0.key.precedes($1.key) }.map {
      Comparison.Count(happening: $0.key, old: $0.value.old, new: $0.value.new)
    }
  }

  private static func precedes(_ left: Key, _ right: Key) -> Bool {
    if left.happening != right.happening { return left.happening.precedes(right.happening) }
    return left.session.utf8.lexicographicallyPrecedes(right.session.utf8)
  }
}

extension Comparison.Happening {
  private static let kinds: [DefinitionKind] = [.segment, .outcome, .actionMap]

  fileprivate func precedes(_ other: Comparison.Happening) -> Bool {
    let order = Comparison.Happening.kinds
    let (own, others) = (
      order.firstIndex(of: kind) ?? order.count, order.firstIndex(of: other.kind) ?? order.count
    )
    if own != others { return own < others }
    for (left, right) in [
      (definition, other.definition), (word, other.word), (reason ?? "", other.reason ?? ""),
    ]
    where left != right {
      return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
    return false
  }
}

extension Comparison.Told {
  fileprivate mutating func add(_ entry: DifferenceBook.Entry) {
    count += 1
    if first.map({ entry.time < $0 }) ?? true { (first, event) = (entry.time, entry.event) }
  }
}
