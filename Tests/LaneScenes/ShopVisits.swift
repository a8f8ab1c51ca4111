package import SeededGenerator

/// Visits of a shop as web events in order of time: whoever has put something into the cart pays more often,
/// whoever asks for help seldom does.
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
      var (carts, helps) = (0, 0)
      var names = ["view"]
      for _ in 0..<Int(generator.pick(1...8)) {
        let name = generator.pick(["view", "view", "search", "cart", "help"])
        if name == "cart" { carts += 1 }
        if name == "help" { helps += 1 }
        names.append(name)
      }
      let chance = carts == 0 ? 5 : helps > 1 ? 15 : 70
      if generator.chance(Int64(chance)) { names.append("paid") }
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
