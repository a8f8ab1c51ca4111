internal import JourneyModel

/// The campaign that brought a visitor, where nothing names it but the page's URL.
extension EventDecoder {
  /// Parameters and the campaign's members that they are. Click ids come with the network that gives them.
  private static let parameters: [(name: StaticString, member: StaticString)] = [
    ("utm_source", "source"), ("utm_medium", "medium"), ("utm_campaign", "name"), ("utm_term", "term"),
    ("utm_content", "content"),
  ]
  private static let clickIDs: [(name: StaticString, network: StaticString)] = [
    ("gclid", "google"), ("gbraid", "google"), ("wbraid", "google"), ("dclid", "google"),
    ("msclkid", "microsoft"),
    ("fbclid", "facebook"), ("ttclid", "tiktok"), ("twclid", "twitter"), ("li_fat_id", "linkedin"),
  ]

  /// Longest parameter value that is read, in bytes.
  private static let maxValueBytes = 512

  /// Appends the campaign that a query names, unless the event names one itself.
  func appendCampaign(_ query: ByteSlice, firstFact: Int) {
    let text = [UInt8](UnsafeBufferPointer(start: arena.base + Int(query.offset), count: query.count))
    guard let campaign = EventDecoder.campaign(text) else { return }
    for index in firstFact..<batch.facts.count where batch.facts[index].field == .campaign { return }
    let start = arena.count
    campaign.withUnsafeBufferPointer { arena.append($0) }
    appendFact(.campaign, from: start)
  }

  /// The campaign as a JSON object, members in a fixed order; of a parameter that comes twice the first counts.
  private static func campaign(_ query: [UInt8]) -> [UInt8]? {
    var values: [(StaticString, [UInt8])] = []
    let pairs = query.prefix { $0 != 0x23 }.split(separator: 0x26)
    func value(_ name: StaticString) -> [UInt8]? {
      for pair in pairs where pair.count > name.utf8CodeUnitCount {
        let equals = pair.startIndex + name.utf8CodeUnitCount
        guard pair[equals] == 0x3d,
          (0..<name.utf8CodeUnitCount).allSatisfy({ pair[pair.startIndex + $0] == name.utf8Start[$0] })
        else { continue }
        let raw = pair[(equals + 1)...]
        guard !raw.isEmpty, raw.count <= maxValueBytes else { return nil }
        return decoded(raw)
      }
      return nil
    }
    for parameter in parameters {
      if let found = value(parameter.name) { values.append((parameter.member, found)) }
    }
    for click in clickIDs {
      guard let found = value(click.name) else { continue }
      values.append(("clickId", found))
      values.append(
        (
          "network",
          [UInt8](UnsafeBufferPointer(start: click.network.utf8Start, count: click.network.utf8CodeUnitCount))
        ))
      break
    }
    guard !values.isEmpty else { return nil }
    var json: [UInt8] = []
    for (member, value) in values {
      json.append(json.isEmpty ? 0x7b : 0x2c)
      json.append(0x22)
      json.append(member)
      json.append(0x22)
      json.append(0x3a)
      JSONText.append(value, to: &json)
    }
    json.append(0x7d)
    return json
  }

  /// A parameter's value without its escapes; as it came if what they stand for is no text.
  private static func decoded(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var index = raw.startIndex
    while index < raw.endIndex {
      if raw[index] == 0x25, index + 2 < raw.endIndex, let high = digit(raw[index + 1]),
        let low = digit(raw[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(raw[index] == 0x2b ? 0x20 : raw[index])
        index += 1
      }
    }
    return String(validating: bytes, as: UTF8.self) == nil ? Array(raw) : bytes
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
