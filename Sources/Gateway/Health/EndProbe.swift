internal import Dispatch
package import EventLog
internal import ServiceLifecycle
internal import WireFormat

/// Asks the log itself now and then where the topics end.
///
/// What the worker's consumer knows of the ends comes with the records it fetches. If a partition is not
/// fetched any more, or the worker hangs, it learns of no further record, and a lag that is not known looks
/// like none.
package struct EndProbe: Service {
  /// Most partitions of one round; with more of them a round goes on where the last one ended.
  package static let maxPartitions = 256

  private let monitor: ProcessorMonitor
  private let log: any EventLog
  private let interval: Duration

  /// Creates a probe that asks once in an `interval`.
  package init(monitor: ProcessorMonitor, log: any EventLog, interval: Duration = .seconds(15)) {
    self.monitor = monitor
    self.log = log
    self.interval = interval
  }

  /// Asks until a graceful shutdown or cancellation. Throws nothing: a log that cannot be reached is the
  /// worker's to report, and the next round asks again.
  package func run() async throws {
    try? await cancelWhenGracefulShutdown {
      let reader = EndReader(log)
      defer { reader.close() }
      var rounds = ProbeRounds()
      while !Task.isCancelled {
        try await Task.sleep(for: interval)
        let partitions = rounds.next(of: monitor.read().facts)
        if partitions.isEmpty { continue }
        // Stops at once when it is asked to: the call that is under way may take its time, and nobody waits
        // for it.
        for await ends in reader.ask(partitions) { monitor.note(ends: ends) }
      }
    }
  }
}

/// The probe's reader, kept from round to round as long as it works.
///
/// Unchecked, because the reader is touched on the queue alone. A queue of its own, because the log's calls
/// block: they may not run on the threads that tasks share.
private final class EndReader: @unchecked Sendable {
  private let queue = DispatchQueue(label: "sojourn.ends", qos: .utility)
  private let log: any EventLog
  private var reader: (any PartitionReader)?

  init(_ log: any EventLog) { self.log = log }

  /// Gives one answer, or none if the log could not be asked.
  func ask(_ partitions: [TopicPartition]) -> AsyncStream<[TopicPartition: NextOffset]> {
    let (answers, tell) = AsyncStream<[TopicPartition: NextOffset]>.makeStream()
    queue.async { [self] in
      defer { tell.finish() }
      do {
        let reader = try reader ?? log.makeReader()
        self.reader = reader
        tell.yield(try reader.bounds(partitions).mapValues(\.end))
      } catch {
        // The next round begins with another one.
        drop()
      }
    }
    return answers
  }

  func close() {
    queue.async { [self] in drop() }
  }

  private func drop() {
    reader?.close()
    reader = nil
  }
}

/// Deals the partitions out to rounds of bounded size.
struct ProbeRounds {
  private var last: TopicPartition?

  /// The partitions of the next round, in order, after those of the one before.
  mutating func next(of facts: ProcessorFacts, limit: Int = EndProbe.maxPartitions) -> [TopicPartition] {
    let all = facts.lanes.flatMap { number, lane in
      lane.inputs.keys.map { TopicPartition($0, lane: number) }
    }.sorted()
    guard all.count > limit else {
      last = nil
      return all
    }
    let start = last.flatMap { last in all.firstIndex { last < $0 } } ?? 0
    let round = (0..<limit).map { all[(start + $0) % all.count] }
    last = round.last
    return round
  }
}
