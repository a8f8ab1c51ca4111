import ArgumentParser
import Bytes
import Foundation
import Predictions

/// Ten outcomes, a predictor for each, and models that a replay has made of visits of the workload.
struct PredictionWorkload {
  let seed: UInt64
  /// Where the files go.
  let directory: String

  /// How many outcomes are predicted.
  private static let predicted = 10
  /// Events that are learned from, and visits under way among them: an hour and a half, so that the visits
  /// that end last are like those that end first.
  private static let (learnedEvents, learnedVisits) = (20_000, 100)
  /// Events ten days later, of customers of every lane: by then every visit is over.
  private static let closingEvents = 200
  private static let closingTime: Int64 = 1_768_464_000_000

  /// Arguments of a replay with the outcomes alone.
  var outcomes: [String] { ["--definitions", "\(directory)/outcomes.json"] }

  /// Arguments of a replay with the same outcomes, a predictor for each, and their models.
  var predictors: [String] {
    ["--definitions", "\(directory)/predictors.json", "--models", "\(directory)/learned/models.sjps"]
  }

  /// Writes the definitions and has the models made.
  ///
  /// - Parameter replay: runs `sojourn replay` with these arguments.
  func make(replay: ([String]) throws -> Void) throws {
    let numbers = 0..<PredictionWorkload.predicted
    let outcomes = numbers.map { PredictionWorkload.outcome($0) }
    let predictors = numbers.map {
      #"{"kind":"predictor","id":"predictor-\#($0)","outcome":{"id":"outcome-\#($0)"}}"#
    }
    for (name, entities) in [("outcomes", outcomes), ("predictors", outcomes + predictors)] {
      let text = "{\"entities\":[\(entities.joined(separator: ",\n"))]}"
      try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name).json"))
    }
    var visits = Workload(seed: seed, concurrency: PredictionWorkload.learnedVisits)
    var later = Workload(seed: seed &+ 1, start: PredictionWorkload.closingTime)
    var text: [UInt8] = []
    for number in 0..<PredictionWorkload.learnedEvents + PredictionWorkload.closingEvents {
      text += number < PredictionWorkload.learnedEvents ? visits.next().value : later.next().value
      text.append(ASCII.newline)
    }
    try Data(text).write(to: URL(filePath: "\(directory)/learned.ndjson"))
    try replay([
      "replay", "--input", "web=\(directory)/learned.ndjson", "--output", "\(directory)/learned", "--set",
      "partitions=4", "--definitions", "\(directory)/predictors.json", "--predict",
    ])
    let file = try Data(contentsOf: URL(filePath: "\(directory)/learned/models.sjps"))
    let count = try ModelSet(bytes: Array(file)).models.count
    guard count == PredictionWorkload.predicted else {
      throw ValidationError("\(count) of \(PredictionWorkload.predicted) outcomes have a model")
    }
  }

  /// An outcome that two of the four browsers' visitors achieve or not, and others never: there is something
  /// to learn.
  private static func outcome(_ number: Int) -> String {
    let name = ["product_added", "object_clicked"][number % 2]
    let families = ["Chrome", "Safari", "Firefox", "Edge"]
    let browsers = [families[number % 4], families[(number + 1) % 4]].map { "\"\($0)\"" }
    return """
      {"kind":"outcome","id":"outcome-\(number)","displayName":"Outcome \(number)","version":1,"journey":{"patterns":[\
      {"count":\(1 + number / 5),"streamType":"Web","sessionType":"web","eventName":"\(name)","criteria":[\
      {"key":"page.pathname","values":["\(number)"],"operator":"containsAny","shouldIgnoreCase":true},\
      {"key":"browser.family","values":[\(browsers.joined(separator: ","))],"operator":"equal"}]}]}}
      """
  }
}
