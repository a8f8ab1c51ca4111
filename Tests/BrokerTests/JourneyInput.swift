internal import JourneyModel
import SeededGenerator

/// Seeded events of customers who come, go and come again: web visits, deliveries and conversations.
///
/// They span 50 minutes of event time, less than the allowed lateness. However far one lane falls behind
/// another, no event is too late, so where and when it is read must not matter.
struct JourneyInput {
  /// One event with the key it is published under.
  struct Event {
    var stream: JourneyModel.Stream
    /// The customer's id, or what a producer took for the key by mistake.
    var key: [UInt8]?
    var value: [UInt8]
  }

  static let start = EventTime(milliseconds: 1_767_607_200_000)
  static let span: Int64 = 50 * 60_000

  /// The events in the order of publishing; some a little out of order, some twice.
  private(set) var events: [Event] = []
  /// How many of them are no repetitions.
  let distinct: Int
  /// Hundreds of customers that come in one window.
  private let crowd: Int
  private var random: SeededGenerator
  private var steps: [String: Int] = [:]

  init(seed: UInt64, events count: Int, crowd: Int = 1) {
    distinct = count
    self.crowd = crowd
    random = SeededGenerator(seed: seed)
    for number in 0..<count { append(number, of: count) }
  }

  /// How a customer's events are keyed: most rightly, some by the event, some not at all.
  enum Keying { case customer, event, none }

  /// How the events of a customer are keyed.
  static func keying(ofCustomer name: String) -> Keying {
    guard let number = name.split(separator: "-").last.flatMap({ Int($0) }) else { return .customer }
    return switch number % 5 {
    case 3: .event
    case 4: .none
    default: .customer
    }
  }

  private mutating func append(_ number: Int, of count: Int) {
    var time = Self.start + .init(milliseconds: Self.span * Int64(number) / Int64(count))
    if random.chance(5) { time = time - .init(milliseconds: Int64.random(in: 0..<4_000, using: &random)) }
    // Ten windows of five minutes. Customers stay for two of them and come back after another five, when the
    // session of their first visit has ended.
    let window = 10 * number / count
    let customer =
      "customer-\((window * 50 * crowd + Int.random(in: 0..<100 * crowd, using: &random)) % (350 * crowd))"
    let stream = random.pick([.web, .web, .web, .custom, .conversation] as [JourneyModel.Stream])
    let id = "\(stream.name)-\(number)"
    let text = """
      {"id":"\(id)","createdDate":"\(time.iso8601)","customerId":"\(customer)",\
      \(members(of: stream, number, customer))}
      """
    let key: String? =
      switch Self.keying(ofCustomer: customer) {
      case .customer: customer
      case .event: id
      case .none: nil
      }
    let event = Event(stream: stream, key: key.map { Array($0.utf8) }, value: Array(text.utf8))
    events.append(event)
    if random.chance(2) { events.append(event) }
  }

  private mutating func members(of stream: JourneyModel.Stream, _ number: Int, _ customer: String) -> String {
    switch stream {
    case .web, .app:
      let search = random.chance(20) ? "\"searchQuery\":\"\(random.pick(["bike", "lock"]))\"," : ""
      return """
        "customerIdType":"cookie","eventName":"page_viewed",\(search)\
        "page":{"url":"https://shop.example.com/\(number % 17)","title":"Page \(number % 17)"}
        """
    case .custom:
      let order = "order-\(customer)-\(Int.random(in: 0..<3, using: &random))"
      return """
        "customerIdType":"email","eventName":"\(random.pick(["ordered", "in_transit", "delivered"]))",\
        "sessionType":"delivery","externalId":"\(order)",\
        "attributes":{"location":"\(random.pick(["Depot A", "Depot B", "Home"]))"}
        """
    case .conversation:
      let step = steps[customer, default: 0]
      steps[customer] = step + 1
      let wrapUp = step % 4 == 3 ? ",\"userDisposition\":{\"code\":\"complaint\"}" : ""
      return """
        "customerIdType":"phone","eventName":"\(["started", "routed", "connected", "ended"][step % 4])",\
        "conversation":{"id":"talk-\(customer)-\(step / 4)"},"channels":[{"type":"Voice"}],\
        "originatingDirection":"Inbound","queue":{"id":"queue-\(number % 3)"}\(wrapUp)
        """
    }
  }
}
