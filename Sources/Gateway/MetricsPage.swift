internal import EventLog
public import JourneyModel
internal import Processor

/// The page that Prometheus reads. Every family is always there, with a stable set of labels; per lane where it helps.
///
/// The number of series is bounded by lanes × input topics: nothing that an event says ever becomes a label.
public struct MetricsPage: Sendable {
  /// What is known of the processor.
  public var facts: ProcessorFacts
  /// When the page is read.
  public var moment: Moment
  /// From when on a partition counts as stalled.
  public var limits: HealthLimits
  /// How far watermarks trail the highest event time.
  public var maxOutOfOrder: EventTime.Span
  /// Who the processor is.
  public var identity: ProcessorIdentity
  /// What the system knows of the process.
  public var process: ProcessFacts

  /// Creates a page.
  public init(
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
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The page.
  public var text: [UInt8] {
    var page = MetricsText()
    identity(&page)
    health(&page)
    records(&page)
    commits(&page)
    faults(&page)
    lanes(&page)
    process(&page)
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
    counter(&page, "sojourn_records_read_total", "Input records taken and committed.", \.read)
    counter(&page, "sojourn_records_applied_total", "Events folded into sessions.", \.applied)
    counter(&page, "sojourn_records_duplicate_total", "Events that were known already.", \.duplicates)
    counter(&page, "sojourn_records_routed_total", "Events forwarded to the lane that owns them.", \.routed)
    page.family("sojourn_records_rejected_total", .counter, "Records written to the rejected topic.")
    for reason in RejectionReason.allCases {
      page.sample([("reason", reason.rawValue)], facts.rejections[reason] ?? 0)
    }
  }

  private func counter(
    _ page: inout MetricsText, _ name: String, _ help: String, _ path: KeyPath<BatchCounts, Int>
  ) {
    page.family(name, .counter, help)
    let owned = facts.lanes.keys.filter { facts.counts[$0] == nil }.map { ($0, BatchCounts()) }
    for (lane, counts) in (facts.counts.map { ($0, $1) } + owned).sorted(by: { $0.0 < $1.0 }) {
      page.sample([("lane", "\(lane)")], counts[keyPath: path])
    }
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
    page.family("sojourn_restores_total", .counter, "Lanes read back from the log.")
    page.sample(facts.restores)
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
    page.family(
      "sojourn_next_timer_timestamp_seconds", .gauge, "Event time at which the lane's next timer may be due.")
    for (number, lane) in lanes {
      guard let timer = lane.nextTimer else { continue }
      page.sample([("lane", "\(number)")], Double(timer.milliseconds) / 1_000)
    }
  }

  private func eachInput(_ body: (_ labels: [(String, String)], InputFacts) -> Void) {
    for (number, lane) in facts.lanes.sorted(by: { $0.key < $1.key }) {
      for (topic, input) in lane.inputs.inByteOrder {
        body([("lane", "\(number)"), ("topic", topic)], input)
      }
    }
  }

  private func process(_ page: inout MetricsText) {
    // The names that every Prometheus client gives them, so that common dashboards find them.
    page.family("process_start_time_seconds", .gauge, "Start of the process since 1970-01-01T00:00:00Z.")
    page.sample(Double(process.started.milliseconds) / 1_000)
    page.family("process_resident_memory_bytes", .gauge, "Memory in use.")
    if let bytes = process.residentBytes { page.sample(bytes) }
    page.family("process_cpu_seconds_total", .counter, "Processor time used.")
    if let seconds = process.cpuSeconds { page.sample(seconds) }
  }
}
