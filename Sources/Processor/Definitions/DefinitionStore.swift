package import EventLog
internal import Foundation
internal import JourneyModel
package import JourneyRules

/// The topic `definitions` of a log, for commands: reads what is in force and puts something else there.
package struct DefinitionStore {
  package let log: any EventLog
  package let topic: String

  package init(log: any EventLog, topic: String) {
    self.log = log
    self.topic = topic
  }

  /// What is in force, and the bundle; `nil` for nothing.
  package func current() throws -> (current: DefinitionRecords.Current, bundle: DefinitionBundle)? {
    try currentAndVersions().current
  }

  /// What is in force, and the newest version that each definition has ever had there.
  package func currentAndVersions() throws -> (
    current: (current: DefinitionRecords.Current, bundle: DefinitionBundle)?, versions: [DefinitionVersion]
  ) {
    let reader = try log.makeReader()
    defer { reader.close() }
    let feed = DefinitionFeed(reader: reader, topic: topic, settings: RuleSettings(), patience: .seconds(30))
    try refresh(feed)
    let versions = feed.newestVersions()
    guard let current = feed.current, let bundle = try feed.bundleInForce() else { return (nil, versions) }
    return ((current, bundle.bundle), versions)
  }

  /// How long a log may need until it answers.
  private static let patience = Duration.seconds(10)

  /// A broker that has just started, or a topic that was just made, needs a moment until each partition has a leader.
  private func refresh(_ feed: DefinitionFeed) throws {
    let deadline = ContinuousClock.now + DefinitionStore.patience
    while true {
      do {
        try feed.refresh()
        return
      } catch let error as LogError where error.reaction == .retry && ContinuousClock.now < deadline {
        Thread.sleep(forTimeInterval: 0.25)
      }
    }
  }

  /// Puts a bundle into force; durable when it returns.
  package func apply(_ bundle: DefinitionBundle, after revision: Int) throws -> DefinitionRecords.Current {
    let current = DefinitionRecords.Current(
      bundle: bundle.hash.description, revision: revision + 1,
      appliedAt: EventTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))
    let records = try DefinitionRecords.records(bundle, as: current, topic: topic)
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    try publisher.send(records)
    return current
  }
}
