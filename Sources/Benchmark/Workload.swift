import HeapModule
import JourneyModel
import SeededGenerator

/// A seeded stream of web events: visits of about eight events of about 400 bytes, 2 % out of order,
/// customers with a skew as real sites have it.
struct Workload {
  private struct Visit: Comparable {
    var nextAt: Int64
    var serial: Int
    var customer: Int
    var left: Int
    var browser: Int
    var told = 0

    static func < (left: Visit, right: Visit) -> Bool {
      left.nextAt == right.nextAt ? left.serial < right.serial : left.nextAt < right.nextAt
    }
  }

  private var generator: SeededGenerator
  private var active = Heap<Visit>()
  private var opened = 0
  private var produced = 0
  private let customers: Int
  /// The visit of the newest event, which of its events it is, from 1, and whether it is the last one.
  private(set) var newest = (visit: 0, number: 0, isLast: false)
  /// When events begin, in milliseconds since 1970.
  static let start: Int64 = 1_767_600_000_000

  /// - Parameters:
  ///   - start: the time of the first event, in milliseconds.
  ///   - concurrency: visits under way at any time; the fewer there are, the longer the same events take.
  init(
    seed: UInt64, customers: Int = 400_000, start: Int64 = Workload.start, concurrency: Int = 5_000
  ) {
    generator = SeededGenerator(seed: seed)
    self.customers = customers
    for _ in 0..<concurrency { open(at: start + Int64(generator.unit() * 120_000)) }
  }

  /// The next event: its key and its JSON.
  mutating func next() -> (key: [UInt8], value: [UInt8]) {
    guard var visit = active.popMin() else { return ([], []) }
    let key = Workload.customerID(visit.customer)
    // One event in fifty is reported up to four seconds late.
    let delay = generator.unit() < 0.02 ? Int64(generator.unit() * 4_000) : 0
    let value = event(visit, at: visit.nextAt - delay)
    produced += 1
    visit.left -= 1
    visit.told += 1
    newest = (visit.serial, visit.told, visit.left == 0)
    if visit.left > 0 {
      visit.nextAt += 1_000 + Int64(generator.unit() * 48_000)
      active.insert(visit)
    } else {
      open(at: visit.nextAt + Int64(generator.unit() * 2_000))
    }
    return (Array(key.utf8), value)
  }

  private mutating func open(at time: Int64) {
    let skewed = generator.unit()
    opened += 1
    active.insert(
      Visit(
        nextAt: time, serial: opened, customer: Int(skewed * skewed * skewed * Double(customers)),
        left: 1 + Int(generator.unit() * 15), browser: Int(generator.unit() * 4)))
  }

  private static func customerID(_ number: Int) -> String {
    var mixer = SeededGenerator(seed: UInt64(number) &* 0x5851_f42d_4c95_7f2d)
    return uuid(mixer.next(), mixer.next())
  }

  private static func uuid(_ high: UInt64, _ low: UInt64) -> String {
    SessionID(high: high, low: low).text
  }

  private static let browsers = [
    "{\"family\":\"Chrome\",\"version\":\"106\",\"lang\":\"en\"}",
    "{\"family\":\"Safari\",\"version\":\"17.1\",\"lang\":\"en-GB\"}",
    "{\"family\":\"Firefox\",\"version\":\"121\",\"lang\":\"de\"}",
    "{\"family\":\"Edge\",\"version\":\"120\",\"lang\":\"fr\"}",
  ]
  private static let names = ["page_viewed", "page_viewed", "page_viewed", "object_clicked", "product_added"]

  private mutating func event(_ visit: Visit, at milliseconds: Int64) -> [UInt8] {
    let page = Int(generator.unit() * 500)
    let name = Workload.names[Int(generator.unit() * 5)]
    var text =
      "{\"id\":\"\(Workload.uuid(generator.next(), generator.next()))\",\"eventName\":\"\(name)\",\"createdDate\":\""
    text += EventTime(milliseconds: milliseconds).iso8601
    text += "\",\"customerId\":\"\(Workload.customerID(visit.customer))\",\"customerIdType\":\"cookie\","
    text +=
      "\"page\":{\"url\":\"https://shop.example.com/catalogue/item-\(page)\",\"title\":\"Item \(page)\","
    text += "\"pathname\":\"/catalogue/item-\(page)\"},\"browser\":\(Workload.browsers[visit.browser])"
    if generator.unit() < 0.1 { text += ",\"searchQuery\":\"item \(page % 40)\"" }
    text += "}"
    return Array(text.utf8)
  }
}
