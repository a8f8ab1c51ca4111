import EventLog
import JourneyModel
import SeededGenerator

/// What customers of the demo's companies did in a week before its scenes: visits, chats and calls. Drawn
/// from a seed, and the same to the second for whoever starts the demo within the same week.
///
/// These customers are in no scene.
struct DemoHistory {
  /// One event, as a producer would send it.
  private struct Line {
    var time: EventTime
    var json: String
  }

  static let visitCount = 500
  static let conversationCount = 100
  private static let week = EventTime.Span.hours(7 * 24)
  /// The least time from its end to the demo.
  private static let distance = EventTime.Span.hours(24)

  private var generator = SeededGenerator(seed: 1)
  private let begin: EventTime
  private var visits: [Line] = []
  private var conversations: [Line] = []

  /// - Parameter start: when the demo starts.
  init(before start: EventTime) {
    // Whole weeks, so that weekdays and hours fall on the same visits every time, and so the same is learned.
    let weeks = (start - DemoHistory.week - DemoHistory.distance).milliseconds / DemoHistory.week.milliseconds
    begin = EventTime(milliseconds: weeks * DemoHistory.week.milliseconds)
    for number in 1...DemoHistory.visitCount { addVisit(number) }
    for number in 1...DemoHistory.conversationCount { addConversation(number) }
  }

  /// The events of a stream by their time.
  func chunk(of stream: JourneyModel.Stream, topic: String) -> RecordChunk {
    let lines = stream == .web ? visits : stream == .conversation ? conversations : []
    let sorted = lines.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }
    var chunk = RecordChunk(source: TopicPartition(topic, 0), next: NextOffset(0))
    for (offset, line) in sorted.map(\.element).enumerated() {
      chunk.append(
        offset: RecordOffset(Int64(offset)), timestamp: -1, key: nil, value: Array(line.json.utf8))
    }
    chunk.seal()
    return chunk
  }

  // MARK: - Visits

  /// What a visitor does once.
  private struct Move {
    var name = "page_viewed"
    var path: String
    var title: String

    static let home = Move(path: "/", title: "Home Page")
    static let shelf = [
      Move(path: "/cargo", title: "Cargo Bikes"), Move(path: "/city", title: "City Bikes"),
      Move(path: "/children", title: "Children"), Move(path: "/parts", title: "Parts"),
      Move(path: "/search", title: "Search"), Move(path: "/workshop", title: "Workshop"),
      Move(path: "/tours", title: "Tours"),
    ]
    static let bank = [
      Move(path: "/savings", title: "Savings"), Move(path: "/search", title: "Search"),
      Move(path: "/loans/apply", title: "Loan Application"),
    ]
    static let form = Move(name: "form_submitted", path: "/loans/apply", title: "Loan Application")
    static let products = ["/cargo", "/city", "/children"].map {
      Move(name: "product_added", path: $0, title: "")
    }
    static let checkout = Move(path: "/checkout", title: "Checkout")
    static let removal = Move(name: "product_removed", path: "/cart", title: "Cart")
    static let order = Move(name: "order_placed", path: "/checkout/done", title: "Thank You")
  }

  private mutating func addVisit(_ number: Int) {
    var time = beginning(of: number, among: DemoHistory.visitCount)
    let family = generator.pick(["Chrome", "Firefox", "Safari"])
    let (host, moves) = drawMoves()
    for (place, move) in moves.enumerated() {
      time = time + .seconds(generator.pick(5...90))
      var json = """
        {"id":"past-\(number)-\(place + 1)","eventName":"\(move.name)","createdDate":"\(time.iso8601)",\
        "customerId":"past-visitor-\(number)","customerIdType":"cookie",\
        "page":{"url":"https://\(host)\(move.path)","title":"\(move.title)"}
        """
      if move.name == "product_added" {
        let product = generator.pick(["Long John", "City Light", "Little One"])
        let price = generator.pick(3...29) * 100 - 10
        json += ",\"attributes\":{\"product\":\"\(product)\",\"price\":\(price)}"
      }
      if place == 0 { json += ",\"browser\":{\"family\":\"\(family)\"}" }
      visits.append(Line(time: time, json: json + "}"))
    }
  }

  /// Of a hundred visitors 16 are on the bank's pages, 32 look round the shop, 34 order, and the others have
  /// second thoughts.
  private mutating func drawMoves() -> (host: String, moves: [Move]) {
    var moves = [Move.home]
    if generator.chance(16) {
      for _ in 0..<generator.pick(1...4) { moves.append(generator.pick(Move.bank)) }
      if generator.chance(50) { moves.append(.form) }
      return ("bank.example.com", moves)
    }
    let kind = generator.pick(1...100)
    if kind <= 38 {
      for _ in 0..<generator.pick(1...5) { moves.append(generator.pick(Move.shelf)) }
      if generator.chance(3) { moves.append(.order) }
      return ("bikes.example.com", moves)
    }
    for _ in 0..<generator.pick(1...3) { moves.append(generator.pick(Move.shelf)) }
    moves.append(generator.pick(Move.products))
    if kind <= 78 {
      if generator.chance(30) { moves.append(generator.pick(Move.shelf)) }
      moves.append(.checkout)
      if generator.chance(95) { moves.append(.order) }
    } else {
      if generator.chance(12) { moves.append(.checkout) }
      moves.append(.removal)
      for _ in 0..<generator.pick(0...2) { moves.append(generator.pick(Move.shelf)) }
      if generator.chance(2) { moves.append(.order) }
    }
    return ("bikes.example.com", moves)
  }

  // MARK: - Conversations

  private mutating func addConversation(_ number: Int) {
    var time = beginning(of: number, among: DemoHistory.conversationCount)
    let channel = number.isMultiple(of: 2) ? "Call" : "Chat"
    for name in ["started", "routed", "connected", "ended"] {
      let json = """
        {"id":"past-\(channel)-\(number)-\(name)","eventName":"\(name)","createdDate":"\(time.iso8601)",\
        "customerId":"past-caller-\(number)@example.com","customerIdType":"email",\
        "conversation":{"id":"past-conversation-\(number)"},"channels":[{"type":"\(channel)"}],\
        "originatingDirection":"Inbound"}
        """
      conversations.append(Line(time: time, json: json))
      time = time + .seconds(generator.pick(5...90))
    }
  }

  /// They begin one after the other, all through the week.
  private mutating func beginning(of number: Int, among count: Int) -> EventTime {
    let gap = DemoHistory.week.milliseconds / Int64(count)
    let moment = Int64(number - 1) * gap + generator.pick(0...600_000)
    return begin + EventTime.Span(milliseconds: moment)
  }
}
