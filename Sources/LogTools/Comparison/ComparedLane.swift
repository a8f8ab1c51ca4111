internal import EventLog
internal import JourneyModel
internal import JourneyRules
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Runs a lane's batches through two of the processor's machines, each with its own definitions.
final class ComparedLane {
  private let machines: [LaneMachine]
  private let bundles: [CompiledBundle]
  private let watch: SessionCount
  private var records = OutputBatch()
  private(set) var book = DifferenceBook()

  /// - Parameters:
  ///   - old: what is compared with.
  ///   - new: what is tried.
  init(lane: LaneNumber, old: CompiledBundle, new: CompiledBundle, settings: LaneSettings) {
    bundles = [old, new]
    machines = bundles.map { _ in LaneMachine(lane: lane, settings: settings, configuration: "whatif") }
    let sessionizer = machines[0].sessionizer
    watch = SessionCount { sessionizer.gap($0) }
    // Both see the same sessions.
    machines[0].observer = watch
    machines[1].observer = SessionCount { _ in nil }
  }

  /// Sessions and other values that both machines hold.
  var heldValues: Int { machines.reduce(0) { $0 + $1.sessionizer.residentCount } }

  /// Takes the lane's next batch; the definitions that it comes with do not count.
  func reduce(_ batch: LaneBatch) {
    var given: [[DifferenceBook.Entry]] = []
    for (machine, bundle) in zip(machines, bundles) {
      var batch = batch
      batch.definitions = bundle
      records.removeAll()
      _ = machine.reduce(batch, into: &records)
      given.append(entries(of: machine.settings.topics))
    }
    book.take(old: given[0], new: given[1])
  }

  /// Advances event time past every timeout.
  func close(takenAt: EventTime) {
    reduce(LaneBatch(takenAt: takenAt, inputs: [], tick: StreamTimes(every: .latest)))
  }

  /// What the batch has given.
  private func entries(of topics: TopicNames) -> [DifferenceBook.Entry] {
    let names = records.topics.map { topics.derived.contains($0) }
    return records.entries.compactMap { entry in
      guard names[entry.topic], let value = entry.value,
        let event = try? DefinitionJSON.read(
          Array(records.bytes[value.indices]), limits: DerivedNews.limits),
        let news = DerivedNews(event), let session = event["session"]?["id"]?.asText
      else { return nil }
      return DifferenceBook.Entry(
        happening: Comparison.Happening(
          kind: news.kind, definition: news.id, word: news.word, reason: news.reason),
        session: session, customerID: event["customerId"]?.asText ?? "",
        customerIDType: event["customerIdType"]?.asText ?? "", time: DerivedNews.time(event),
        event: event["correlationId"]?.asText)
    }
  }

  /// Adds what was seen to a result.
  ///
  /// - Parameter isFromBeginning: whether nothing came before the first batch.
  func add(to result: inout Comparison, isFromBeginning: Bool) {
    result.events += watch.events
    result.first = [result.first, watch.first].compactMap(\.self).min()
    result.last = [result.last, watch.last].compactMap(\.self).max()
    result.sessions += watch.begun
    result.wholeSessions += isFromBeginning ? watch.begun : watch.whole
  }
}

/// Counts sessions, and those whose first event surely was among the events.
final class SessionCount: LaneObserver {
  private(set) var events = 0
  private(set) var first: EventTime?
  private(set) var last: EventTime?
  private(set) var begun = 0
  private(set) var whole = 0
  /// Those of `whole` that are not over.
  private var wholeIDs: Set<SessionID> = []
  private var earliest: [JourneyModel.Stream: EventTime] = [:]
  private let gap: (Session) -> EventTime.Span?

  init(gap: @escaping (Session) -> EventTime.Span?) { self.gap = gap }

  var seesEvents: Bool { true }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    events += 1
    let time = event.time
    first = min(first ?? time, time)
    last = max(last ?? time, time)
    let stream = session.stream
    if earliest[stream].map({ time < $0 }) ?? true { earliest[stream] = time }
    guard session.eventCount == 1 else { return }
    begun += 1
    // An earlier event of the session would have been seen, or would have been so long ago that it is of
    // another session. Those that no silence ends may be older than all that was seen.
    if let gap = gap(session), let start = earliest[stream], start + gap < time {
      whole += 1
      wholeIDs.insert(session.id)
    }
  }

  func gone(_ value: StoredValue) {
    guard let session = value.session else { return }
    let wasWhole = wholeIDs.remove(session.id) != nil
    guard session.lifecycle == .merged else { return }
    begun -= 1
    if wasWhole { whole -= 1 }
  }
}
