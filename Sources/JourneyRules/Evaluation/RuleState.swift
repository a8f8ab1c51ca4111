public import JourneyModel

/// What one session remembers of rules: what fired, and how often the patterns of rules that have not fired
/// have matched.
///
/// A value; while it is empty it holds no memory of its own. It names definitions by id and by digest, so it
/// outlives the bundle it was made with: assignments stay whatever happens to their definition, counts stay
/// as long as the rule says the same.
public struct RuleState: Sendable, Hashable {
  /// A segment that was assigned or an outcome that was achieved.
  public struct Assignment: Sendable, Hashable {
    /// Which of the two.
    public var kind: Fired.Kind
    /// Id of the definition.
    public var id: String
    /// Its version at the time.
    public var version: Int
    /// Event time of the event that made it true.
    public var time: EventTime
    /// When it is unassigned; `nil` for never.
    public var expires: EventTime?
    /// Whether it was unassigned. It is not assigned again.
    public var isExpired: Bool
    /// Of a segment, the id of the event that assigned it; `nil` where that was not noted (by earlier
    /// builds).
    public var event: String?
    /// The rule in the bundle that the state is bound to; -1 if it has none.
    var rule: Int32
    /// The maps that it triggers, as an index into `CompiledRules.triggers`; -1 if it triggers none.
    var trigger: Int32

    /// Creates an assignment.
    public init(
      kind: Fired.Kind, id: String, version: Int, time: EventTime, expires: EventTime? = nil,
      isExpired: Bool = false, event: String? = nil
    ) {
      self.kind = kind
      self.id = id
      self.version = version
      self.time = time
      self.expires = expires
      self.isExpired = isExpired
      self.event = event
      rule = -1
      trigger = -1
    }

    /// Equal by what they say, not by the bundle they are bound to.
    public static func == (left: Self, right: Self) -> Bool {
      left.kind == right.kind && left.id == right.id && left.version == right.version
        && left.time == right.time && left.expires == right.expires && left.isExpired == right.isExpired
        && left.event == right.event
    }

    /// As `==`.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(kind)
      hasher.combine(id)
      hasher.combine(time)
    }
  }

  /// How often one pattern has matched.
  struct Progress: Sendable {
    /// Digest of the rule.
    var content: UInt64
    /// The pattern's place in its rule, and how many patterns that has.
    var position: Int32
    var patternCount: Int32
    /// Matches so far, never more than `required`.
    var count: Int
    var required: Int
    var isOrdered: Bool
    /// Set on one entry of a rule whose patterns are all complete: it waits for its context.
    var isWaiting: Bool
    var evidence: EventIDList
    /// The rule in the bundle that the state is bound to; -1 if it is switched off there.
    var rule: Int32

    var isComplete: Bool { count >= required }
  }

  /// What fired, in the order in which it did.
  public internal(set) var assignments: [Assignment] = [] {
    didSet { note() }
  }
  /// Actions that qualified, oldest first.
  public internal(set) var actions: [SessionAction] = [] {
    didSet { note() }
  }
  /// What is predicted of the session's outcomes.
  public var scores = SessionScores()
  /// What a bound kept out.
  public internal(set) var omitted = 0
  var progress: [Progress] = []
  /// Bytes of event ids in `progress`.
  var evidenceBytes = 0
  /// `identity` of the rules that the numbers of rules in it mean; 0 for none.
  var boundTo: UInt64 = 0

  /// `nextTimer` in milliseconds, the largest number for none; kept beside what it follows from, as it is
  /// asked for with every event.
  @usableFromInline
  var timer = Int64.max
  /// Whether an event may change anything about actions: some have qualified, or a segment triggers some.
  public private(set) var concernsActions = false
  /// What is asked with every event, kept here for the same reason.
  private(set) var assignmentCount = 0
  /// The share of assignments and actions in `byteCount`.
  private var firedBytes = 0
  /// Whether any actions have qualified.
  public private(set) var hasActions = false
  /// Whether any segments are assigned.
  public private(set) var hasSegments = false
  /// Whether any outcomes are achieved.
  public private(set) var hasOutcomes = false
  /// Whether no event changes anything about actions until the state or the bundle does, unless it reports or
  /// a map is triggered by it. Not stored.
  var isSettled = false

  /// Whether the session has offered the rules that the state is bound to what it knows. Not stored.
  var isTold = false

  /// Creates the state of a new session.
  public init() {}

  /// The earliest time at which a timer of it is due, an expiry or a delayed action; `nil` for none.
  @inlinable
  public var nextTimer: EventTime? { timer == .max ? nil : EventTime(milliseconds: timer) }

  /// Whether there is nothing to store.
  public var isEmpty: Bool {
    assignments.isEmpty && progress.isEmpty && actions.isEmpty && omitted == 0 && scores.isEmpty
  }

  /// How many patterns are counted for.
  public var trackedPatterns: Int { progress.count }

  /// Bytes that it takes, about: for the bounds of the session and of the lane's memory.
  public var byteCount: Int {
    firedBytes + progress.count * 64 + evidenceBytes + (scores.isEmpty ? 0 : scores.byteCount)
  }

  /// The outcomes that were achieved.
  public var achievedOutcomes: [String] { assignments.filter { $0.kind == .outcome }.map(\.id) }

  /// Keeps what follows from assignments and actions.
  mutating func note() {
    timer = .max
    assignmentCount = assignments.count
    hasActions = !actions.isEmpty
    concernsActions = hasActions
    isSettled = false
    hasSegments = false
    hasOutcomes = false
    firedBytes = assignments.count * 112
    for index in assignments.indices {
      if assignments[index].kind == .segment, !assignments[index].isExpired { hasSegments = true }
      if assignments[index].kind == .outcome { hasOutcomes = true }
      if assignments[index].trigger >= 0 { concernsActions = true }
      firedBytes += assignments[index].event?.utf8.count ?? 0
      guard !assignments[index].isExpired, let expires = assignments[index].expires else { continue }
      timer = min(timer, expires.milliseconds)
    }
    for index in actions.indices {
      firedBytes += actions[index].byteCount
      if actions[index].hasTimer { timer = min(timer, actions[index].due.milliseconds) }
    }
  }

  /// Unassigns what expires at or before a time.
  ///
  /// - Returns: what was unassigned, in order of assignment.
  public mutating func expire(upTo time: EventTime) -> [Assignment] {
    var expired: [Assignment] = []
    for index in assignments.indices where !assignments[index].isExpired {
      guard let expires = assignments[index].expires, expires <= time else { continue }
      assignments[index].isExpired = true
      expired.append(assignments[index])
    }
    return expired
  }

  /// Equal if they say the same, whatever bundle they are bound to.
  public static func == (left: Self, right: Self) -> Bool {
    left.encoded == right.encoded && left.encodedEvents == right.encodedEvents && left.scores == right.scores
  }

  /// As `==`.
  public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }

  /// Finds the rules of a bundle again: counts of rules that are gone, say something else or have fired are
  /// dropped; those of rules that are switched off wait.
  mutating func bind(to rules: CompiledRules) {
    boundTo = rules.identity
    isTold = false
    isSettled = false
    var bound = assignments
    for index in bound.indices {
      let reference = CompiledRules.DefinitionReference(kind: bound[index].kind, id: bound[index].id)
      bound[index].rule = rules.rulesByID[reference] ?? -1
      bound[index].trigger =
        bound[index].kind == .segment ? rules.triggersBySegment[bound[index].id] ?? -1 : -1
    }
    if !bound.isEmpty { assignments = bound }
    for index in actions.indices {
      let map = rules.mapsByID[actions[index].map] ?? -1
      // A map that does something else now is not the one that qualified.
      let isSame = map >= 0 && rules.mediaTypes[Int(map)] == actions[index].mediaType
      actions[index].bound = isSame ? map : -1
    }
    guard !progress.isEmpty else { return }
    for index in progress.indices {
      progress[index].rule = rules.rule(of: progress[index])
    }
    let assignments = assignments
    drop { entry in
      // What is counted for a rule that is switched off waits until it is on again.
      guard entry.rule >= 0 else { return !rules.dormant.contains(entry.content) }
      return assignments.contains { $0.rule == entry.rule }
    }
  }

  /// Forgets entries.
  mutating func drop(_ isDropped: (Progress) -> Bool) {
    for entry in progress where isDropped(entry) { evidenceBytes -= entry.evidence.byteCount }
    progress.removeAll(where: isDropped)
  }
}
