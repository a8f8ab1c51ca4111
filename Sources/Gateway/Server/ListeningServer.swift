internal import Logging
internal import ServiceLifecycle

/// The life of a server: when it listens, what ends it, and how long it may take to stop.
struct ListeningServer: Sendable {
  /// How a server ended by itself.
  enum End: Sendable {
    /// The address could not be had.
    case neverListened(reason: String)
    /// Something went wrong while it served.
    case failed(reason: String)
    /// Nothing did.
    case stopped
  }

  private enum Event: Sendable {
    case listening(port: Int)
    case ended((any Error)?)
    case shutdown
    case patienceOver
  }

  private let patience: Duration
  private let logger: Logger
  private let ports: AsyncStream<Int>
  private let tellPort: AsyncStream<Int>.Continuation

  /// - Parameter patience: how long connections may stay open when the process is to stop.
  init(patience: Duration, logger: Logger) {
    self.patience = patience
    self.logger = logger
    (ports, tellPort) = AsyncStream.makeStream()
  }

  /// Waits until the server listens, and gives the port; `nil` if it never will. One caller may ask, once.
  func listening() async -> Int? {
    for await port in ports { return port }
    return nil
  }

  /// Serves until a graceful shutdown or cancellation. Throws what `onEnd` does.
  ///
  /// - Parameters:
  ///   - makeServer: is given whom to tell the port once the server listens.
  ///   - onEnd: called if the server ends before it was asked to.
  func run(
    _ makeServer: (_ onListening: @escaping @Sendable (Int) -> Void) throws -> any Service,
    onEnd: (End) throws -> Void
  ) async throws {
    defer { tellPort.finish() }
    let (events, tell) = AsyncStream<Event>.makeStream()
    let group = ServiceGroup(
      configuration: .init(services: [try makeServer { tell.yield(.listening(port: $0)) }], logger: logger))
    // A task of its own, because a connection that somebody holds open may not hold this one.
    let serving = Task.detached {
      do {
        try await group.run()
        tell.yield(.ended(nil))
      } catch {
        tell.yield(.ended(error))
      }
    }
    defer { serving.cancel() }
    let end = await withGracefulShutdownHandler {
      await follow(events, group, tell)
    } onGracefulShutdown: {
      tell.yield(.shutdown)
    }
    if let end { try onEnd(end) }
  }

  /// Goes through what happens; a cancelled task sees the end of the stream.
  ///
  /// - Returns: `nil` if patience or the task came to an end before the server did.
  private func follow(
    _ events: AsyncStream<Event>, _ group: ServiceGroup, _ tell: AsyncStream<Event>.Continuation
  ) async -> End? {
    var isListening = false
    for await event in events {
      switch event {
      case .listening(let port):
        isListening = true
        tellPort.yield(port)
      case .ended(let error):
        let reason = error.map { "\($0)" }
        guard isListening else { return .neverListened(reason: reason ?? "it ended at once") }
        return reason.map { .failed(reason: $0) } ?? .stopped
      case .shutdown:
        let patience = patience
        Task.detached {
          await group.triggerGracefulShutdown()
          try? await Task.sleep(for: patience)
          tell.yield(.patienceOver)
        }
      case .patienceOver: return nil
      }
    }
    return nil
  }
}
