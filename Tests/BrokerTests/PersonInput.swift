internal import EventLog
internal import JourneyModel
internal import SeededGenerator
import WireFormat

/// A seeded day of persons: visits on two devices each, of which some name an address or a number, purchases,
/// deliveries that stay open, and decisions.
///
/// What becomes of persons does not depend on who hears what first; of decisions only those are here that an
/// earlier one of the same key made possible. A customer segment meets a delivery, which never ends, so it
/// triggers whenever it is given.
struct PersonInput {
  /// An event, or without a stream a decision.
  struct Record {
    var stream: JourneyModel.Stream?
    var time: EventTime
    var key: String
    var value: String
  }

  static let start = EventTime(milliseconds: 1_767_607_200_000)
  private static let span: Int64 = 8 * 3_600_000

  /// In the order of publishing.
  private(set) var records: [Record] = []
  /// The ids of the decisions that gave the segment.
  private(set) var assignments: Set<String> = []
  private var random: SeededGenerator

  init(seed: UInt64, persons: Int) {
    random = SeededGenerator(seed: seed)
    for person in 0..<persons { append(person) }
    records = records.enumerated().sorted {
      ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
    }.map(\.element)
  }

  private mutating func append(_ person: Int) {
    let email = "p\(person)@example.com"
    let phone = "+1555\(1_000_000 + person)"
    for visit in 0..<Int.random(in: 1...3, using: &random) {
      self.visit("\(person)-\(visit)", "c\(person)-\(Int.random(in: 0..<2, using: &random))", email, phone)
    }
    guard random.chance(30) else { return }
    // A delivery, the person's entry, and the segment, in this order.
    var time = moment(within: Self.span / 2)
    add(
      .custom, time, email,
      """
      "id":"order-\(person)","eventName":"ordered","customerId":"\(email)","customerIdType":"email",\
      "sessionType":"delivery","externalId":"d\(person)"
      """)
    let identifier = "{\"type\":\"email\",\"value\":\"\(email)\"}"
    time = time + .init(milliseconds: 60_000)
    add(
      nil, time, email,
      """
      "id":"put-\(person)","operation":"put","identifiers":[\(identifier),\
      {"type":"phone","value":"\(phone)"}],"traits":{"givenName":"Given \(person)"}
      """)
    time = time + .init(milliseconds: Int64.random(in: 60_000..<Self.span / 3, using: &random))
    add(
      nil, time, email,
      """
      "id":"vip-\(person)","operation":"segments","identifier":\(identifier),"assign":[{"segment":"vip"}]
      """)
    assignments.insert("vip-\(person)")
  }

  private mutating func visit(_ name: String, _ device: String, _ email: String, _ phone: String) {
    var time = moment(within: Self.span)
    let buys = random.chance(40)
    var steps = ["page_viewed"]
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      steps.append(random.pick(buys ? ["cart", "cart", "page_viewed"] : ["page_viewed", "help"]))
    }
    if random.chance(buys ? 85 : 4) { steps.append("paid") }
    for (number, step) in steps.enumerated() {
      var traits: [String] = []
      if random.chance(10) { traits.append("\"email\":\"\(email)\"") }
      if random.chance(10) { traits.append("\"cellPhone\":\"\(phone)\"") }
      add(
        .web, time, device,
        """
        "id":"v\(name)-\(number)","eventName":"\(step)","customerId":"\(device)","customerIdType":"cookie",\
        "page":{"url":"https://shop.example.com/\(step)"},"traits":{\(traits.joined(separator: ","))}
        """)
      time = time + .init(milliseconds: Int64.random(in: 2_000..<60_000, using: &random))
    }
  }

  private mutating func moment(within span: Int64) -> EventTime {
    Self.start + .init(milliseconds: Int64.random(in: 0..<span, using: &random))
  }

  private mutating func add(
    _ stream: JourneyModel.Stream?, _ time: EventTime, _ key: String, _ members: String
  ) {
    records.append(
      Record(
        stream: stream, time: time, key: key, value: "{\"createdDate\":\"\(time.iso8601)\",\(members)}"))
  }
}
