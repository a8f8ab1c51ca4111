import EventLog
import Foundation
import JourneyModel
import JourneyRules
import LaneStorage
import Learning
import Predictions
import Processor
import Testing
import WireFormat

@testable import Gateway

@Suite struct MetricsPageTests {
  private static func page(_ facts: ProcessorFacts, at milliseconds: Int64) -> MetricsPage {
    MetricsPage(
      facts: facts, moment: Scene.moment(milliseconds), limits: HealthLimits(), maxOutOfOrder: .seconds(5),
      identity: ProcessorIdentity(version: "1.2.3", log: "embedded", group: "sojourn", instance: "one"),
      process: ProcessFacts(started: Scene.time(-1_500), residentBytes: 123_456_789, cpuSeconds: 1.25))
  }

  private static func report(
    _ lane: LaneNumber, read: Int = 0, applied: Int = 0, duplicates: Int = 0, routed: Int = 0,
    rejected: Int = 0, highest: [JourneyModel.Stream: EventTime] = [:], sessions: Int = 0,
    nextTimer: EventTime? = nil, residency: ResidencyReport = ResidencyReport()
  ) -> LaneReport {
    var counts = BatchCounts()
    counts.read = read
    counts.applied = applied
    counts.duplicates = duplicates
    counts.routed = routed
    counts.rejected = rejected
    return LaneReport(
      lane: lane, counts: counts, highest: highest, sessions: sessions, nextTimer: nextTimer,
      residency: residency)
  }

  private static func rejections(_ reasons: KeyValuePairs<String, RejectionReason>) -> RejectionCounts {
    var counts = RejectionCounts()
    for (topic, reason) in reasons { counts.reject(topic, reason) }
    return counts
  }

  private static func restored(_ lane: LaneNumber, _ source: RestoreReport.Source, _ milliseconds: Int)
    -> ProcessorEvent
  {
    .restored(RestoreReport(lane: lane, sessions: 0, source: source, elapsed: .milliseconds(milliseconds)))
  }

  /// Two lanes run, one is given back, one is being restored; some commits, faults, local files, a topic that
  /// rests and a stall.
  private static func script() -> Scene {
    var scene = Scene()
    scene.note(.restoring([0, 1, 2]))
    scene.note(.laneFileIgnored(lane: 0, LaneFileDoubt(.stale, "")), at: 50)
    scene.note(.laneFileIgnored(lane: 2, LaneFileDoubt(.stale, "")), at: 60)
    scene.note(restored(0, .log, 1_250), at: 100)
    scene.note(.running(lane: 0, sessions: 0), at: 100)
    scene.note(restored(1, .file, 50), at: 150)
    scene.note(restored(2, .log, 500), at: 150)
    scene.note(.running(lane: 1, sessions: 7), at: 150)
    scene.note(.running(lane: 2, sessions: 0), at: 160)
    scene.note(
      .committed(
        CommitReport(
          rejections: rejections(["web": .late, "web": .malformedJSON, "app": .malformedJSON]),
          shortenedSnapshots: 2, lanes: 3, records: 40, bytes: 9_000, elapsed: .milliseconds(212),
          transaction: .milliseconds(12),
          byLane: [
            report(
              0, read: 10, applied: 6, duplicates: 1, routed: 1, rejected: 3,
              highest: [.web: Scene.time(400)], sessions: 5, nextTimer: Scene.time(1_200_500),
              residency: ResidencyReport(
                residentSessions: 3, evictedSessions: 2, residentBytes: 5_000, evicted: 2)),
            report(1, read: 3, applied: 3, highest: [.app: Scene.time(-250)], sessions: 9),
            report(2, read: 1, routed: 1),
          ])), at: 500)
    scene.note(
      .committed(
        CommitReport(
          rejections: rejections(["web": .late]), shortenedSnapshots: 1, lanes: 1, records: 2, bytes: 500,
          elapsed: .milliseconds(1), transaction: .microseconds(900),
          byLane: [
            report(
              0, read: 2, applied: 1, rejected: 1,
              highest: [.web: Scene.time(900), .custom: Scene.time(800)], sessions: 6,
              residency: ResidencyReport(
                residentSessions: 5, evictedSessions: 1, residentBytes: 8_100, evicted: 1, loaded: 2))
          ])), at: 1_000)
    scene.note(.retried(LogError(.retry, code: "ERR__TIMED_OUT", "")), at: 1_100)
    scene.note(.rewound(LogError(.abortAndRewind, code: "a\\b\"c\nd", "")), at: 1_200)
    scene.note(.rewound(LogError(.abortAndRewind, code: "a\\b\"c\nd", "")), at: 1_200)
    scene.note(.rewound(LogError(.commitUnknown, code: "leaseLost", "")), at: 1_300)
    scene.note(.released([2]), at: 1_400)
    scene.note(.restoring([1]), at: 1_500)
    scene.note(.restoreProgress(lane: 1, read: 25, of: 100), at: 1_600)
    scene.note(.laneFileWritten(lane: 0, sequence: 2, sessions: 6), at: 1_700)
    scene.note(.laneFileFailed(lane: 0, reason: "the disk is full"), at: 1_750)
    for time in [Int64(1_800), 1_900] {
      scene.note(
        .breakerOpened(BreakerOpening(topic: "app", read: 10, rejected: 9, cooldown: .zero)), at: time)
      scene.note(.breakerHalfOpened(topic: "app"), at: time)
    }
    scene.note(.breakerOpened(Scene.opening), at: 1_950)
    scene.turn(
      [
        Scene.input(12, of: 20), Scene.input(4, of: nil, topic: "app"),
        Scene.input(3, of: 3, topic: "routed"),
      ], at: 2_000)
    scene.turn(
      [Scene.input(12, of: 20, pause: "broken"), Scene.input(3, of: 3, topic: "routed")], at: 61_000)
    return scene
  }

  @Test func thePageIsTheGoldenOne() throws {
    let bytes = MetricsPageTests.page(MetricsPageTests.script().facts, at: 62_000).text
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/golden/metrics.txt")
    // Reasons that did not occur are 0 and tested below: a new one need not change this page.
    let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter {
      !($0.hasPrefix("sojourn_records_rejected_total") && $0.hasSuffix(" 0"))
    }.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["GOLDEN"] == "write" {
      try Data((text + "\n").utf8).write(to: file)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    for (found, wanted) in zip(text.split(separator: "\n"), golden.split(separator: "\n")) {
      #expect(found == wanted)
    }
    #expect(text + "\n" == golden)
  }

  @Test func thePageIsWellFormedAtEveryStage() throws {
    _ = try PrometheusText(MetricsPageTests.page(Scene().facts, at: 0).text)
    var scene = Scene()
    scene.turn(isMember: false)
    _ = try PrometheusText(MetricsPageTests.page(scene.facts, at: 0).text)
    scene.note(.restoring([0]))
    _ = try PrometheusText(MetricsPageTests.page(scene.facts, at: 0).text)
    let page = try PrometheusText(MetricsPageTests.page(MetricsPageTests.script().facts, at: 62_000).text)
    #expect(page.value("sojourn_rewinds_total", ["reaction": "abortAndRewind", "code": "a\\b\"c\nd"]) == 2)
    #expect(page.value("sojourn_stalled", ["lane": "0", "topic": "web"]) == 1)
    #expect(page.value("sojourn_lag_records", ["lane": "0", "topic": "web"]) == 8)
    #expect(page.value("sojourn_lag_records", ["lane": "0", "topic": "app"]) == nil, "its end is not known")
  }

  @Test func everyReasonIsThereFromTheFirstTurn() throws {
    var scene = Scene()
    scene.run([0])
    scene.turn([Scene.input(0, of: 0), Scene.input(0, of: 0, topic: "app")])
    let page = try PrometheusText(MetricsPageTests.page(scene.facts, at: 0).text)
    let samples = try #require(page.family("sojourn_records_rejected_total")).samples
    for topic in ["app", "web"] {
      #expect(
        samples.filter { $0.labels["topic"] == topic }.compactMap { $0.labels["reason"] }
          == RejectionReason.allCases.map(\.rawValue))
    }
    #expect(samples.count == 2 * RejectionReason.allCases.count)
    #expect(samples.allSatisfy { $0.value == 0 })
    #expect(page.value("sojourn_breaker_open", ["topic": "app"]) == 0)
    #expect(
      page.family("sojourn_lane_files_ignored_total")?.samples.count == LaneFileDoubt.Reason.allCases.count)
  }

  @Test func aBreakerThatIsOnTrialIsNotOpen() throws {
    let page = try PrometheusText(MetricsPageTests.page(MetricsPageTests.script().facts, at: 62_000).text)
    #expect(page.value("sojourn_breaker_open", ["topic": "web"]) == 1)
    #expect(page.value("sojourn_breaker_open", ["topic": "app"]) == 0)
    #expect(page.value("sojourn_breaker_openings_total", ["topic": "app"]) == 2)
  }

  @Test func whereSessionsAreIsNotKnownAfterARestoreUntilACommit() throws {
    var scene = MetricsPageTests.script()
    let before = try PrometheusText(MetricsPageTests.page(scene.facts, at: 62_000).text)
    #expect(before.value("sojourn_passive_sessions", ["lane": "0"]) == 1)
    scene.note(.restoring([0]), at: 62_000)
    let after = try PrometheusText(MetricsPageTests.page(scene.facts, at: 62_000).text)
    #expect(after.value("sojourn_passive_sessions", ["lane": "0"]) == nil)
    #expect(after.value("sojourn_sessions_passivated_total", [:]) == 3)
  }

  /// What is learned is told where lane 0 is owned, and what was trained counts on.
  @Test func learningIsToldByTheOwnerOfLaneZero() throws {
    var scene = Scene()
    scene.run([0, 1])
    let definition = DefinitionHash(high: 1, low: 2)
    var run = TrainingRecord(
      revision: 3, trainedAt: Scene.time(0), ranges: [0..<5], examples: 420, before: "", set: "")
    var outcome = TrainingRecord.Outcome(
      PredictedOutcome(id: "purchase", definition: definition), .refused, .init())
    outcome.model = "ab"
    outcome.publishedAt = Scene.time(-60_000)
    var quality = ModelQuality()
    quality.areaUnderCurve = 812_500
    quality.logLoss = 300_000
    quality.baseLogLoss = 400_000
    quality.calibrationError = 20_000
    quality.observedToExpected = 1_250_000
    outcome.quality = quality
    let other = TrainingRecord.Outcome(
      PredictedOutcome(id: "new", definition: definition), .learning, .init())
    run.outcomes = [other, outcome]
    scene.note(.learning(LearningReport(examples: 450, newest: run)))
    func page() throws -> PrometheusText {
      try PrometheusText(MetricsPageTests.page(scene.facts, at: 30_000).text)
    }
    let before = try page()
    let label = ["outcome": "purchase"]
    #expect(before.value("sojourn_predictions_examples_total", [:]) == 450)
    #expect(before.value("sojourn_predictions_model_age_seconds", label) == 90)
    #expect(before.value("sojourn_predictions_auc", label) == 0.8125)
    #expect(before.value("sojourn_predictions_logloss_ratio", label) == 0.75)
    #expect(before.value("sojourn_predictions_ece", label) == 0.02)
    #expect(before.value("sojourn_predictions_observed_expected", label) == 1.25)
    #expect(before.family("sojourn_predictions_auc")?.samples.count == 1)
    #expect(before.value("sojourn_predictions_training_runs_total", ["decision": "refused"]) == 0)
    var report = CommitReport()
    run.examples = 460
    report.training = TrainingReport(record: run, elapsed: .milliseconds(1_500))
    scene.note(.committed(report))
    scene.note(.trainingFailed(LogError(.retry, code: "x", "")))
    let after = try page()
    #expect(after.value("sojourn_predictions_examples_total", [:]) == 460)
    #expect(after.value("sojourn_predictions_training_runs_total", ["decision": "refused"]) == 1)
    #expect(after.value("sojourn_predictions_training_runs_total", ["decision": "learning"]) == 1)
    #expect(after.value("sojourn_predictions_training_seconds", [:]) == 1.5)
    #expect(after.value("sojourn_predictions_training_failures_total", [:]) == 1)
    scene.note(.released([1]))
    #expect(try page().value("sojourn_predictions_auc", label) == 0.8125)
    scene.note(.released([0]))
    let released = try page()
    #expect(released.value("sojourn_predictions_auc", label) == nil)
    #expect(released.value("sojourn_predictions_examples_total", [:]) == nil)
    #expect(released.value("sojourn_predictions_training_runs_total", ["decision": "refused"]) == 1)
  }

  @Test func aLaneThatWasGivenBackKeepsItsCountersAndLosesItsGauges() throws {
    let page = try PrometheusText(MetricsPageTests.page(MetricsPageTests.script().facts, at: 62_000).text)
    #expect(page.value("sojourn_records_read_total", ["lane": "2"]) == 1)
    #expect(page.value("sojourn_open_sessions", ["lane": "2"]) == nil)
  }

  @Test func theNumberOfSeriesIsBoundedByLanesAndTopics() throws {
    var scene = Scene()
    let lanes = Array(LaneNumber.all(of: 64))
    scene.run(lanes)
    let topics = TopicNames().consumed
    scene.turn(lanes.flatMap { lane in topics.map { Scene.input(0, of: 9, lane: lane, topic: $0) } })
    let highest = Dictionary(uniqueKeysWithValues: JourneyModel.Stream.allCases.map { ($0, Scene.time(0)) })
    let byLane = lanes.map { MetricsPageTests.report($0, highest: highest, nextTimer: Scene.time(0)) }
    scene.note(.committed(CommitReport(byLane: byLane)))
    for number in 0..<10_000 { scene.note(.rewound(LogError(.retry, code: "code-\(number)", ""))) }
    let page = try PrometheusText(MetricsPageTests.page(scene.facts, at: 0).text)
    let series = page.families.reduce(0) { $0 + $1.samples.count }
    // Of each input 3, of each stream 1, of each lane 10, of each topic its reasons and the breaker's 2, and
    // what depends on neither.
    let ofTopics = topics.count * (RejectionReason.allCases.count + 2)
    #expect(series <= lanes.count * (topics.count * 3 + 4 + 10) + ofTopics + 200, "\(series)")
  }

  @Test func labelsAndHelpAreEscaped() {
    #expect(MetricsText.escaped("a\\b\"c\nd", quotes: true) == "a\\\\b\\\"c\\nd")
    #expect(MetricsText.escaped("a\\b\"c\nd", quotes: false) == "a\\\\b\"c\\nd")
  }

  @Test(arguments: [
    "sojourn_x 1\n", "# HELP a b\n# TYPE a gauge\na 1\na 1\n", "# HELP a b\n# TYPE a gauge\na 1",
    "# HELP a b\n# TYPE a counter\na 1\n", "# HELP a b\n# TYPE a gauge\na{x=\"\\q\"} 1\n",
    "# HELP a b\n# TYPE a gauge\na{x=\"1\"} 1\na{y=\"1\"} 1\n",
    "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
  ])
  func theCheckerFindsWhatIsWrong(_ text: String) {
    #expect(throws: PrometheusText.Problem.self) { try PrometheusText(Array(text.utf8)) }
  }
}
