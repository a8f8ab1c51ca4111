import EventLog
import JourneyModel
import SeededGenerator
import Sessionizer
import WireFormat

/// A seeded stream of events and ticks over three lanes, in which everything rare happens often: times are a
/// few milliseconds apart, and so are the limits.
struct RandomStream {
  enum Step {
    /// An event by its index in `items` and in the decoded batch, and the wall-clock time it was taken at.
    case event(Int, takenAt: Int64)
    /// Of one stream, or of every one.
    case tick(lane: LaneNumber, of: Stream?, to: Int64)
  }

  static let lanes: Int32 = 3
  private static let start: Int64 = 1_767_600_000_000

  private(set) var settings = SessionSettings()
  private(set) var items: [ObviousModel.Item] = []
  private(set) var steps: [Step] = []
  private(set) var chunk: RecordChunk

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    chunk = RecordChunk(source: TopicPartition("mixed", 0), next: NextOffset(0))
    settings = RandomStream.settings(&generator)
    // A minute may begin in the middle of the stream.
    var now = RandomStream.start - (generator.chance(50) ? generator.pick(1...150) : 0)
    for _ in 0..<generator.pick(20...50) {
      now += generator.chance(6) ? generator.pick(10...70) : generator.pick(0...4)
      if generator.chance(8) {
        let lane = LaneNumber(Int32(generator.pick(0...2)))
        let stream = generator.chance(50) ? generator.pick(Stream.allCases) : nil
        steps.append(.tick(lane: lane, of: stream, to: now + generator.pick(-10...80)))
        continue
      }
      let item =
        !items.isEmpty && generator.chance(12)
        ? items[Int(generator.pick(Int64(max(0, items.count - 12))...Int64(items.count - 1)))]
        : RandomStream.item(number: items.count, near: now, &generator)
      append(item, takenAt: now)
    }
    chunk.seal()
  }

  private mutating func append(_ item: ObviousModel.Item, takenAt: Int64) {
    steps.append(.event(items.count, takenAt: takenAt))
    items.append(item)
    chunk.append(
      offset: RecordOffset(Int64(items.count - 1)), timestamp: -1, key: nil,
      value: Array(RandomStream.json(item).utf8))
  }

  private static func settings(_ generator: inout SeededGenerator) -> SessionSettings {
    var settings = SessionSettings()
    func span(_ range: ClosedRange<Int64>) -> EventTime.Span {
      EventTime.Span(milliseconds: generator.pick(range))
    }
    settings.maxOutOfOrder = span(0...5)
    settings.maxFutureSkew = span(5...20)
    settings.allowedLateness = span(5...40)
    settings.webGap = span(3...12)
    settings.appGap = span(3...12)
    settings.conversationRetention = span(5...60)
    settings.afterCallWorkTimeout = span(1...10)
    // What is remembered of the forgotten has tests of its own.
    settings.conversationMemory = EventTime.Span(milliseconds: 0)
    settings.maxSessionDuration = span(6...40)
    settings.maxSessionEvents = Int(generator.pick(2...9))
    if generator.chance(40) { settings.maxEventsPerMinute = Int(generator.pick(2...7)) }
    settings.maxJourneyMapEvents = Int(generator.pick(2...8))
    settings.duplicateWindow = Int(generator.pick(2...8))
    var visit = SessionSettings.SessionType()
    visit.timeout = span(3...12)
    settings.types = ["visit": visit]
    return settings
  }

  private static func item(
    number: Int, near now: Int64, _ generator: inout SeededGenerator
  ) -> ObviousModel.Item {
    let stream = generator.pick([Stream.web, .web, .web, .web, .app, .conversation, .conversation, .custom])
    let customer = generator.pick(["ann", "ann", "ann", "bea", "cyd"])
    let delay = generator.chance(15) ? generator.pick(0...70) : generator.pick(-2...6)
    let lead = generator.chance(4) ? generator.pick(0...25) : 0
    var item = ObviousModel.Item(
      stream: stream, lane: Placement.lane(of: customer.utf8, partitions: lanes), time: now - delay + lead,
      type: stream.name, customerIDType: "cookie", customer: customer, external: "", id: "e\(number)",
      name: "page_viewed", disconnectType: nil, isWrapup: false)
    // A careless producer uses an id again.
    if number > 0, generator.chance(5) { item.id = "e\(generator.pick(0...Int64(number - 1)))" }
    switch stream {
    case .web: item.name = generator.pick(["page_viewed", "object_clicked"])
    case .app: item.name = generator.pick(["screen_viewed", "page_viewed"])
    case .custom:
      item.type = generator.pick(["visit", "visit", "parcel"])
      item.external = generator.pick(["x1", "x2"])
    case .conversation:
      item.external = generator.pick(["c1", "c2"])
      item.name = generator.pick(["started", "routed", "connected", "connected", "ended", "noted"])
      if item.name == "ended" { item.disconnectType = generator.pick(["Peer", "Client", "System"]) }
      item.isWrapup = generator.chance(12)
    }
    return item
  }

  private static func json(_ item: ObviousModel.Item) -> String {
    var text = "{\"id\":\"\(item.id)\",\"eventName\":\"\(item.name)\",\"createdDate\":\(item.time)"
    text += ",\"customerId\":\"\(item.customer)\",\"customerIdType\":\"\(item.customerIDType)\""
    if item.stream == .custom {
      text += ",\"sessionType\":\"\(item.type)\",\"externalId\":\"\(item.external)\""
    }
    if item.stream == .conversation { text += ",\"conversationId\":\"\(item.external)\"" }
    if let type = item.disconnectType { text += ",\"disconnectType\":\"\(type)\"" }
    if item.isWrapup { text += ",\"userDisposition\":{\"code\":\"Sold\"}" }
    return text + "}"
  }
}
