internal import JourneyModel
package import SeededGenerator

/// Visits of a shop as web events in order of time: whoever fills a cart mostly pays, unless he asks for help
/// then; whoever looks around seldom does.
package struct ShopVisits {
  /// A line of JSON for each event, in event-time order, and its customer.
  package private(set) var events: [(time: Int64, customer: String, json: String)] = []

  /// - Parameters:
  ///   - count: visits, each of a customer of its own; one begins every two minutes.
  ///   - first: number of the first customer.
  package init(_ count: Int, from first: Int = 0, _ generator: inout SeededGenerator) {
    for number in first..<first + count {
      let customer = "visitor\(number)"
      var time = Int64(number) * 120_000
      var names = ["view"]
      let kind = generator.pick(0...9)
      let usual = kind < 6 ? ["view", "search", "help"] : ["cart", "cart", "view"]
      for _ in 0..<Int(generator.pick(2...6)) { names.append(generator.pick(usual)) }
      if kind > 7 { names += ["help", "help"] }
      if generator.chance(kind < 6 ? 3 : kind > 7 ? 5 : 85) { names.append("paid") }
      for (index, name) in names.enumerated() {
        let id = "\(customer)-\(index)"
        let page =
          "{\"url\":\"https://shop.example/\(name)\",\"pathname\":\"/\(name)\",\"title\":\"\(name)\"}"
        events.append(
          (
            time, customer,
            LaneHarness.event(id, at: time, of: customer, name: name, ",\"page\":\(page)")
          ))
        time += 1_000 * generator.pick([2, 5, 20, 60])
      }
    }
    // A stable order: of equal times the earlier visit first.
    let order = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
    events = order.map { events[$0] }
  }

  /// Events of each lane of four, ten days later: by then every visit is over.
  package var closers: [String] {
    let end = (events.last?.time ?? 0) + 864_000_000
    return (0..<4).map {
      LaneHarness.event("closer\($0)", at: end, of: LaneHarness.customer(of: $0), name: "view")
    }
  }
}
