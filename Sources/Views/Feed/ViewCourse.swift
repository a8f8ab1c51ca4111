internal import EventLog
internal import Foundation
internal import GRDB
internal import JourneyModel
internal import WireFormat

/// One stretch of following the topics: from where the file stands, with one reader, until something fails.
final class ViewCourse {
  /// How long the ends of the topics hold at least until they are asked for again.
  private static let endsInterval: Int64 = 250
  /// The same while somebody waits for an event of now.
  private static let waitedEndsInterval: Int64 = 25
  /// How long a rest without records is waited for, which may be markers of transactions.
  private static let markerPatience = Duration.milliseconds(500)

  /// How long the ends of the inputs hold for who wants to know them.
  private static let inputEndsInterval: Int64 = 1_000
  /// How often it is looked for what is kept no longer.
  private static let trimInterval: Int64 = 10_000

  /// Whether the file has been behind since it was made.
  var isNew: Bool
  private let store: ViewStore
  private let settings: ViewSettings
  private let applier: ViewApplier
  private let reader: any PartitionReader
  private let report: (ViewEvent) -> Void
  private let changes: ViewChanges
  private let watch: ViewWatch
  /// Of a file that is being filled everything is new, and nobody is answered from it yet.
  private var tellsChanges: Bool
  private let inputs: [TopicPartition]
  /// Where lanes tell one another; nobody reads it here.
  private let routed: [TopicPartition]
  private var settled = SettledInputs()
  private var positions: [TopicPartition: NextOffset]
  /// Ends that were asked for and are not reached yet, and when.
  private var asked: Question?
  /// When they were asked for last, and how long that took, in milliseconds.
  private var lastRound: (at: Int64, took: Int64)?
  /// How far the input topics are behind what was read, by the journal.
  private var read: [TopicPartition: NextOffset] = [:]

  /// Ends that were asked for.
  private struct Question {
    var time: EventTime
    var ends: [TopicPartition: NextOffset]
    /// What had been read of the journal before: the other records of its transactions are before the ends.
    var read: [TopicPartition: NextOffset]
    /// Where `routed` ended; `nil` if nobody waits for what lanes tell one another.
    var routed: [TopicPartition: NextOffset]?
  }
  private var nextInputEnds: Int64 = .min

  /// Finds out where to go on. `nil` if topics are missing.
  ///
  /// Throws `ViewError.damaged` if the file is of another log, or has been left alone for too long.
  init?(
    log: any EventLog, store: ViewStore, settings: ViewSettings, now: EventTime,
    changes: ViewChanges, watch: ViewWatch, report: @escaping (ViewEvent) -> Void
  ) throws {
    self.store = store
    self.settings = settings
    self.report = report
    self.changes = changes
    self.watch = watch
    var applier = ViewApplier(topics: settings.topics, events: EventReader(settings, partitions: 1))
    let known = try log.describe(applier.names)
    guard applier.names.allSatisfy({ known[$0] != nil || applier.isOptional($0) }) else { return nil }
    applier.events = EventReader(settings, partitions: known[settings.topics.sessions]?.partitions ?? 1)
    self.applier = applier
    let names = applier.names.filter { known[$0] != nil }
    let partitions = names.flatMap { name in
      (0..<(known[name]?.partitions ?? 0)).filter {
        !applier.isByLane(name) || settings.lanes?.contains(LaneNumber($0)) ?? true
      }.map { TopicPartition(name, $0) }
    }
    // Inputs are cut as sessions are.
    inputs = settings.topics.inputs.values.sorted().flatMap { name in
      (0..<(known[settings.topics.sessions]?.partitions ?? 0)).map { TopicPartition(name, $0) }
    }
    let lanes = try log.describe([settings.topics.routed])[settings.topics.routed]?.partitions ?? 0
    routed = LaneNumber.all(of: lanes).map { TopicPartition(settings.topics.routed, lane: $0) }
    let identity =
      ([log.name] + names.map { "\($0)/\(known[$0]?.partitions ?? 0)" }
      + (settings.lanes.map { ["lanes \($0)"] } ?? [])).joined(separator: " ")
    reader = try log.makeReader()
    do {
      let bounds = try reader.bounds(partitions)
      positions = try store.positions()
      isNew = positions.isEmpty
      read = try store.inputs()
      tellsChanges = !isNew
      if isNew {
        try store.write { try ViewFacts($0).set(.log, to: identity) }
      } else {
        try ViewCourse.check(
          store, identity: identity, positions: positions, bounds: bounds, reader: reader, settings: settings,
          now: now)
      }
      for (partition, bounds) in bounds {
        positions[partition] = max(positions[partition] ?? bounds.earliest, bounds.earliest)
      }
    } catch {
      reader.close()
      throw error
    }
  }

  func close() { reader.close() }

  // MARK: Whose file it is

  /// Throws `ViewError.damaged` if going on would mix two logs, or miss a removal.
  private static func check(
    _ store: ViewStore, identity: String, positions: [TopicPartition: NextOffset],
    bounds: [TopicPartition: PartitionBounds], reader: any PartitionReader, settings: ViewSettings,
    now: EventTime
  ) throws {
    let (known, followedAt, lanes) = try store.read { database in
      (
        try ViewFacts(database).text(.log), try ViewFacts(database).integer(.followedAt) ?? 0,
        try Row.fetchAll(database, sql: "SELECT lane, offset, journal FROM lane")
      )
    }
    if let known, known != identity {
      throw ViewError.damaged("the view is of '\(known)', this is '\(identity)'")
    }
    let silence = now.milliseconds - followedAt
    guard silence <= ViewTrim.milliseconds(settings.limits.maxSilence) else {
      throw ViewError.damaged(
        "the view was not kept for \(silence / 1_000) s (views.maxSilence): "
          + "the log may have forgotten what was removed meanwhile"
      )
    }
    for (partition, position) in positions {
      guard let end = bounds[partition]?.end, position <= end else {
        throw ViewError.damaged(
          "the view has read \(partition) up to \(position), where this log has nothing")
      }
    }
    for lane in lanes {
      let partition = TopicPartition(settings.topics.journal, lane: LaneNumber(lane["lane"]))
      let offset: Int64 = lane["offset"]
      guard let range = bounds[partition], range.earliest.value <= offset else { continue }
      var found: [UInt8]?
      try reader.read(
        partition, from: NextOffset(offset), to: NextOffset(offset + 1), patience: .seconds(10)
      ) { chunk in
        found = chunk.copy(chunk.entries.first?.value)
        return false
      }
      if let found, found != [UInt8](lane["journal"] as Data) {
        throw ViewError.damaged("the view is of another log: \(partition) has another record at \(offset)")
      }
    }
  }

  // MARK: Going on

  /// Reads and applies what is there.
  ///
  /// - Returns: whether there was anything.
  func step(_ now: EventTime, _ progress: ViewProgress) throws -> Bool {
    if asked == nil, isTimeToAsk(now, progress) {
      let began = ContinuousClock.now
      let settles = progress.isSettlementWaitedFor
      let ends = try reader.bounds(Array(positions.keys) + (settles ? routed : [])).mapValues(\.end)
      asked = Question(
        time: now, ends: ends.filter { positions[$0.key] != nil }, read: read,
        routed: settles ? ends.filter { $0.key.topic == settings.topics.routed } : nil)
      lastRound = (now.milliseconds, ViewTrim.milliseconds(ContinuousClock.now - began))
    }
    noteInputEnds(now)
    let limits = FetchLimits(
      maxRecords: settings.limits.maxBatchRecords, maxBytes: settings.limits.maxBatchBytes, timeout: .zero)
    let chunks: [RecordChunk]
    do {
      chunks = try reader.poll(positions, limits: limits)
    } catch let error as LogError where error.code == LogError.offsetOutOfRange {
      return try jump(now)
    }
    guard !chunks.isEmpty else { return false }
    try apply(chunks, now, progress)
    noteEnds(progress)
    return true
  }

  private func isTimeToAsk(_ now: EventTime, _ progress: ViewProgress) -> Bool {
    guard let (at, took) = lastRound else { return true }
    let interval = progress.isWaitedFor ? ViewCourse.waitedEndsInterval : ViewCourse.endsInterval
    // A broker is asked for each partition by itself: a tenth of the time at most goes into it.
    return now.milliseconds >= at + max(interval, took * 10)
  }

  /// Asks where the inputs end, while somebody wants to know.
  private func noteInputEnds(_ now: EventTime) {
    guard now.milliseconds >= nextInputEnds, watch.wantsEnds(at: now) else { return }
    nextInputEnds = now.milliseconds + ViewCourse.inputEndsInterval
    // Whoever wants to know sees that nothing is known.
    watch.note((try? reader.bounds(inputs).mapValues(\.end)) ?? [:])
  }

  private func apply(_ chunks: [RecordChunk], _ now: EventTime, _ progress: ViewProgress) throws {
    var rows: [ViewRow] = []
    defer { for case .lane(let row) in rows { watch.note(row.record) } }
    var moved: [TopicPartition: NextOffset] = [:]
    let eventsBefore = ViewTrim(limits: settings.limits, now: now.milliseconds).eventsBefore
    for chunk in chunks {
      let chunkRows = applier.rows(of: chunk) { offset in
        progress.noteUnreadable()
        report(.unreadable("\(chunk.source) at \(offset)"))
      }
      rows += chunkRows.filter { row in
        // What would go at once: a new file reads all that the input topics hold.
        if case .event(let event) = row { event.written >= eventsBefore } else { true }
      }
      moved[chunk.source] = chunk.next
      progress.noteApplied(chunk.entries.count, topic: chunk.source.topic)
    }
    let changed = try store.apply(rows, positions: moved, at: now.milliseconds)
    if tellsChanges { changes.append(changed) }
    positions.merge(moved) { $1 }
    for case .lane(let row) in rows {
      for (topic, next) in row.record.ranges.mapValues(\.upperBound) {
        let partition = TopicPartition(topic, lane: row.lane)
        read[partition] = max(read[partition] ?? NextOffset(next), NextOffset(next))
      }
    }
  }

  /// Goes over what the log has removed meanwhile: of a compacted topic something newer came later.
  private func jump(_ now: EventTime) throws -> Bool {
    let bounds = try reader.bounds(Array(positions.keys))
    let moved = bounds.mapValues(\.earliest).filter { partition, earliest in
      positions[partition].map { $0 < earliest } ?? false
    }
    guard !moved.isEmpty else { return false }
    try store.apply([], positions: moved, at: now.milliseconds)
    positions.merge(moved) { $1 }
    return true
  }

  /// Whether all that was in the topics a moment ago is in the view. Called when a poll gave nothing.
  func isAtEnd(_ now: EventTime, _ progress: ViewProgress) throws -> Bool {
    guard let asked else { return noteFollowed(now) }
    let behind = asked.ends.filter { partition, end in positions[partition].map { $0 < end } ?? false }
    for (partition, end) in behind where !(try skipMarkers(partition, to: end)) { return false }
    noteEnds(progress)
    return noteFollowed(now)
  }

  /// What is left up to an end may be markers of transactions, which no poll hands over.
  private func skipMarkers(_ partition: TopicPartition, to end: NextOffset) throws -> Bool {
    guard let position = positions[partition] else { return true }
    var hasRecords = false
    do {
      try reader.read(partition, from: position, to: end, patience: ViewCourse.markerPatience) { _ in
        hasRecords = true
        return false
      }
    } catch let error as LogError where error.reaction == .retry {
      // A transaction is open there.
      return false
    }
    if !hasRecords { positions[partition] = end }
    return !hasRecords
  }

  private func noteEnds(_ progress: ViewProgress) {
    guard let asked, asked.ends.allSatisfy({ (positions[$0.key] ?? NextOffset(0)) >= $0.value }) else {
      return
    }
    // Before anybody is answered: who follows from the first answer on is of the new epoch.
    if !tellsChanges { changes.beginEpoch() }
    tellsChanges = true
    if let routed = asked.routed {
      settled.note(read: asked.read, routed: routed) { isEmpty($0, from: $1, to: $2) }
    }
    progress.noteReached(asOf: asked.time, covered: asked.read, settled: settled.inputs)
    self.asked = nil
  }

  /// Whether nothing but markers of transactions is left; what cannot be read now is something.
  private func isEmpty(_ partition: TopicPartition, from: NextOffset, to end: NextOffset) -> Bool {
    var isEmpty = true
    do {
      try reader.read(partition, from: from, to: end, patience: ViewCourse.markerPatience) { _ in
        isEmpty = false
        return false
      }
    } catch { return false }
    return isEmpty
  }

  /// Once a minute, so that an idle log is not taken for one that nobody followed.
  private func noteFollowed(_ now: EventTime) -> Bool {
    if now.milliseconds - followedAt >= 60_000 {
      followedAt = now.milliseconds
      try? store.write { try ViewFacts($0).set(.followedAt, to: now.milliseconds) }
    }
    return true
  }

  private var followedAt: Int64 = 0
  private var trimmedAt: Int64 = .min

  // MARK: Keeping it small

  /// Removes a slice of what is kept no longer, every few seconds, or at once while there is more.
  func keepSmall(_ now: EventTime) throws {
    guard now.milliseconds - ViewCourse.trimInterval >= trimmedAt else { return }
    if try !trim(now) { trimmedAt = now.milliseconds }
  }

  /// Removes a slice of what is kept no longer.
  ///
  /// - Returns: whether there is more to remove.
  func trim(_ now: EventTime) throws -> Bool {
    let trim = ViewTrim(limits: settings.limits, now: now.milliseconds)
    return try store.write { try trim.slice($0) }
  }

  /// Overwrites removed texts, at rest and not too often, since the whole file is written.
  func purge(_ now: EventTime) throws {
    guard let since = try store.read({ try ViewFacts($0).integer(.purgeSince) }),
      now.milliseconds - since >= ViewTrim.milliseconds(settings.limits.purgeInterval)
    else { return }
    try store.purge()
  }
}
