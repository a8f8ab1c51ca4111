import Foundation
import SeededGenerator

/// Seeded definitions for the workload's events: keys and operators as the sample definitions have them. One
/// in ten rules that names an event names one that the workload has; the others ask for events that never
/// come, as most rules do of most events.
struct RulesWorkload {
  let segments: Int
  let outcomes: Int
  let actionMaps: Int
  private var generator: SeededGenerator

  init(segments: Int, outcomes: Int, actionMaps: Int, seed: UInt64) {
    self.segments = segments
    self.outcomes = outcomes
    self.actionMaps = actionMaps
    generator = SeededGenerator(seed: seed)
  }

  /// Writes the definitions as one document.
  mutating func write(to path: String) throws {
    var entities: [String] = []
    for number in 0..<segments {
      entities.append(
        "{\"kind\":\"segment\",\"id\":\"segment-\(number)\",\"displayName\":\"Segment \(number)\",\"version\":1,\(rule(number))}"
      )
    }
    for number in 0..<outcomes {
      entities.append(
        "{\"kind\":\"outcome\",\"id\":\"outcome-\(number)\",\"displayName\":\"Outcome \(number)\",\"version\":1,\"journey\":{\"patterns\":[\(pattern(number))]}}"
      )
    }
    for number in 0..<actionMaps { entities.append(map(number)) }
    try Data("{\"entities\":[\(entities.joined(separator: ",\n"))]}".utf8).write(
      to: URL(fileURLWithPath: path))
  }

  private static let families = ["Chrome", "Safari", "Firefox", "Edge"]
  private static let known = ["page_viewed", "object_clicked", "product_added"]
  private static let unknown = [
    "form_submitted", "form_abandoned", "checkout_started", "purchase_completed", "chat_opened",
    "video_played",
    "login_failed", "quote_requested",
  ]

  /// Every tenth segment asks for the session alone, as the samples' context segments do; every fiftieth of
  /// those is true of a family.
  private mutating func rule(_ number: Int) -> String {
    guard number % 10 == 1 else { return "\"journey\":{\"patterns\":[\(pattern(number))]}" }
    let family = RulesWorkload.families[number / 10 % 4]
    let place =
      number / 10 < 4 ? "" : "," + criterion("geolocation.country", ["equal", "notEqual"][0], ["X\(number)"])
    return
      "\"context\":{\"patterns\":[{\"criteria\":[\(criterion("browser.family", "equal", [family]))\(place)]}]}"
  }

  private mutating func pattern(_ number: Int) -> String {
    let isKnown = number % 10 == 0
    let name = isKnown ? RulesWorkload.known[number / 10 % 3] : RulesWorkload.unknown[number % 8]
    return
      "{\"count\":\(number % 40 == 20 ? 2 : 1),\"streamType\":\"Web\",\"sessionType\":\"web\",\"eventName\":\"\(name)\",\"criteria\":[\(condition(number, isKnown))]}"
  }

  /// What is asked of an event's page; of known events so that some two in a hundred satisfy it.
  private mutating func condition(_ number: Int, _ isKnown: Bool) -> String {
    let page = Int(generator.unit() * 50) + 10
    switch number / 10 % 6 {
    case 0: return criterion("page.url", "containsAny", ["/catalogue/item-\(page)", "/basket-\(number)"])
    case 1: return criterion("page.title", "equal", (0..<8).map { "Item \(page + $0 * 41)" })
    case 2: return criterion("page.pathname", "endsWith", ["-\(page)", "-x\(number)"])
    case 3: return criterion("page.url", "containsAll", ["shop.example.com", "item-\(page)"])
    case 4:
      return criterion("page.title", "startsWith", ["Item \(page)"]) + ","
        + criterion("page.url", "notContainsAny", ["/internal/"])
    default:
      return isKnown
        ? criterion("searchQuery", "containsAny", ["item \(page % 40)"])
        : criterion("attributes.price.value", "greaterThan", ["\(page * 10)"])
    }
  }

  private func criterion(_ key: String, _ comparison: String, _ values: [String]) -> String {
    let list = values.map { "\"\($0)\"" }.joined(separator: ",")
    return
      "{\"key\":\"\(key)\",\"operator\":\"\(comparison)\",\"values\":[\(list)],\"shouldIgnoreCase\":\(values[0].count % 2 == 0)}"
  }

  /// Half of them are triggered by segments, half by events; one in ten of these by an event that the
  /// workload has.
  private mutating func map(_ number: Int) -> String {
    let trigger: String
    if number % 2 == 0, segments > 0 {
      trigger = "\"triggerWithSegments\":[\"segment-\(number * 7 % segments)\"]"
    } else {
      let name = number % 20 == 1 ? RulesWorkload.known[number / 20 % 3] : RulesWorkload.unknown[number % 8]
      trigger =
        "\"triggerWithEventConditions\":[{\"key\":\"page.url\",\"operator\":\"containsAny\",\"values\":[\"item-\(100 + number)\"],\"streamType\":\"Web\",\"sessionType\":\"web\",\"eventName\":\"\(name)\"}]"
    }
    let action =
      number % 3 == 0
      ? "\"mediaType\":\"architectFlow\",\"architectFlowFields\":{\"architectFlow\":{\"id\":\"flow-\(number)\"},\"flowRequestMappings\":[{\"name\":\"session\",\"attributeType\":\"String\",\"mappingType\":\"Lookup\",\"value\":\"session.id\"}]}"
      : "\"mediaType\":\"webMessagingOffer\",\"webMessagingOfferFields\":{\"offerText\":\"Hello \(number)\"}"
    return
      "{\"kind\":\"actionMap\",\"id\":\"map-\(number)\",\"displayName\":\"Map \(number)\",\"version\":1,\"weight\":\(1 + number % 3),\(trigger),\"activation\":{\"type\":\"immediate\"},\"action\":{\(action)}}"
  }
}
