internal import JourneyModel
internal import Tokens
internal import Views

/// Somebody who follows sessions: how far he has heard, and what he is told next. Pure.
struct LiveSubscription: Sendable {
  /// What is written next.
  enum Step: Hashable, Sendable {
    /// Nothing, until something changes or time passes.
    case wait
    /// These sessions, as they are now.
    case sessions([ChangeLog.Pending], last: Int)
    /// That everything has to be asked for anew.
    case resync
    /// That the stream is still there.
    case comment
    /// That the asker may look no longer; it is the last.
    case expired
  }

  /// Whether somebody works for it now.
  private enum Activity: Sendable {
    case idle, working
    /// Something happened meanwhile.
    case workingAgain
  }

  /// What the asker follows: any of these.
  let scopes: Set<LiveScope>
  /// Who asks; `nil` if nobody has to say who he is.
  let access: Access?
  private(set) var position: ViewChanges.Position
  private var saidAt: EventTime
  private var activity = Activity.idle

  /// - Parameter known: up to where the reader has heard on a stream before; what is there now without one.
  init(
    _ scopes: Set<LiveScope>, _ access: Access?, from known: ViewChanges.Position?,
    current: ViewChanges.Position, now: EventTime
  ) {
    (self.scopes, self.access, saidAt) = (scopes, access, now)
    position = known ?? current
  }

  func isWanted(_ change: SessionChange) -> Bool {
    scopes.contains { $0.has(change) } && (change.divisions.isEmpty || access?.sees(change.divisions) ?? true)
      && access?.sees(type: change.type) ?? true
  }

  // MARK: One at a time

  /// Begins to work for it, unless somebody does; he is told to look again then.
  mutating func begin() -> Bool {
    switch activity {
    case .idle:
      activity = .working
      return true
    case .working, .workingAgain:
      activity = .workingAgain
      return false
    }
  }

  /// - Returns: whether something happened meanwhile, so that the work goes on.
  mutating func finish() -> Bool {
    if case .workingAgain = activity {
      activity = .working
      return true
    }
    activity = .idle
    return false
  }

  /// Whether there is something to look at: changes, a heartbeat that is due, an end.
  ///
  /// - Parameter current: where the log of changes ends.
  func isDue(
    current: ViewChanges.Position, heartbeat: EventTime.Span, isGranted: Bool, now: EventTime
  ) -> Bool {
    position != current || !isGranted || access?.expiresAt.map { now >= $0 } ?? false
      || now.milliseconds - saidAt.milliseconds >= heartbeat.milliseconds
  }

  // MARK: What is said

  /// What is to be written.
  ///
  /// - Parameters:
  ///   - backlog: what came behind `position`, of what is wanted.
  ///   - isGranted: whether the asker may still look.
  mutating func next(
    _ backlog: ChangeLog.Backlog, heartbeat: EventTime.Span, isGranted: Bool, now: EventTime
  ) -> Step {
    guard isGranted, access?.expiresAt.map({ now < $0 }) ?? true else { return .expired }
    switch backlog {
    case .lost: return .resync
    case .pending(let sessions, let last): return .sessions(sessions, last: last)
    case .nothing(let number): position.number = number
    }
    return now.milliseconds - saidAt.milliseconds >= heartbeat.milliseconds ? .comment : .wait
  }

  /// Notes up to where there was nothing to say.
  mutating func noteRead(upTo position: ViewChanges.Position) { self.position = position }

  /// Notes what was written.
  mutating func noteSaid(upTo position: ViewChanges.Position, now: EventTime) {
    self.position = position
    saidAt = now
  }

  /// The number up to which a reader has heard everything once he has the first `count` of these.
  static func number(after count: Int, of sessions: [ChangeLog.Pending], last: Int) -> Int {
    count < sessions.count ? sessions[count].first - 1 : last
  }
}
