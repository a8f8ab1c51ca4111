package import JourneyModel
internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import Tokens
internal import Views

/// Who follows sessions now, and how they hear of changes.
///
/// Nothing is queued for anybody: each stream knows up to where it has heard, and reads on in the view's log
/// of changes when it is ready to be written to. A slow reader costs what he has not read yet, once.
package final class LiveHub: Sendable {
  /// How long a reader waits before it comes back.
  private static let retryMilliseconds = 1_000
  /// How often ends and heartbeats are looked at.
  private static let tick = TimeAmount.seconds(1)

  private struct Stream {
    var subscription: LiveSubscription
    let sink: AnswerStream
    /// Whether the asker may still look: a login can be ended.
    let isGranted: @Sendable () -> Bool
  }

  private struct State {
    var streams: [Int: Stream] = [:]
    var seats: [String: Int] = [:]
    var taken = 0
    var nextNumber = 0
    var isAwake = false
    var ticks: RepeatedTask?
  }

  let view: QueryView
  let limits: LiveLimits
  private let now: @Sendable () -> EventTime
  private let state = Mutex(State())
  private let resyncs = Atomic(0)

  /// - Parameter now: the server's clock.
  package init(_ view: QueryView, limits: LiveLimits, now: @escaping @Sendable () -> EventTime) {
    (self.view, self.limits, self.now) = (view, limits, now)
    view.changes.listen { [weak self] in self?.wake() }
  }

  /// Streams that are open.
  package var streams: Int { state.withLock { $0.streams.count } }
  /// Times that a reader was told to ask anew.
  package var resynced: Int { resyncs.load(ordering: .relaxed) }

  // MARK: Coming and going

  /// A place of a stream, until nobody holds it any more.
  func seat(of subject: String) -> Result<LiveSeat, Problem> {
    let problem: Problem? = state.withLock { state in
      guard state.taken < limits.maxStreams else {
        return LiveHub.full("there are \(limits.maxStreams) live streams already (live.maxStreams)")
      }
      guard state.seats[subject, default: 0] < limits.maxStreamsPerSubject else {
        return LiveHub.full(
          "the subject has \(limits.maxStreamsPerSubject) live streams already (live.maxStreamsPerSubject)")
      }
      state.taken += 1
      state.seats[subject, default: 0] += 1
      return nil
    }
    if let problem { return .failure(problem) }
    return .success(LiveSeat { [weak self] in self?.leave(subject) })
  }

  private static func full(_ message: String) -> Problem {
    Problem(429, "too.many.requests.retry.after", message, retryAfter: 5)
  }

  private func leave(_ subject: String) {
    state.withLock { state in
      state.taken -= 1
      let left = state.seats[subject, default: 1] - 1
      state.seats[subject] = left > 0 ? left : nil
    }
  }

  /// The answer to who wants to follow: a stream that holds the seat as long as it is open.
  func answer(
    _ scopes: Set<LiveScope>, _ access: Access?, from known: ViewChanges.Position?, _ seat: LiveSeat,
    isGranted: @escaping @Sendable () -> Bool
  ) -> StreamPlan {
    let subscription = LiveSubscription(
      scopes, access, from: known, current: view.changes.position, now: now())
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    return StreamPlan(
      fields: [
        Answer.Field("Content-Type", "text/event-stream; charset=utf-8"),
        Answer.Field("Cache-Control", "no-store"), Answer.Field("X-Content-Type-Options", "nosniff"),
        // A proxy that gathers an answer would hold events back.
        Answer.Field("X-Accel-Buffering", "no"),
      ],
      first: ServerSentEvent.greeting(
        id: subscription.position.text, retry: LiveHub.retryMilliseconds),
      opened: { [self] sink in
        open(number, Stream(subscription: subscription, sink: sink, isGranted: isGranted))
      },
      closed: { [self] in
        close(number)
        seat.hold()
      })
  }

  private func open(_ number: Int, _ stream: Stream) {
    state.withLock { state in
      state.streams[number] = stream
      if state.ticks == nil {
        state.ticks = MultiThreadedEventLoopGroup.singleton.next().scheduleRepeatedTask(
          initialDelay: LiveHub.tick, delay: LiveHub.tick
        ) { [weak self] task in
          guard let self else { return task.cancel() }
          lookAtDue()
        }
      }
    }
    work(number)
  }

  private func close(_ number: Int) {
    let ticks = state.withLock { state -> RepeatedTask? in
      state.streams[number] = nil
      guard state.streams.isEmpty else { return nil }
      defer { state.ticks = nil }
      return state.ticks
    }
    ticks?.cancel()
  }

  // MARK: Telling

  /// Hears that something has changed, on a thread that may not be held up.
  private func wake() {
    let isFirst = state.withLock { state in
      guard !state.isAwake, !state.streams.isEmpty else { return false }
      state.isAwake = true
      return true
    }
    if isFirst {
      NIOThreadPool.singleton.submit { [self] _ in
        state.withLock { $0.isAwake = false }
        lookAtAll()
      }
    }
  }

  /// Works for those that have something to hear. Most have not, most of the time.
  private func lookAtDue() {
    let (current, now) = (view.changes.position, now())
    let heartbeat = EventTime.Span(milliseconds: limits.heartbeat.inMilliseconds)
    for (number, stream) in state.withLock({ Array($0.streams) })
    where stream.subscription.isDue(
      current: current, heartbeat: heartbeat, isGranted: stream.isGranted(), now: now)
    { work(number) }
  }

  private func lookAtAll() {
    for number in state.withLock({ Array($0.streams.keys) }) { work(number) }
  }

  /// Works for a stream, unless somebody does.
  private func work(_ number: Int) {
    guard state.withLock({ $0.streams[number]?.subscription.begin() ?? false }) else { return }
    Task { await tell(number) }
  }

  private func tell(_ number: Int) async {
    guard let stream = state.withLock({ $0.streams[number] }) else { return }
    var subscription = stream.subscription
    let now = now()
    let backlog = view.changes.backlog(
      after: subscription.position, maxSessions: limits.maxQueued, where: subscription.isWanted)
    let step = subscription.next(
      backlog, heartbeat: EventTime.Span(milliseconds: limits.heartbeat.inMilliseconds),
      isGranted: stream.isGranted(), now: now)
    let position = subscription.position
    change(number) { $0.noteRead(upTo: position) }
    guard step != .wait else { return rest(number) }
    let current = view.changes.position
    guard
      let (bytes, position) = try? await LiveWriter(view: view, limits: limits).bytes(
        step, subscription, current: current)
    else {
      // The view's file is being made anew; once it is there the epoch is another one.
      return rest(number)
    }
    if step == .resync { resyncs.add(1, ordering: .relaxed) }
    change(number) { $0.noteSaid(upTo: position, now: now) }
    guard !bytes.isEmpty else { return rest(number) }
    stream.sink.write(bytes) { [self] isWritten in
      if step == .expired { return stream.sink.end() }
      // Somebody who is gone is closed by his connection.
      if isWritten { pause(number) }
    }
  }

  @discardableResult
  private func change<Value>(_ number: Int, _ body: (inout LiveSubscription) -> Value) -> Value? {
    state.withLock { state in
      guard var stream = state.streams[number] else { return nil }
      defer { state.streams[number] = stream }
      return body(&stream.subscription)
    }
  }

  /// Looks again after a rest: what changed within it is one write.
  private func pause(_ number: Int) {
    MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(limits.pace)) { [self] in
      Task { await tell(number) }
    }
  }

  private func rest(_ number: Int) {
    guard change(number, { $0.finish() }) ?? false else { return }
    Task { await tell(number) }
  }
}

/// A place among those who follow; free again once nobody holds it.
final class LiveSeat: Sendable {
  private let leave: @Sendable () -> Void

  init(_ leave: @escaping @Sendable () -> Void) { self.leave = leave }

  deinit { leave() }

  /// Keeps it up to here.
  func hold() {}
}

extension Duration {
  fileprivate var inMilliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
