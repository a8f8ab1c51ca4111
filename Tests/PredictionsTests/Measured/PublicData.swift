import Foundation
import JourneyModel
import JourneyRules
import Predictions

/// Sessions of public data sets as features and achievements: what figures in docs/design/predictions.md are
/// of. `PREDICTION_DATA` names the folder with `eshop.json` and `bpi2012.json`, unpacked; they are no part of
/// the repository.
struct PublicData {
  static let folder = ProcessInfo.processInfo.environment["PREDICTION_DATA"]

  /// A data set and what is predicted in it.
  enum Outcome: String, CaseIterable {
    case salePage = "shop: sale page"
    case deepPage = "shop: fourth page of the catalogue"
    case tenClicks = "shop: ten clicks"
    case accepted = "loan: accepted"
    case declined = "loan: declined"
    case cancelled = "loan: cancelled"

    var file: String {
      switch self {
      case .salePage, .deepPage, .tenClicks: "eshop"
      case .accepted, .declined, .cancelled: "bpi2012"
      }
    }

    var predicted: PredictedOutcome {
      PredictedOutcome(id: rawValue, definition: DefinitionHash(high: 1, low: 2))
    }
  }

  /// In order of their beginnings.
  let sessions: [(start: Int64, end: Int64, sets: TokenSets, achieved: [Outcome: Int])]

  init(_ file: String) throws {
    let place = URL(fileURLWithPath: PublicData.folder ?? "").appendingPathComponent("\(file).json")
    let value = try JSONSerialization.jsonObject(with: try Data(contentsOf: place))
    let all = value as? [[String: Any]] ?? []
    sessions = all.compactMap { file == "eshop" ? PublicData.visit($0) : PublicData.application($0) }
      .sorted { $0.start < $1.start }
  }

  private typealias Read = (start: Int64, end: Int64, sets: TokenSets, achieved: [Outcome: Int])

  private static func parts(_ session: [String: Any]) -> (Int64, [String: Any], [[Any]]) {
    (
      Int64((session["t0"] as? Double ?? 0) * 1_000), session["facts"] as? [String: Any] ?? [:],
      session["events"] as? [[Any]] ?? []
    )
  }

  /// A visit of the shop: its clicks have no times, its pages are those of the catalogue in their category.
  private static func visit(_ session: [String: Any]) -> Read? {
    let (start, facts, events) = parts(session)
    var state = FeatureState()
    state.set(.country, Mixing.digest(facts["country"] as? String ?? ""))
    var sets = SetsWriter()
    var achieved: [Outcome: Int] = [:]
    for (index, event) in events.enumerated() {
      let values = event[2] as? [String: Any] ?? [:]
      func text(_ name: String) -> String { values[name] as? String ?? "" }
      for name in ["page", "colour", "location", "photo", "price2"] {
        state.set(attribute: Mixing.digest(name), .text(Mixing.digest(text(name))))
      }
      if let price = (values["price"] as? Double).flatMap({ Magnitude($0) }) {
        state.set(attribute: Mixing.digest("price"), .number(price))
      }
      let (category, page) = (Int(text("cat")) ?? 0, Int(text("page")) ?? 0)
      state.note(page: path("/\(letters(category))/\(letters(page))"))
      state.note(event: Mixing.digest(event[1] as? String ?? ""), at: time(start))
      sets.append(state.tokens())
      func achieve(_ outcome: Outcome, _ holds: Bool) {
        if holds, achieved[outcome] == nil { achieved[outcome] = index + 1 }
      }
      achieve(.salePage, text("cat") == "4")
      achieve(.deepPage, text("page") >= "4")
      achieve(.tenClicks, index == 9)
    }
    return (start, start, sets.sets, achieved)
  }

  private static let ends: [String: Outcome] = [
    "A_DECLINED-COMPLETE": .declined, "A_CANCELLED-COMPLETE": .cancelled, "A_APPROVED-COMPLETE": .accepted,
    "A_REGISTERED-COMPLETE": .accepted, "A_ACTIVATED-COMPLETE": .accepted,
  ]

  /// An application for a loan, up to its end; one without an end is left out.
  private static func application(_ session: [String: Any]) -> Read? {
    let (start, facts, events) = parts(session)
    let names = events.map { $0[1] as? String ?? "" }
    guard let end = names.firstIndex(where: { ends[$0] != nil }), let outcome = ends[names[end]] else {
      return nil
    }
    var state = FeatureState()
    if let amount = (facts["amount"] as? Double).flatMap({ Magnitude($0) }) {
      state.set(attribute: Mixing.digest("amount"), .number(amount))
    }
    var sets = SetsWriter()
    var now = start
    for (event, name) in zip(events, names).prefix(end) {
      now = start + Int64((event[0] as? Double ?? 0) * 1_000)
      let resource = (event[2] as? [String: Any])?["resource"] as? String ?? ""
      state.set(attribute: Mixing.digest("resource"), .text(Mixing.digest(resource)))
      state.note(event: Mixing.digest(name), at: time(now))
      sets.append(state.tokens())
    }
    return (start, now, sets.sets, [outcome: end + 1])
  }

  /// The sessions as examples of one outcome, with what came of them known at once.
  func examples(_ outcome: Outcome) -> [Example] {
    sessions.map { session in
      Example(
        startedAt: time(session.start), closedAt: time(session.start),
        achievedAt: [UInt16(session.achieved[outcome] ?? 0)], sets: session.sets)
    }
  }
}

/// Predictions and what came of them, summed up.
struct Scorecard {
  private var achieving = [Int](repeating: 0, count: Probability.indexCount)
  private var others = [Int](repeating: 0, count: Probability.indexCount)
  private(set) var count = 0

  mutating func add(_ index: Int, isAchieving: Bool) {
    count += 1
    if isAchieving { achieving[index] += 1 } else { others[index] += 1 }
  }

  var rate: Double { Double(achieving.reduce(0, +)) / Double(max(count, 1)) }

  /// How often one that achieves is above one that does not; ties half.
  var areaUnderCurve: Double {
    var (below, area) = (0.0, 0.0)
    for index in achieving.indices {
      area += Double(achieving[index]) * (below + Double(others[index]) / 2)
      below += Double(others[index])
    }
    return area / max(below * Double(achieving.reduce(0, +)), 1)
  }

  var logLoss: Double {
    var loss = 0.0
    for index in achieving.indices {
      let chance = Double(Probability.millionths[index]) / 1_000_000
      loss -= Double(achieving[index]) * log(chance) + Double(others[index]) * log(1 - chance)
    }
    return loss / Double(max(count, 1))
  }

  /// In ten groups of probability.
  var calibrationError: Double {
    var groups: [Int: Double] = [:]
    for index in achieving.indices {
      let millionths = Int(Probability.millionths[index])
      groups[min(millionths / 100_000, 9), default: 0] +=
        Double(achieving[index]) - Double(achieving[index] + others[index]) * Double(millionths) / 1_000_000
    }
    return groups.values.reduce(0) { $0 + abs($1) } / Double(max(count, 1))
  }

  var observedToExpected: Double {
    let expected = achieving.indices.reduce(0.0) {
      $0 + Double(achieving[$1] + others[$1]) * Double(Probability.millionths[$1]) / 1_000_000
    }
    return Double(achieving.reduce(0, +)) / max(expected, 1)
  }
}
