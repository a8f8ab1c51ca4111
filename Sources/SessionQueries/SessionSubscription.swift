package import EventLog
import Foundation
import Synchronization

/// Follows the sessions topic from its beginning, on a thread of its own because reading blocks.
package final class SessionSubscription: Sendable {
  /// What arrived, a poll at a time. Ends when the subscription is cancelled, throws when the log fails.
  package let records: AsyncThrowingStream<[SessionRecord], any Error>
  private let isCancelled = Atomic(false)

  /// Longest wait between two looks: soon enough for eyes, rare enough for a file that others write to.
  private static let interval = 0.1

  package init(log: any EventLog, topic: String, partitions: Int32) {
    let (records, continuation) = AsyncThrowingStream<[SessionRecord], any Error>.makeStream()
    self.records = records
    let thread = Thread { [weak self] in
      do {
        let reader = try log.makeReader()
        defer { reader.close() }
        var positions: [TopicPartition: NextOffset] = [:]
        for (partition, bounds) in try reader.bounds((0..<partitions).map { TopicPartition(topic, $0) }) {
          positions[partition] = bounds.earliest
        }
        while self?.goesOn ?? false {
          let chunks = try reader.poll(
            positions, limits: FetchLimits(maxRecords: 10_000, maxBytes: 16 << 20, timeout: .zero))
          for chunk in chunks { positions[chunk.source] = chunk.next }
          let records = chunks.flatMap { SessionRecord.all(in: $0) }
          if records.isEmpty {
            Thread.sleep(forTimeInterval: SessionSubscription.interval)
          } else {
            continuation.yield(records)
          }
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    thread.name = "sessions"
    thread.start()
  }

  /// Ends `records` after the poll under way.
  package func cancel() {
    isCancelled.store(true, ordering: .relaxed)
  }

  private var goesOn: Bool { !isCancelled.load(ordering: .relaxed) }
}
