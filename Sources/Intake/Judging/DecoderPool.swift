internal import Synchronization
internal import WireFormat

/// Decoders that nobody uses at the moment: to make one costs as much as to decode a hundred events.
final class DecoderPool: Sendable {
  /// More than as many threads as read bodies at once would never be used again.
  private static let maxIdle = 16

  /// Unchecked, because a decoder is in the pool or with whoever took it, and never with two.
  private struct Idle: @unchecked Sendable { let decoder: EventDecoder }

  private let limits: DecodingLimits
  private let idle = Mutex<[Idle]>([])

  init(_ limits: DecodingLimits) { self.limits = limits }

  /// Lends a decoder for one lane.
  func with<Result>(_ use: (EventDecoder) -> Result) -> Result {
    let taken = idle.withLock { $0.popLast() } ?? make()
    defer {
      idle.withLock { if $0.count < DecoderPool.maxIdle { $0.append(taken) } }
    }
    return use(taken.decoder)
  }

  private func make() -> Idle {
    guard let decoder = EventDecoder(limits: limits, partitions: 1) else {
      preconditionFailure("no memory for the JSON parser")
    }
    return Idle(decoder: decoder)
  }
}
