internal import EventLog
internal import JourneyRules
internal import Sessionizer

/// Keeps a worker's definitions up with what the topic says. What cannot be read changes nothing: the ones before stay in force.
struct DefinitionFollower {
  /// The definitions that batches are reduced under from now on.
  private(set) var inForce: CompiledBundle?

  private let settings: ProcessorSettings
  private let request: RetriedRequest
  private var feed: DefinitionFeed?
  /// Uptime at which definitions were looked for last.
  private var readAt = Duration.zero

  init(settings: ProcessorSettings, request: RetriedRequest) {
    self.settings = settings
    self.request = request
  }

  /// Reads the definitions in force before anything is reduced.
  mutating func open(_ reader: any PartitionReader) throws {
    let feed = DefinitionFeed(
      reader: reader, topic: settings.lanes.topics.definitions, settings: settings.lanes.sessions.rules,
      patience: settings.restorePatience)
    _ = try request.run { try feed.refresh() }
    let found = try feed.bundleInForce()
    if found?.hash != inForce?.hash { inForce = found }
    feed.keepOnlyCurrent()
    self.feed = feed
    readAt = request.runtime.uptime
    reportInForce()
  }

  /// The reader is closed.
  mutating func close() { feed = nil }

  /// Takes up definitions that were applied meanwhile, if it is time to look.
  mutating func refresh() throws {
    guard let feed, request.runtime.uptime - readAt >= settings.definitionsInterval else { return }
    readAt = request.runtime.uptime
    do {
      guard try feed.refresh() else { return }
      inForce = try feed.bundleInForce()
      feed.keepOnlyCurrent()
      reportInForce()
    } catch let error as LogError where error.reaction == .ownershipLost || error.reaction == .commitUnknown {
      throw error
    } catch let error as LogError where error.reaction == .retry {
      // Nothing is wrong with the definitions: the log did not answer, and is asked again.
      request.report(.retried(error))
    } catch let error as LogError {
      request.report(.definitionsIgnored(error))
    }
  }

  private func reportInForce() {
    guard let current = feed?.current, let inForce else { return }
    request.report(
      .definitions(
        DefinitionsReport(
          hash: current.bundle, revision: current.revision, count: inForce.bundle.entries.count,
          warnings: feed?.warningsInForce ?? [])))
  }
}
