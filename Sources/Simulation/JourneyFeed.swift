internal import EventLog
internal import JourneyModel
internal import SimulatedLog

/// Seeded customers who visit, order and talk: publishes what they do, well keyed and badly, twice, late, out
/// of order and broken, and remembers it for the checks.
struct JourneyFeed {
  /// One published record.
  struct Published {
    var customer: String
    var id: String
    /// Whether it can be read at all.
    var isValid: Bool
    /// Whether it is an event of `in_transit`.
    var isTransit: Bool
    /// Identifiers of persons that it names.
    var identifiers: [String] = []
  }

  private var random: SeededRandom
  private let publisher: any Publisher
  private let topics: [JourneyModel.Stream: String]
  private var remaining: Int
  /// The only stream that has events for now; `nil` for all: one that is idle has its timers fired while the
  /// others go on.
  private var busy: JourneyModel.Stream?
  private var number = 0
  private var nextAt: Int64
  private var again: [(topic: String, key: [UInt8]?, value: [UInt8], at: Int64, record: Published)] = []
  /// Whether events come again. Under a clock that is months ahead sessions are forgotten at once, and who
  /// comes again then is new.
  var repeats = true
  /// What is decided about persons meanwhile; `nil` where nobody looks for them.
  var commands: CommandFeed?
  /// What web events are about where something is to be learned of them; `nil` where nothing is.
  var visits: VisitFeed?
  /// Every record written to the input topics, in order.
  private(set) var published: [Published] = []

  init(
    random: SeededRandom, publisher: any Publisher, topics: [JourneyModel.Stream: String], events: Int,
    start: Int64
  ) {
    self.random = random
    self.publisher = publisher
    self.topics = topics
    remaining = events
    nextAt = start
  }

  /// Publishes at once what was to come again: behind a silence of a year nobody knows any more that it came
  /// before.
  mutating func hurry(now: Int64) throws {
    for index in again.indices { again[index].at = min(again[index].at, now) }
    try step(now: now)
    // What that brought again does not come a third time.
    again.removeAll()
  }

  /// Nothing happens until this moment.
  mutating func rest(until time: Int64) { nextAt = max(nextAt, time) }

  var isFinished: Bool { remaining == 0 && again.isEmpty }

  /// Publishes what is due.
  mutating func step(now: Int64) throws {
    var batch = OutputBatch()
    while remaining > 0, nextAt <= now {
      remaining -= 1
      // Bursts, and pauses in which sessions end. Visits are seldom cut in the middle, and those of now are
      // scored by what those of a minute ago gave.
      let isPause = random.chance(oneIn: visits == nil ? 12 : 30)
      nextAt += isPause ? Int64(random.below(9_000)) : Int64(random.below(visits == nil ? 120 : 500))
      append(now: now, &batch)
    }
    for index in again.indices.reversed() where again[index].at <= now {
      let entry = again.remove(at: index)
      batch.append(entry.topic, partition: -1, key: entry.key, value: entry.value)
      published.append(entry.record)
    }
    if !batch.isEmpty { try publisher.send(batch) }
  }

  /// How often each stream has an event while none is busy alone.
  private static let mix: [JourneyModel.Stream] = [
    .web, .web, .web, .web, .web, .web, .custom, .custom, .app, .conversation,
  ]

  /// What a visitor says of himself: known from the event's number alone, so that it costs no draw and checks
  /// know it as well.
  private static func traits(of number: Int) -> String {
    let identifiers = identifiers(of: number)
    guard !identifiers.isEmpty else { return "" }
    let members = identifiers.map { identifier in
      "\"\(identifier.contains("@") ? "email" : "cellPhone")\":\"\(identifier)\""
    }
    return ",\"traits\":{" + (members + ["\"givenName\":\"N\(number % 6)\""]).joined(separator: ",") + "}"
  }

  /// The identifiers of persons that a web event names.
  static func identifiers(of number: Int) -> [String] {
    var identifiers: [String] = []
    if number % 5 == 2 { identifiers.append("p\(number / 5 % 11)@example.com") }
    if number % 7 == 3 { identifiers.append("+155501\(10 + number / 7 % 8)") }
    return identifiers
  }

  private static func page(_ visit: VisitFeed.Event?, _ random: inout SeededRandom) -> String {
    let title = "\"title\":\"Page \(random.below(9))\""
    guard let visit else { return "{\(title)}" }
    // Pages with a title are what segments are made of.
    return "{\"pathname\":\"\(visit.path)\"\(random.chance(oneIn: 8) ? ",\(title)" : "")}"
  }

  private mutating func append(now: Int64, _ batch: inout OutputBatch) {
    number += 1
    commands?.append(number, now: now, to: &batch)
    var customer = "c\(random.below(14))"
    let id = "e\(number)"
    var time = now - Int64(random.below(400))
    if random.chance(oneIn: 15) { time -= Int64(random.below(12_000)) }
    if random.chance(oneIn: 60) { time -= 90_000 }
    if random.chance(oneIn: 80) { time += 400_000 }
    let at = EventTime(milliseconds: time).iso8601
    if number % 20 == 0 {
      let isOneBusy = random.chance(oneIn: visits == nil ? 2 : 8)
      let streams = JourneyModel.Stream.allCases
      busy = isOneBusy ? streams[random.below(streams.count)] : nil
    }
    let drawn = JourneyFeed.mix[random.below(JourneyFeed.mix.count)]
    let stream = busy ?? (visits != nil && !random.chance(oneIn: 4) ? .web : drawn)
    let visit = stream == .web ? visits?.next(&random) : nil
    if let visit { customer = visit.customer }
    let head = "{\"id\":\"\(id)\",\"customerId\":\"\(customer)\",\"createdDate\":\"\(at)\""
    var text: String
    switch stream {
    case .web:
      text =
        head + ",\"eventName\":\"\(visit?.name ?? "page_viewed")\",\"page\":"
        + JourneyFeed.page(visit, &random)
        + JourneyFeed.traits(of: number) + "}"
    case .custom:
      let order = "\(customer)-\(random.below(2))"
      text =
        head + ",\"eventName\":\"in_transit\",\"sessionType\":\"delivery\",\"externalId\":\"\(order)\""
        + ",\"customerIdType\":\"email\",\"attributes\":{\"location\":\"Depot \(random.below(4))\"}}"
    case .app:
      text = head + ",\"eventName\":\"screen_viewed\"}"
    case .conversation:
      let names = ["started", "routed", "connected", "ended"]
      text =
        head
        + ",\"eventName\":\"\(names[random.below(4)])\",\"conversation\":{\"id\":\"t-\(customer)-\(number / 60)\"}}"
    }
    let isTransit = stream.profile.externalID == .object
    var isValid = true
    if random.chance(oneIn: 40) {
      isValid = false
      text = String(text.dropLast(1 + random.below(20)))
    }
    guard let topic = topics[stream] else { return }
    let value = Array(text.utf8)
    let key: [UInt8]? =
      switch random.below(6) {
      case 0: Array(id.utf8)
      case 1: nil
      default: Array(customer.utf8)
      }
    let record = Published(
      customer: customer, id: id, isValid: isValid, isTransit: isTransit,
      identifiers: stream == .web ? JourneyFeed.identifiers(of: number) : [])
    batch.append(topic, partition: -1, key: key, value: value)
    published.append(record)
    if random.chance(oneIn: 12), repeats {
      again.append((topic, key, value, now + Int64(random.below(3_000)), record))
    }
  }
}
