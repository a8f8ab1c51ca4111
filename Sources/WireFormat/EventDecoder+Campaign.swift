internal import JourneyModel

/// The campaign that brought a visitor, where nothing names it but the page's URL.
///
/// Every page of a visit may name it, so the query is read where it is, in one walk.
extension EventDecoder {
  /// Longest parameter value that is read, in bytes.
  private static let maxValueBytes = 512

  /// Appends the campaign that a query names, unless the event names one itself. Of a parameter that comes
  /// twice the first counts.
  func appendCampaign(_ query: ByteSlice, firstFact: Int) {
    var values = InlineArray<6, ByteSlice>(repeating: .empty)
    var network: StaticString = ""
    var isNamed = false
    var at = Int(query.offset)
    let end = query.indices.upperBound
    while at < end {
      let start = at
      at = endOfParameter(from: at, to: end)
      let equals = endOfName(from: start, to: at)
      if at - equals > 1, at - equals - 1 <= EventDecoder.maxValueBytes,
        let member = member(ByteSlice(offset: start, length: equals - start), &network),
        values[member].isEmpty
      {
        values[member] = ByteSlice(offset: equals + 1, length: at - equals - 1)
        isNamed = true
      }
      if at < end, arena.base[at] == 0x23 { break }
      at += 1
    }
    guard isNamed else { return }
    for index in firstFact..<batch.facts.count where batch.facts[index].field == .campaign { return }
    let start = arena.count
    for member in values.indices where !values[member].isEmpty {
      arena.append(arena.count == start ? 0x7b : 0x2c)
      arena.append(EventDecoder.opening(member))
      appendParameter(values[member])
      arena.append(0x22)
    }
    if !values[5].isEmpty {
      arena.append(",\"network\":\"")
      arena.append(network)
      arena.append(0x22)
    }
    arena.append(0x7d)
    appendFact(.campaign, from: start)
  }

  /// How a member of a campaign begins, by its number: in this order they are written.
  private static func opening(_ member: Int) -> StaticString {
    switch member {
    case 0: "\"source\":\""
    case 1: "\"medium\":\""
    case 2: "\"name\":\""
    case 3: "\"term\":\""
    case 4: "\"content\":\""
    default: "\"clickId\":\""
    }
  }

  /// Where a parameter ends: at a `&`, at a `#`, or with the query.
  private func endOfParameter(from start: Int, to end: Int) -> Int {
    var at = start
    while end - at >= 8 {
      let word = UInt64(littleEndian: UnsafeRawPointer(arena.base + at).loadUnaligned(as: UInt64.self))
      let found = JSONText.zeros(word ^ 0x2626_2626_2626_2626) | JSONText.zeros(word ^ 0x2323_2323_2323_2323)
      if found != 0 { return at + found.trailingZeroBitCount / 8 }
      // The last word overlaps with what was looked at, in which there is none.
      at = end - at > 8 ? min(at + 8, end - 8) : end
    }
    while at < end, arena.base[at] != 0x26, arena.base[at] != 0x23 { at += 1 }
    return at
  }

  /// Where a parameter's name ends, if it may be one of those below: at a `=`; else with the parameter.
  private func endOfName(from start: Int, to end: Int) -> Int {
    guard start < end else { return end }
    // Their first letters: d, f, g, l, m, t, u, w.
    let letter = arena.base[start] ^ 0x60
    guard letter < 32, 0x00b0_30d0 >> UInt32(letter) & 1 == 1 else { return end }
    var at = start + 1
    let last = min(end, start + EventDecoder.maxNameBytes + 1)
    while at < last {
      if arena.base[at] == 0x3d { return at }
      at += 1
    }
    return end
  }

  /// `utm_campaign`
  private static let maxNameBytes = 12

  /// Which member a parameter is; a click id comes with the network that gives it.
  private func member(_ name: ByteSlice, _ network: inout StaticString) -> Int? {
    if arenaStarts(name, "utm_") {
      let rest = ByteSlice(offset: Int(name.offset) + 4, length: name.count - 4)
      switch rest.count {
      case 4: return arenaEquals(rest, "term") ? 3 : nil
      case 6: return arenaEquals(rest, "source") ? 0 : arenaEquals(rest, "medium") ? 1 : nil
      case 7: return arenaEquals(rest, "content") ? 4 : nil
      case 8: return arenaEquals(rest, "campaign") ? 2 : nil
      default: return nil
      }
    }
    // All of them end so, and hardly anything else does.
    guard (5...9).contains(name.count), arena.base[name.indices.upperBound - 1] == 0x64 else { return nil }
    let known: StaticString
    if arenaEquals(name, "gclid") || arenaEquals(name, "gbraid") || arenaEquals(name, "wbraid")
      || arenaEquals(name, "dclid")
    {
      known = "google"
    } else if arenaEquals(name, "msclkid") {
      known = "microsoft"
    } else if arenaEquals(name, "fbclid") {
      known = "facebook"
    } else if arenaEquals(name, "ttclid") {
      known = "tiktok"
    } else if arenaEquals(name, "twclid") {
      known = "twitter"
    } else if arenaEquals(name, "li_fat_id") {
      known = "linkedin"
    } else {
      return nil
    }
    if network.utf8CodeUnitCount == 0 { network = known }
    return 5
  }

  /// Appends a parameter's value without its escapes; as it came if what they stand for is no text.
  private func appendParameter(_ value: ByteSlice) {
    let start = arena.base + Int(value.offset)
    var index = 0
    while index < value.count, start[index] != 0x25, start[index] != 0x2b { index += 1 }
    if index == value.count {
      arena.appendEscapedOwn(Int(value.offset), value.count)
      return
    }
    let raw = [UInt8](UnsafeBufferPointer(start: start, count: value.count))
    var escaped: [UInt8] = []
    JSONText.appendEscaped(EventDecoder.decoded(raw), to: &escaped)
    escaped.withUnsafeBufferPointer { arena.append($0) }
  }

  private static func decoded(_ raw: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = 0
    while index < raw.count {
      if raw[index] == 0x25, index + 2 < raw.count, let high = Hex.value(of: raw[index + 1]),
        let low = Hex.value(of: raw[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(raw[index] == 0x2b ? 0x20 : raw[index])
        index += 1
      }
    }
    return String(validating: bytes, as: UTF8.self) == nil ? raw : bytes
  }
}
