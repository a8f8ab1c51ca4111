internal import EventLog
internal import Predictions
internal import ProcessRuntime
internal import WireFormat

/// Keeps a worker's models up with what the topic says. What cannot be read changes nothing: the ones before
/// stay in force.
struct ModelFollower {
  /// The models that batches are scored under from now on.
  private(set) var inForce = ModelSet.empty
  /// What the topic says of them; `nil` if nothing was ever trained.
  var current: ModelRecords.Current? { feed?.current }

  private let settings: ProcessorSettings
  private let request: RetriedRequest
  private var feed: ModelFeed?
  /// Uptime at which models were looked for last.
  private var readAt = Duration.zero

  init(settings: ProcessorSettings, request: RetriedRequest) {
    self.settings = settings
    self.request = request
  }

  /// Reads the models in force before anything is reduced.
  mutating func open(_ reader: any PartitionReader) throws {
    let feed = ModelFeed(
      reader: reader, topic: settings.lanes.topics[.models], patience: settings.restorePatience)
    _ = try request.run { try feed.refresh() }
    try take(feed)
    self.feed = feed
    readAt = request.runtime.uptime
  }

  /// The reader is closed.
  mutating func close() { feed = nil }

  /// Takes up models that were published meanwhile, if it is time to look.
  mutating func refresh() throws {
    guard let feed, request.runtime.uptime - readAt >= settings.definitionsInterval else { return }
    readAt = request.runtime.uptime
    do {
      if try feed.refresh() { try take(feed) }
    } catch let error as LogError where error.reaction == .ownershipLost || error.reaction == .commitUnknown {
      throw error
    } catch let error as LogError where error.reaction == .retry {
      // Nothing is wrong with the models: the log did not answer, and is asked again.
      request.report(.retried(error))
    } catch let error as LogError {
      request.report(.modelsIgnored(error))
    }
  }

  private mutating func take(_ feed: ModelFeed) throws {
    let found = try feed.setInForce()
    feed.keepOnlyCurrent()
    guard found.name != inForce.name else { return }
    inForce = found
    request.report(
      .models(ModelsReport(set: found.name, revision: feed.current?.revision ?? 0, count: found.models.count))
    )
  }
}
