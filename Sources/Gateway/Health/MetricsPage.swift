internal import EventLog
package import JourneyModel
internal import LaneStorage
internal import Processor
internal import WireFormat

/// The page that Prometheus reads. Every family is always there, with a stable set of labels; per lane where
/// it helps.
///
/// The number of series is bounded by lanes × input topics, and ten outcomes: nothing that an event says ever
/// becomes a label.
package struct MetricsPage: Sendable {
  /// What is known of the processor.
  package var facts: ProcessorFacts
  /// When the page is read.
  package var moment: Moment
  /// From when on a partition counts as stalled.
  package var limits: HealthLimits
  /// How far watermarks trail the highest event time.
  package var maxOutOfOrder: EventTime.Span
  /// Who the processor is.
  package var identity: ProcessorIdentity
  /// What the system knows of the process.
  package var process: ProcessFacts

  /// Creates a page.
  package init(
    facts: ProcessorFacts, moment: Moment, limits: HealthLimits, maxOutOfOrder: EventTime.Span,
    identity: ProcessorIdentity, process: ProcessFacts
  ) {
    self.facts = facts
    self.moment = moment
    self.limits = limits
    self.maxOutOfOrder = maxOutOfOrder
    self.identity = identity
    self.process = process
  }

  /// The page's media type.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The page.
  package var text: [UInt8] {
    var page = MetricsText()
    identity(&page)
    health(&page)
    records(&page)
    rules(&page)
    predictions(&page)
    commits(&page)
    faults(&page)
    restores(&page)
    retention(&page)
    lanes(&page)
    process.families(&page)
    return page.bytes
  }

  private func identity(_ page: inout MetricsText) {
    page.family("sojourn_build_info", .gauge, "Version of the program and of its reducer; always 1.")
    page.sample([("version", identity.version), ("reducer", JournalRecord.reducerVersion)], 1)
    page.family("sojourn_processor_info", .gauge, "Kind of log, group and instance; always 1.")
    page.sample(
      [("log", identity.log), ("group", identity.group), ("instance", identity.instance)], 1)
  }

  private func health(_ page: inout MetricsText) {
    page.family("sojourn_ready", .gauge, "1 if /readyz says so, otherwise 0.")
    page.sample(Readiness(facts, at: moment, limits).isReady ? 1 : 0)
    page.family("sojourn_group_member", .gauge, "1 while this process is a member of its group.")
    page.sample(facts.isMember == true ? 1 : 0)
    page.family("sojourn_worker_silence_seconds", .gauge, "Time since the worker's last sign of life.")
    page.sample(facts.silence(at: moment).secondsValue)
  }

  private func records(_ page: inout MetricsText) {
    counter(&page, "sojourn_records_read_total", "Input records taken and committed.") { $0.read }
    counter(&page, "sojourn_records_applied_total", "Events folded into sessions.") { $0.applied }
    counter(&page, "sojourn_records_duplicate_total", "Events that were known already.") { $0.duplicates }
    outputs(&page, .records)
    page.family(
      "sojourn_records_ignored_total", .counter,
      "Records that are known and say nothing to a session, by the topic that they were read from.")
    for topic in topics {
      let kinds = facts.rejections.topics[topic]?.ignored ?? [:]
      for kind in IgnoredKind.allCases {
        page.sample([("topic", topic), ("kind", kind.rawValue)], kinds[kind] ?? 0)
      }
    }
    page.family("sojourn_breaker_open", .gauge, "1 while a topic is not read because most of it was broken.")
    for topic in topics {
      page.sample([("topic", topic)], facts.breakers[topic]?.opening == nil ? 0 : 1)
    }
    page.family("sojourn_breaker_openings_total", .counter, "How often a topic's breaker opened.")
    for topic in topics { page.sample([("topic", topic)], facts.breakers[topic]?.openings ?? 0) }
  }

  private var topics: [String] {
    facts.topics.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The part of the page that a counter of an output is in.
  private enum Part { case records, rules, commits }

  private func part(_ source: OutputCounter.Source) -> Part {
    switch source {
    case .records, .rejections: .records
    case .derived: .rules
    case .shortenedSnapshots: .commits
    }
  }

  /// What counts the records of the topics in the catalogue, as far as it is in one part of the page.
  private func outputs(_ page: inout MetricsText, _ part: Part) {
    for counter in OutputCatalog.standard.entries.flatMap(\.counters) where self.part(counter.source) == part
    {
      switch counter.source {
      case .records(let count): self.counter(&page, counter.name, counter.help, count)
      case .rejections:
        page.family(counter.name, .counter, counter.help)
        for topic in topics {
          let reasons = facts.rejections.topics[topic]?.reasons ?? [:]
          for reason in RejectionReason.allCases {
            page.sample([("topic", topic), ("reason", reason.rawValue)], reasons[reason] ?? 0)
          }
        }
      case .shortenedSnapshots:
        page.family(counter.name, .counter, counter.help)
        page.sample(facts.shortenedSnapshots)
      case .derived(let label, let series):
        page.family(counter.name, .counter, counter.help)
        for one in series { page.sample(label.map { [($0, one.value)] } ?? [], one.count(facts.derived)) }
      }
    }
  }

  private func counter(
    _ page: inout MetricsText, _ name: String, _ help: String, _ count: (BatchCounts) -> Int
  ) {
    page.family(name, .counter, help)
    let owned = facts.lanes.keys.filter { facts.counts[$0] == nil }.map { ($0, BatchCounts()) }
    for (lane, counts) in (facts.counts.map { ($0, $1) } + owned).sorted(by: { $0.0 < $1.0 }) {
      page.sample([("lane", "\(lane)")], count(counts))
    }
  }

  private func rules(_ page: inout MetricsText) {
    page.family(
      "sojourn_definitions_revision", .gauge,
      "Revision of the definitions in force; 0 if none were ever applied.")
    page.sample(facts.definitions?.revision ?? 0)
    page.family("sojourn_definitions", .gauge, "Definitions in force, of all kinds.")
    page.sample(facts.definitions?.count ?? 0)
    page.family(
      "sojourn_definitions_ignored_total", .counter,
      "How often new definitions could not be read; those before stay in force.")
    page.sample(facts.definitionsIgnored)
    outputs(&page, .rules)
  }

  private func commits(_ page: inout MetricsText) {
    page.family("sojourn_commits_total", .counter, "Confirmed transactions.")
    page.sample(facts.commits)
    page.family("sojourn_commit_seconds", .histogram, "Time of a transaction, from begin to confirmation.")
    page.histogram(facts.transactionTimes)
    page.family(
      "sojourn_batch_seconds", .histogram, "Time from taking a batch's first record to its confirmed commit.")
    page.histogram(facts.batchTimes)
    page.family("sojourn_records_written_total", .counter, "Records written to all topics and committed.")
    page.sample(facts.recordsWritten)
    page.family("sojourn_written_bytes_total", .counter, "Bytes of keys, values and headers written.")
    page.sample(facts.bytesWritten)
    outputs(&page, .commits)
  }

  private func faults(_ page: inout MetricsText) {
    page.family(
      "sojourn_rewinds_total", .counter,
      "Failures after which lanes were dropped and read back, by what they demanded.")
    for (kind, count) in facts.rewinds.sorted {
      page.sample([("reaction", kind.reaction.rawValue), ("code", kind.code)], count)
    }
    page.family(
      "sojourn_retries_total", .counter, "Failures after which the same request was made again.")
    for (kind, count) in facts.retries.sorted {
      page.sample([("reaction", kind.reaction.rawValue), ("code", kind.code)], count)
    }
  }

  private func restores(_ page: inout MetricsText) {
    page.family("sojourn_restores_total", .counter, "Lanes restored, by where their state came from.")
    for source in RestoreReport.Source.allCases {
      page.sample([("source", source.rawValue)], facts.restores[source]?.count ?? 0)
    }
    page.family("sojourn_restore_seconds_total", .counter, "Time that restores took, lane by lane.")
    for source in RestoreReport.Source.allCases {
      page.sample([("source", source.rawValue)], facts.restores[source]?.elapsed.secondsValue ?? 0)
    }
    page.family("sojourn_lane_files_written_total", .counter, "Local files of lanes that were written.")
    page.sample(facts.laneFiles.written)
    page.family("sojourn_lane_files_failed_total", .counter, "Local files that could not be written.")
    page.sample(facts.laneFiles.failed)
    page.family(
      "sojourn_lane_files_ignored_total", .counter, "Local files that a restore did not use, by why not.")
    for reason in LaneFileDoubt.Reason.allCases {
      page.sample([("reason", reason.rawValue)], facts.laneFiles.ignored[reason] ?? 0)
    }
    page.family("sojourn_sessions_passivated_total", .counter, "Sessions moved from memory to a local file.")
    page.sample(facts.evicted)
    page.family("sojourn_sessions_activated_total", .counter, "Sessions brought back from there.")
    page.sample(facts.loaded)
  }

  private func retention(_ page: inout MetricsText) {
    page.family(
      "sojourn_input_lost_records_total", .counter,
      "Offsets that retention removed before they were read, since the start.")
    for (partition, count) in facts.lostInput.counts.sorted(by: { $0.key < $1.key }) {
      page.sample([("lane", "\(partition.lane)"), ("topic", partition.topic)], Int(count))
    }
    page.family(
      "sojourn_retention_failures_total", .counter,
      "How often what nobody needs any more could not be removed; topics grow meanwhile.")
    page.sample(facts.retentionFailures)
    page.family("sojourn_clock_jumps_total", .counter, "Jumps of the machine's clock.")
    page.sample(facts.clockJumps)
    disk(&page)
  }

  private func disk(_ page: inout MetricsText) {
    func gauge(_ name: String, _ help: String, _ value: (DiskFacts) -> Int64?) {
      page.family(name, .gauge, help)
      if let disk = facts.disk, let bytes = value(disk) { page.sample(Int(bytes)) }
    }
    gauge("sojourn_log_file_bytes", "Size of the embedded log's file.", \.fileBytes)
    gauge("sojourn_log_wal_bytes", "Size of its write-ahead log.", \.walBytes)
    gauge("sojourn_log_free_bytes", "Space inside the file that is used again.", \.freeBytes)
    gauge("sojourn_log_input_bytes", "Bytes of records in its input topics.", \.inputBytes)
    gauge("sojourn_log_input_limit_bytes", "Most bytes that these may hold.", \.maxInputBytes)
    gauge("sojourn_log_disk_available_bytes", "Space left on its disk.", \.availableBytes)
  }

  private func lanes(_ page: inout MetricsText) {
    let lanes = facts.lanes.sorted { $0.key < $1.key }
    page.family("sojourn_lanes", .gauge, "Lanes that this process owns, by what it does with them.")
    for state in LaneFacts.State.allCases {
      page.sample([("state", state.rawValue)], lanes.count { $0.value.state == state })
    }
    page.family("sojourn_restore_progress_ratio", .gauge, "How much of a lane is read back; 1 when it runs.")
    for (number, lane) in lanes { page.sample([("lane", "\(number)")], lane.restoredShare) }
    page.family("sojourn_lag_records", .gauge, "Offsets between what is committed and the topic's end.")
    eachInput { labels, input in
      if input.end != nil { page.sample(labels, Int(input.lag)) }
    }
    page.family(
      "sojourn_stalled", .gauge, "1 while a partition lags and its position stays the same for too long.")
    eachInput { labels, input in
      let isStalled = input.behindSince.map { moment.uptime - $0 >= limits.stallAfter } ?? false
      page.sample(labels, isStalled ? 1 : 0)
    }
    page.family("sojourn_paused", .gauge, "1 while nothing is fetched of a partition on purpose.")
    eachInput { labels, input in page.sample(labels, input.pause == nil ? 0 : 1) }
    page.family(
      "sojourn_watermark_delay_seconds", .gauge,
      "Time of day less the watermark as of the last commit: how old the newest events are.")
    for (number, lane) in lanes {
      for stream in JourneyModel.Stream.allCases {
        guard let highest = lane.highest[stream] else { continue }
        let delay = moment.now.milliseconds - (highest - maxOutOfOrder).milliseconds
        page.sample([("lane", "\(number)"), ("stream", stream.name)], Double(delay) / 1_000)
      }
    }
    page.family(
      "sojourn_open_sessions", .gauge,
      "Sessions that an event can still change, closed ones within lateness included.")
    for (number, lane) in lanes { page.sample([("lane", "\(number)")], lane.sessions) }
    residency(&page, "sojourn_resident_sessions", "Sessions in memory.", \.residentSessions)
    residency(&page, "sojourn_passive_sessions", "Sessions in a local file.", \.evictedSessions)
    residency(
      &page, "sojourn_session_memory_bytes", "Estimated bytes that sessions take in memory.", \.residentBytes)
    page.family(
      "sojourn_next_timer_timestamp_seconds", .gauge, "Event time at which the lane's next timer may be due.")
    for (number, lane) in lanes {
      guard let timer = lane.nextTimer else { continue }
      page.sample([("lane", "\(number)")], Double(timer.milliseconds) / 1_000)
    }
  }

  private func residency(
    _ page: inout MetricsText, _ name: String, _ help: String, _ path: KeyPath<ResidencyReport, Int>
  ) {
    page.family(name, .gauge, help)
    for (number, lane) in facts.lanes.sorted(by: { $0.key < $1.key }) {
      guard let residency = lane.residency else { continue }
      page.sample([("lane", "\(number)")], residency[keyPath: path])
    }
  }

  private func eachInput(_ body: (_ labels: [(String, String)], InputFacts) -> Void) {
    for (number, lane) in facts.lanes.sorted(by: { $0.key < $1.key }) {
      for (topic, input) in lane.inputs.inByteOrder {
        body([("lane", "\(number)"), ("topic", topic)], input)
      }
    }
  }
}
