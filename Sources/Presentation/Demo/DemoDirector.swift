import EventLog
import Foundation
import JourneyModel
import JourneyRules
import Learning
import Persons
import Processor
import SessionQueries
import Sessionizer
import Threads
import WireFormat

/// Plays the scenes: publishes their events as a producer would, and waits until the cards are as they have
/// to be.
struct DemoDirector: Sendable {
  let settings: ProcessorSettings
  let log: any EventLog
  let stage: DemoStage
  let lessons: DemoLessons
  /// Pause after each event; none publishes a scene's events at once.
  let pause: Duration?
  let interruption: Interruption
  let start: EventTime

  /// How long the cards may take after the last event.
  static let patience = Duration.seconds(30)

  /// The demo's own settings: those of `deploy/sojourn.yaml` in small.
  static var settings: ProcessorSettings {
    var settings = ProcessorSettings()
    settings.instance = "demo"
    settings.commitInterval = .milliseconds(100)
    // Sessions of an hour ago should end while somebody looks.
    settings.topicIdle = .seconds(2)
    // A look at what is to be learned that has failed is soon made again: nothing is shown before.
    settings.training.minimum = .seconds(30)
    settings.lanes.partitions = 4
    settings.lanes.names = DisplayNames(DemoNames.all)
    var delivery = SessionSettings.SessionType()
    delivery.projections = [
      SessionSettings.Projection(from: "itemDescription", to: "Item"),
      SessionSettings.Projection(from: "location", to: "Location"),
      SessionSettings.Projection(from: "reason", to: "Delays", isList: true),
    ]
    settings.lanes.sessions.types["delivery"] = delivery
    // The scenes took place some minutes ago; in earnest a trigger of then is of use to nobody.
    settings.lanes.sessions.rules.maxTriggerAge = .hours(1)
    settings.lanes.findPersons(PersonSettings())
    return settings
  }

  /// The topics, as `sojourn topics plan` names them; nothing is left of them, so retention and compaction
  /// are of no account.
  static func topics(_ lanes: LaneSettings) -> [TopicSpecification] {
    Set(lanes.topics.all).sorted().map { name in
      let hasOne = lanes.topics.output(named: name)?.entry.hasOnePartition ?? false
      return TopicSpecification(name: name, partitions: hasOne ? 1 : lanes.partitions)
    }
  }

  /// Plays everything.
  ///
  /// - Returns: what was expected and did not show.
  func play() async throws -> [String] {
    guard try await learn() else { return ["that anything was learned"] }
    for (index, scene) in DemoScene.all.enumerated() {
      try await stage.announce(index + 1, of: DemoScene.all.count, scene)
      for step in scene.steps {
        try await play(step, of: scene)
        if let shown = step.shows {
          // The card has to be right at every step, not only in the end.
          let isRight: ([SessionSnapshot]) -> Bool = { sessions in
            sessions.contains {
              $0.conversation?.id == scene.watched && $0.card.status == shown.status
                && $0.card.agent == shown.agent
            }
          }
          try await wait(upTo: DemoDirector.patience, until: isRight)
          if !isRight(await stage.sessions) {
            return ["after '\(step.caption)' the card with '\(shown.status)' and agent \(shown.agent)"]
          }
        }
        if let pause { try await wait(upTo: pause) { _ in false } }
      }
    }
    let expected = DemoScene.all.flatMap(\.expected)
    let expectedDerived = DemoScene.all.flatMap(\.expectedDerived)
    let deadline = ContinuousClock.now + DemoDirector.patience
    while true {
      try await wait(upTo: .milliseconds(50)) { _ in false }
      let (sessions, derived) = await (stage.sessions, stage.derived)
      let missing =
        expected.filter { !sessions.contains(where: $0.isMet) }.map(\.description)
        + expectedDerived.filter { !derived.contains(where: $0.isMet) }.map(\.description)
      if missing.isEmpty || ContinuousClock.now >= deadline { return missing }
    }
  }

  /// Waits until sessions are scored by what the processor has learned from the examples.
  ///
  /// - Returns: whether they are.
  private func learn() async throws -> Bool {
    let legend = stage.legend
    try await wait(upTo: DemoDirector.patience) { _ in lessons.line(legend) != nil }
    guard let line = lessons.line(legend) else { return false }
    try await stage.tell(lesson: line)
    if let pause { try await wait(upTo: pause) { _ in false } }
    return true
  }

  private func play(_ step: DemoStep, of scene: DemoScene) async throws {
    var webSession = ""
    if step.needsWebSession {
      try await wait(upTo: DemoDirector.patience) { $0.contains { isWebSession($0, of: scene) } }
      webSession = await stage.sessions.first { isWebSession($0, of: scene) }?.id ?? ""
    }
    try await stage.tell(step)
    let value = step.value(start: start, webSession: webSession)
    let lanes = settings.lanes
    let log = log
    try await onOwnThread {
      let topic = lanes.topics.inputs[step.stream] ?? step.stream.name
      let batch = try InputBatch(
        stream: step.stream, topic: topic, limits: lanes.decoding, partitions: lanes.partitions)
      var chunk = RecordChunk(source: TopicPartition(topic, 0), next: NextOffset(0))
      chunk.append(offset: RecordOffset(0), timestamp: -1, key: nil, value: value)
      chunk.seal()
      let publisher = try log.makePublisher()
      defer { publisher.close() }
      try publisher.send(batch.records(of: chunk))
    }
  }

  private func isWebSession(_ session: SessionSnapshot, of scene: DemoScene) -> Bool {
    session.type == "web" && session.customerId == scene.webCustomer
  }

  /// Waits for a time, or until the sessions are as wanted; throws if the person has had enough.
  private func wait(upTo patience: Duration, until isMet: ([SessionSnapshot]) -> Bool) async throws {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
      if interruption.isRaised { throw CancellationError() }
      if isMet(await stage.sessions) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
