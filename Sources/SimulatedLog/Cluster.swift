internal import EventLog

/// The whole state of a simulated log. One lock guards it; every function is deterministic.
struct Cluster: Sendable {
  let configuration: SimulatedLog.Configuration
  var random: SeededRandom
  private(set) var now: Int64
  var faults: (any FaultInjector)?
  private(set) var firedFaults = FiredFaults()
  /// Transactions that the log ended on its own because they had been open for too long.
  private(set) var timedOutTransactions = 0
  /// How far held topics were released.
  var released: [TopicPartition: Int64] = [:]
  /// Records that retention removed so far.
  var removedByRetention = 0
  var trace: SimulatedTrace
  var topics: [String: SimulatedTopic] = [:]
  var groups: [String: SimulatedGroup] = [:]
  var identities: [String: TransactionalIdentity] = [:]
  private var requests: [FaultRequest.Kind: Int] = [:]
  private var lastNumber = 0

  init(seed: UInt64, configuration: SimulatedLog.Configuration) {
    self.configuration = configuration
    random = SeededRandom(seed: seed)
    now = configuration.start
    trace = SimulatedTrace(keepsLines: configuration.keepsTraceLines)
  }

  /// A number that was never given before: member ids and transactions.
  mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  // MARK: Requests and faults

  /// Asks the injector about a request and counts it.
  mutating func ask(_ kind: FaultRequest.Kind, by subject: String) -> (
    request: FaultRequest, answer: FaultAnswer
  ) {
    let number = requests[kind] ?? 0
    requests[kind] = number + 1
    let request = FaultRequest(kind: kind, subject: subject, number: number)
    let answer = faults?.answer(request, random: &random) ?? .proceed
    return (request, answer)
  }

  /// Throws if the answer is a fault that strikes at this moment.
  mutating func strike(_ asked: (request: FaultRequest, answer: FaultAnswer), at moment: FaultMoment) throws {
    let kind = asked.request.kind
    switch asked.answer {
    case .fail(let error, moment):
      firedFaults.record(FiredFaults.Key(kind: kind, fault: error.reaction.rawValue, moment: moment))
      trace.note("\(kind.rawValue) \(asked.request.subject) fails \(moment.rawValue) \(error.code)")
      throw error
    case .crash(moment):
      firedFaults.record(FiredFaults.Key(kind: kind, fault: "crash", moment: moment))
      trace.note("\(kind.rawValue) \(asked.request.subject) crashes \(moment.rawValue)")
      throw SimulatedCrash(request: asked.request, moment: moment)
    case .proceed, .fail, .crash:
      if moment == .afterEffect { trace.note("\(kind.rawValue) \(asked.request.subject)") }
    }
  }

  // MARK: Time

  /// Moves the clock: silent members are removed, transactions that are too old are aborted.
  mutating func advance(to time: Int64) {
    // A clock that stops or goes back ends nothing.
    now = time
    let limit = time - configuration.sessionTimeout.milliseconds
    for name in groups.keys.sorted() {
      let expired = groups[name]?.expire(before: limit) ?? []
      for instance in expired { trace.note("expire \(name) \(instance)") }
    }
    for id in identities.keys.sorted() {
      guard let open = identities[id]?.open,
        now - open.startedAt >= configuration.transactionTimeout.milliseconds
      else { continue }
      trace.note("timeout \(id)")
      timedOutTransactions += 1
      end(open, isCommit: false)
      identities[id]?.open = nil
      identities[id]?.epoch += 1
    }
  }

  // MARK: Topics

  /// The topic, or a fatal error that names it.
  func topic(_ name: String) throws(LogError) -> SimulatedTopic {
    guard let topic = topics[name] else {
      throw LogError(.fatal, code: "unknownTopic", "topic '\(name)' does not exist; create the topics first")
    }
    return topic
  }

  /// The partition, or a fatal error with both numbers.
  func partition(_ source: TopicPartition) throws(LogError) -> SimulatedPartition {
    let topic = try topic(source.topic)
    guard topic.partitions.indices.contains(Int(source.partition)) else {
      throw LogError(
        .fatal, code: "unknownPartition",
        "topic '\(source.topic)' has \(topic.partitions.count) partitions, there is no partition \(source.partition)"
      )
    }
    return topic.partitions[Int(source.partition)]
  }

  /// Creates a topic, or checks that the one that exists has as many partitions.
  mutating func create(_ wanted: TopicSpecification) throws(LogError) {
    guard wanted.partitions > 0, !wanted.name.isEmpty else {
      throw LogError(
        .fatal, code: "invalidTopic", "topic '\(wanted.name)' cannot have \(wanted.partitions) partitions")
    }
    guard let existing = topics[wanted.name]?.specification else {
      topics[wanted.name] = SimulatedTopic(wanted)
      return
    }
    guard existing.partitions == wanted.partitions else {
      throw LogError(
        .fatal, code: "partitionCountMismatch",
        "topic '\(wanted.name)' exists with \(existing.partitions) partitions, \(wanted.partitions) are configured"
      )
    }
  }

  // MARK: Writing

  /// Appends a batch, all or nothing. `spread` counts keyless records without a partition, to place them in
  /// turn.
  ///
  /// - Returns: the ends of the partitions that were written to.
  @discardableResult
  mutating func append(
    _ batch: OutputBatch, transaction: Int?, spread: inout UInt32
  ) throws(LogError) -> [TopicPartition: NextOffset] {
    var placed: [TopicPartition] = []
    placed.reserveCapacity(batch.entries.count)
    var counted = spread
    for entry in batch.entries { placed.append(try place(entry, of: batch, spread: &counted)) }
    spread = counted
    for (entry, source) in zip(batch.entries, placed) {
      let key = entry.key.map { Array(batch.bytes[$0.indices]) }
      let value = entry.value.map { Array(batch.bytes[$0.indices]) }
      let headers = entry.headers.map { Array(batch.bytes[$0.indices]) }
      trace.note(
        "append \(source) \(key.map { String(decoding: $0, as: UTF8.self) } ?? "-") \(value.map { "\($0.count) bytes" } ?? "tombstone")"
      )
      trace.note(key)
      trace.note(value)
      trace.note(headers)
      topics[source.topic]?.partitions[Int(source.partition)].append(
        .record(key: key, value: value, headers: headers), transaction: transaction, timestamp: now)
    }
    var ends: [TopicPartition: NextOffset] = [:]
    for source in placed {
      ends[source] = NextOffset(topics[source.topic]?.partitions[Int(source.partition)].next ?? 0)
    }
    return ends
  }

  /// Writes the markers of a transaction and settles its offsets.
  mutating func end(_ transaction: TransactionalIdentity.OpenTransaction, isCommit: Bool) {
    for source in transaction.partitions.sorted() {
      trace.note("\(isCommit ? "commit" : "abort") \(source)")
      topics[source.topic]?.partitions[Int(source.partition)].end(
        transaction.number, isCommit: isCommit, timestamp: now)
    }
    for group in transaction.groups.sorted() { groups[group]?.end(transaction.number, isCommit: isCommit) }
  }

  /// Where a record goes, or a fatal error.
  func place(
    _ entry: OutputBatch.Entry, of batch: OutputBatch, spread: inout UInt32
  ) throws(LogError) -> TopicPartition {
    let topic = try topic(batch.topics[entry.topic])
    let name = topic.specification.name
    guard entry.key != nil || !topic.specification.isCompacted else {
      throw LogError(
        .fatal, code: "keyMissing", "topic '\(name)' is compacted and takes no record without a key")
    }
    let bytes = (entry.key?.count ?? 0) + (entry.value?.count ?? 0) + (entry.headers?.count ?? 0)
    let limit =
      topic.specification.settings["max.message.bytes"].flatMap { Int($0) } ?? configuration.maxRecordBytes
    if let limit, bytes > limit { throw LogError.recordTooLarge(topic: name, bytes: bytes, limit: limit) }
    if entry.partition >= 0 {
      let source = TopicPartition(name, entry.partition)
      _ = try partition(source)
      return source
    }
    if let key = entry.key {
      let partition = Placement.partition(
        of: batch.bytes[key.indices], partitions: topic.specification.partitions)
      return TopicPartition(name, partition)
    }
    defer { spread &+= 1 }
    return TopicPartition(name, Int32(spread % UInt32(topic.specification.partitions)))
  }
}
