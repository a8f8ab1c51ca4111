package import JourneyModel

/// One leg of a conversation: a participant with one media session, from its first mark to its last.
///
/// What it keeps does not depend on the order in which its events arrive, nor on how often: times are the
/// earliest or the latest, and of two texts the one of the newer event counts (of the older, for what the leg
/// began with), at equal times the one with the greater bytes.
package struct Leg: Sendable {
  /// What is known of a leg as text. The raw values are in stored values: never renumber, only append.
  package enum Text: Int, Sendable, CaseIterable {
    /// The vendor's participant; plain text.
    case participant = 0
    /// The participant's media session; plain text.
    case session = 1
    /// Id of the agent, queue or flow, as JSON; of a code the code itself.
    case subject = 2
    /// The channel it began with: a JSON object.
    case channel = 3
    /// `"Inbound"` or `"Outbound"`, as it began.
    case direction = 4
    case queue = 5
    case queueName = 6
    case user = 7
    case userName = 8
    /// Why it ended, as its own side saw it.
    case disconnect = 9
    case outcome = 10
    /// Id of the agent who answered, as JSON.
    case answeredBy = 11
    case disposition = 12
    case dispositionName = 13
    /// Of a flat form's customer: why the conversation ended, as the agent saw it.
    case agentDisconnect = 14

    /// Whether the oldest value counts.
    var isEarliest: Bool { self == .channel || self == .direction }
  }

  package let kind: LegKind
  /// Whether it comes from flat conversation events.
  package let isFlat: Bool
  /// The earliest time of any mark.
  package var first: EventTime
  /// The latest time of any mark.
  package var last: EventTime
  /// The latest time at which it began.
  package var opened: EventTime?
  /// The latest time at which it ended.
  package var ended: EventTime?
  /// The latest time at which its code was set.
  package var coded: EventTime?
  /// What its newest end says of whether agent and customer have spoken.
  package var talk = LegMark.Talk.unknown
  /// What its newest beginning says of it.
  package var talkAtStart = LegMark.Talk.unknown
  /// Of a flat form's queue: whether an agent came next. Only of resolved legs.
  var isAnswered = false
  package private(set) var bytes: [UInt8] = []
  private var slices = InlineArray<15, ByteSlice>(repeating: .empty)
  private var times = InlineArray<15, EventTime>(repeating: EventTime(milliseconds: -1))
  /// Bytes of texts that were replaced.
  private var holes = 0

  package init(_ kind: LegKind, isFlat: Bool, at time: EventTime) {
    self.kind = kind
    self.isFlat = isFlat
    first = time
    last = time
  }

  /// Bytes of its texts.
  package var byteCount: Int { bytes.count - holes }

  /// A text, as a slice of `bytes`; empty if it is not known.
  package func slice(_ text: Text) -> ByteSlice { slices[text.rawValue] }

  /// When a text was said; only if it is known.
  package func time(_ text: Text) -> EventTime { times[text.rawValue] }

  /// Whether a text is known.
  package func has(_ text: Text) -> Bool { slices[text.rawValue].length > 0 }

  /// A text's bytes.
  package func text(_ text: Text) -> ArraySlice<UInt8> { bytes[slices[text.rawValue].indices] }

  /// Whether a text has these bytes.
  package func says(_ text: Text, _ literal: StaticString) -> Bool {
    let slice = slices[text.rawValue]
    guard slice.count == literal.utf8CodeUnitCount else { return false }
    let start = Int(slice.offset)
    for index in 0..<slice.count where bytes[start + index] != literal.utf8Start[index] { return false }
    return true
  }

  /// Sets a text, unless what is known outdoes it.
  package mutating func set(_ text: Text, at time: EventTime, _ source: borrowing [UInt8], _ slice: ByteSlice)
  {
    guard !slice.isEmpty else { return }
    let place = text.rawValue
    let known = slices[place]
    if !known.isEmpty {
      if time != times[place] {
        guard (time < times[place]) == text.isEarliest else { return }
      } else {
        let order = Leg.compare(bytes, known, source, slice)
        guard text.isEarliest ? order > 0 : order < 0 else { return }
      }
    }
    times[place] = time
    if known.count == slice.count, slice.equals(source, bytes, at: Int(known.offset)) { return }
    holes += known.count
    slices[place] = ByteSlice(offset: bytes.count, length: slice.count)
    bytes.append(slice, of: source)
    if holes > 256, holes * 2 > bytes.count { compact() }
  }

  private mutating func compact() {
    let old = bytes
    bytes = []
    bytes.reserveCapacity(old.count - holes)
    for place in 0..<15 {
      let slice = slices[place]
      slices[place] = ByteSlice(offset: bytes.count, length: slice.count)
      bytes.append(slice, of: old)
    }
    holes = 0
  }

  /// Negative if the left bytes come first.
  static func compare(
    _ left: borrowing [UInt8], _ leftSlice: ByteSlice, _ right: borrowing [UInt8], _ rightSlice: ByteSlice
  ) -> Int {
    let count = min(leftSlice.count, rightSlice.count)
    let (from, to) = (Int(leftSlice.offset), Int(rightSlice.offset))
    for index in 0..<count where left[from + index] != right[to + index] {
      return left[from + index] < right[to + index] ? -1 : 1
    }
    return leftSlice.count - rightSlice.count
  }

  /// Negative if this leg's text comes first.
  func compare(_ text: Text, to other: Leg) -> Int {
    Leg.compare(bytes, slice(text), other.bytes, other.slice(text))
  }

  /// Whether the texts are the same.
  func equals(_ text: Text, _ other: Leg) -> Bool { compare(text, to: other) == 0 }

  /// Whether the texts do not contradict each other: one that is not known contradicts nothing.
  func agrees(_ text: Text, _ other: Leg) -> Bool { !has(text) || !other.has(text) || equals(text, other) }

  /// Notes that it began.
  mutating func open(at time: EventTime, _ talk: LegMark.Talk) {
    if let known = opened, known >= time {
      if known == time { talkAtStart = max(talkAtStart, talk) }
      return
    }
    opened = time
    talkAtStart = talk
  }

  /// Notes that it ended.
  mutating func end(at time: EventTime, _ talk: LegMark.Talk) {
    if let known = ended, known >= time {
      if known == time { self.talk = max(self.talk, talk) }
      return
    }
    ended = time
    self.talk = talk
  }

  /// Takes over what another entry says of the same leg.
  mutating func take(_ other: Leg) {
    first = min(first, other.first)
    last = max(last, other.last)
    if let time = other.opened { open(at: time, other.talkAtStart) }
    if let time = other.ended { end(at: time, other.talk) }
    if let time = other.coded { coded = max(coded ?? time, time) }
    for text in Text.allCases where other.has(text) {
      set(text, at: other.time(text), other.bytes, other.slice(text))
    }
  }

  /// Whether it has ended since it last began.
  package var isOver: Bool { endTime != nil }

  /// When it ended, if it has not begun again since: a code ends its leg where nothing else does.
  package var endTime: EventTime? {
    let opened = opened ?? EventTime(milliseconds: 0)
    if let ended, ended >= opened { return ended }
    // A code that came without its agent is no end of anything by itself.
    if let coded, coded >= opened, kind == .agent || isFlat { return coded }
    return nil
  }

  /// Whether its code belongs to what it is now, and not to a time before it began again.
  package var hasCode: Bool {
    guard let coded, has(.disposition) else { return false }
    return coded >= opened ?? coded
  }

  /// An order that depends on nothing but what the legs say.
  static func precedes(_ left: Leg, _ right: Leg) -> Bool {
    if left.first != right.first { return left.first < right.first }
    if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
    for text in [Text.participant, .session, .subject] {
      let order = left.compare(text, to: right)
      if order != 0 { return order < 0 }
    }
    return !left.isFlat && right.isFlat
  }
}
