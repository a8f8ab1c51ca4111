internal import SimulatedLog

/// Visits of a shop, a few at a time: whether one comes to an order can be told from what it did before, but
/// not surely. So models are learned that say something, and are acted on.
struct VisitFeed {
  /// An event of a visit.
  struct Event {
    var customer: String
    var name: String
    var path: String
  }

  /// Visits that go on at the same time.
  private static let atOnce = 3
  /// Customers take turns, so that a visit is over before they come again.
  static let customers = 28

  private var visits: [[Event]] = []
  private var number = 0

  /// What happens next, in whichever of the visits.
  mutating func next(_ random: inout SeededRandom) -> Event {
    while visits.count < VisitFeed.atOnce { visits.append(visit(&random)) }
    let place = random.below(visits.count)
    let event = visits[place].removeFirst()
    if visits[place].isEmpty { visits.remove(at: place) }
    return event
  }

  private mutating func visit(_ random: inout SeededRandom) -> [Event] {
    number += 1
    let customer = "c\(number % VisitFeed.customers)"
    let steps: [(name: String, path: String)] =
      switch random.below(10) {
      // Who wants something mostly orders it, but not always at once;
      case 0..<5:
        [("page_viewed", "/sale"), ("cart_added", "/sale"), ("order_placed", "/checkout")]
          + (random.chance(oneIn: 3) ? [("page_viewed", "/sale")] : [])
      // who asks for help with a full cart does not;
      case 5..<7:
        [
          ("page_viewed", "/sale"), ("cart_added", "/sale"), ("help_opened", "/help"),
          ("help_opened", "/help"),
        ]
      // who looks around seldom does.
      default:
        [("page_viewed", "/news"), ("page_viewed", "/news"), ("page_viewed", "/news")]
          + (random.chance(oneIn: 12) ? [("order_placed", "/checkout")] : [])
      }
    return steps.map { Event(customer: customer, name: $0.name, path: $0.path) }
  }
}
