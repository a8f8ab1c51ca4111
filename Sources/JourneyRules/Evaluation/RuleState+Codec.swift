internal import JourneyModel

/// Stored state that cannot be read.
public struct RuleStateError: Error, Sendable, CustomStringConvertible {
  /// What is wrong.
  public var description: String
}

/// A version byte, then assignments, counts and actions; numbers as LEB128, digests in eight bytes,
/// little-endian.
extension RuleState {
  /// The version that is written, and the only one that is read.
  public static let version: UInt8 = 1

  /// The state as bytes. The same state gives the same bytes, whatever bundle it is bound to.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    encode(to: &bytes)
    return bytes
  }

  /// Whether any event that assigned something is known: what `encodeEvents` writes.
  public var namesEvents: Bool { assignments.indices.contains { assignments[$0].event != nil } }

  /// What `encodeEvents` writes; empty if it need not.
  var encodedEvents: [UInt8] {
    var bytes: [UInt8] = []
    if namesEvents { encodeEvents(to: &bytes) }
    return bytes
  }

  /// Appends the events that assigned segments, which are beside the state: builds that do not know them read
  /// the state all the same.
  public func encodeEvents(to bytes: inout [UInt8]) {
    RuleState.append(assignments.count, to: &bytes)
    for index in assignments.indices { RuleState.append(assignments[index].event ?? "", to: &bytes) }
  }

  /// Takes what `encodeEvents` wrote, after the state that it was written with.
  public mutating func takeEvents(encoded bytes: [UInt8]) throws(RuleStateError) {
    var reader = Reader(bytes: bytes)
    guard try reader.count() == assignments.count else {
      throw RuleStateError(description: "events of another number of assignments")
    }
    var named = assignments
    for index in named.indices {
      let event = try reader.text()
      if !event.isEmpty { named[index].event = String(decoding: event, as: UTF8.self) }
    }
    guard reader.at == bytes.count else { throw RuleStateError(description: "bytes follow the end") }
    assignments = named
  }

  private static func append(_ value: Int, to bytes: inout [UInt8]) {
    Varint.append(UInt64(bitPattern: Int64(value)), to: &bytes)
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    append(text.utf8.count, to: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  /// Appends the state as bytes.
  public func encode(to bytes: inout [UInt8]) {
    func number(_ value: Int) { RuleState.append(value, to: &bytes) }
    func text(_ text: String) { RuleState.append(text, to: &bytes) }
    bytes.append(RuleState.version)
    number(omitted)
    number(assignments.count)
    // By index: docs/design/hot-path.md.
    for index in assignments.indices {
      let expires = assignments[index].expires
      bytes.append(assignments[index].kind.rawValue)
      bytes.append((expires == nil ? 0 : 1) | (assignments[index].isExpired ? 2 : 0))
      text(assignments[index].id)
      number(assignments[index].version)
      number(Int(assignments[index].time.milliseconds))
      if let expires { number(Int(expires.milliseconds)) }
    }
    number(progress.count)
    for entry in progress {
      for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: entry.content >> UInt64(8 * place))) }
      bytes.append((entry.isOrdered ? 1 : 0) | (entry.isWaiting ? 2 : 0))
      number(Int(entry.position))
      number(Int(entry.patternCount))
      number(entry.count)
      number(entry.required)
      number(entry.evidence.byteCount)
      bytes.append(all: entry.evidence.bytes)
    }
    number(actions.count)
    for action in actions {
      for half in [action.id.high, action.id.low] {
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(8 * place))) }
      }
      text(action.map)
      number(action.version)
      text(action.mediaType.rawValue)
      bytes.append(action.state.rawValue)
      let flags = (action.hasTimer ? 1 : 0) | (action.repeats ? 2 : 0) | (action.offered == nil ? 0 : 4)
      bytes.append(UInt8(flags))
      bytes.append(action.awaits.rawValue)
      number(Int(action.qualified.milliseconds))
      number(Int(action.due.milliseconds))
      if let offered = action.offered { number(Int(offered.milliseconds)) }
      number(action.because.count)
      for cause in action.because {
        switch cause.part {
        case .context(let place):
          bytes.append(0)
          number(place)
        case .journey(let place):
          bytes.append(1)
          number(place)
        case .segment(let id):
          bytes.append(2)
          text(id)
        case .prediction(let score):
          bytes.append(3)
          score.encode(to: &bytes)
        }
        number(cause.count)
        number(cause.events.count)
        for event in cause.events { text(event) }
      }
    }
  }

  /// Reads what `encode` wrote.
  public init(encoded bytes: [UInt8]) throws(RuleStateError) {
    self.init()
    var reader = Reader(bytes: bytes)
    let version = try reader.byte()
    guard version == RuleState.version else {
      throw RuleStateError(
        description: "rule state version \(version) is not the one this build reads (\(RuleState.version))")
    }
    omitted = try reader.amount()
    for _ in 0..<(try reader.count()) {
      guard let kind = Fired.Kind(rawValue: try reader.byte()) else {
        throw RuleStateError(description: "an assignment of an unknown kind")
      }
      let flags = try reader.byte()
      let id = String(decoding: try reader.text(), as: UTF8.self)
      let version = try reader.number()
      let time = try reader.time()
      let expires = flags & 1 != 0 ? try reader.time() : nil
      assignments.append(
        Assignment(
          kind: kind, id: id, version: version, time: time, expires: expires, isExpired: flags & 2 != 0))
    }
    for _ in 0..<(try reader.count()) { try readProgress(&reader) }
    for _ in 0..<(try reader.count()) { actions.append(try RuleState.readAction(&reader)) }
    guard reader.at == bytes.count else { throw RuleStateError(description: "bytes follow the end") }
    // Observers of properties do not see what an initializer does.
    note()
  }

  private mutating func readProgress(_ reader: inout Reader) throws(RuleStateError) {
    let content = try reader.fixed()
    let flags = try reader.byte()
    let position = try reader.amount()
    let patternCount = try reader.amount()
    let count = try reader.amount()
    let required = try reader.amount()
    guard position < patternCount, patternCount <= Int32.max,
      let evidence = EventIDList(stored: try reader.text())
    else { throw RuleStateError(description: "an impossible count") }
    evidenceBytes += evidence.byteCount
    progress.append(
      Progress(
        content: content, position: Int32(position), patternCount: Int32(patternCount), count: count,
        required: required, isOrdered: flags & 1 != 0, isWaiting: flags & 2 != 0, evidence: evidence,
        rule: -1))
  }

  private static func readAction(_ reader: inout Reader) throws(RuleStateError) -> SessionAction {
    let id = ActionID(high: try reader.fixed(), low: try reader.fixed())
    let map = String(decoding: try reader.text(), as: UTF8.self)
    let version = try reader.number()
    guard let mediaType = MediaType(rawValue: String(decoding: try reader.text(), as: UTF8.self)),
      let state = ActionState(rawValue: try reader.byte())
    else { throw RuleStateError(description: "an action of an unknown kind or in an unknown state") }
    let flags = try reader.byte()
    guard let awaits = SessionAction.Return(rawValue: try reader.byte()) else {
      throw RuleStateError(description: "an action that awaits something unknown")
    }
    let qualified = try reader.time()
    let due = try reader.time()
    let offered = flags & 4 != 0 ? try reader.time() : nil
    var because: [Fired.Cause] = []
    for _ in 0..<(try reader.count()) {
      let part: Fired.Cause.Part
      switch try reader.byte() {
      case 0: part = .context(try reader.amount())
      case 1: part = .journey(try reader.amount())
      case 2: part = .segment(String(decoding: try reader.text(), as: UTF8.self))
      case 3:
        part = .prediction(try OutcomeScore(encoded: reader.bytes, at: &reader.at))
      default: throw RuleStateError(description: "a cause of an unknown kind")
      }
      let count = try reader.amount()
      var events: [String] = []
      for _ in 0..<(try reader.count()) {
        events.append(String(decoding: try reader.text(), as: UTF8.self))
      }
      because.append(Fired.Cause(part: part, events: events, count: count))
    }
    return SessionAction(
      id: id, map: map, version: version, mediaType: mediaType, state: state, qualified: qualified, due: due,
      hasTimer: flags & 1 != 0, awaits: awaits, repeats: flags & 2 != 0, offered: offered, because: because)
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws(RuleStateError) -> UInt8 {
      guard at < bytes.count else { throw RuleStateError(description: "ends too early") }
      at += 1
      return bytes[at - 1]
    }

    mutating func fixed() throws(RuleStateError) -> UInt64 {
      var value: UInt64 = 0
      for place in 0..<8 { value |= UInt64(try byte()) << UInt64(8 * place) }
      return value
    }

    /// A number of something: far from where adding to it would trap.
    mutating func amount() throws(RuleStateError) -> Int {
      let amount = try number()
      guard amount < 1 << 48 else { throw RuleStateError(description: "an impossible count") }
      return amount
    }

    /// A number that is not negative.
    mutating func number() throws(RuleStateError) -> Int {
      do {
        return Int(try Varint.read(bytes, at: &at, end: bytes.count, bits: 63))
      } catch {
        throw RuleStateError(description: error.description)
      }
    }

    mutating func time() throws(RuleStateError) -> EventTime {
      let time = EventTime(milliseconds: Int64(try number()))
      guard time <= .latest else { throw RuleStateError(description: "an impossible time") }
      return time
    }

    /// A number of things that follow, each at least a byte long.
    mutating func count() throws(RuleStateError) -> Int {
      let value = try amount()
      guard value <= bytes.count - at else { throw RuleStateError(description: "a length exceeds the bytes") }
      return value
    }

    mutating func text() throws(RuleStateError) -> [UInt8] {
      let count = try count()
      at += count
      return Array(bytes[at - count..<at])
    }
  }
}
