internal import JourneyModel

/// The campaign that brought a visitor, where nothing names it but the page's URL.
///
/// Every page of a visit may name it, so the query is read where it is, in one walk.
extension EventDecoder {
  /// Members of a campaign that a query can name, in the order in which they are written.
  private static let members: [StaticString] = [
    "\"source\":\"", "\"medium\":\"", "\"name\":\"", "\"term\":\"", "\"content\":\"", "\"clickId\":\"",
  ]

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
      var equals = -1
      while at < end, arena.base[at] != 0x26, arena.base[at] != 0x23 {
        if equals < 0, arena.base[at] == 0x3d { equals = at }
        at += 1
      }
      if equals > start, at - equals > 1, at - equals - 1 <= EventDecoder.maxValueBytes,
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
      arena.append(EventDecoder.members[member])
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

  /// Which member a parameter is; a click id comes with the network that gives it.
  private func member(_ name: ByteSlice, _ network: inout StaticString) -> Int? {
    if name.count > 4, arenaStarts(name, "utm_") {
      let rest = ByteSlice(offset: Int(name.offset) + 4, length: name.count - 4)
      if arenaEquals(rest, "source") { return 0 }
      if arenaEquals(rest, "medium") { return 1 }
      if arenaEquals(rest, "campaign") { return 2 }
      if arenaEquals(rest, "term") { return 3 }
      return arenaEquals(rest, "content") ? 4 : nil
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
    guard (0..<value.count).contains(where: { start[$0] == 0x25 || start[$0] == 0x2b }) else {
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
