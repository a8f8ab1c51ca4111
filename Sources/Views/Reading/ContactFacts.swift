internal import Bytes
internal import JourneyModel

/// What the view keeps of a contact in rows of their own, beside the contact itself: what its sessions are
/// found by.
struct ContactFacts: Equatable {
  /// When a device was somebody's: `[from, to)`.
  struct Device: Hashable {
    var idType: String
    var value: String
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var from = Int64.min
    var to = Int64.max
  }

  var id = ""
  var revision = 0
  /// The contact that this id leads to, if it stands for nobody of its own.
  var mergedTo: String?
  /// All ids under which it was seen.
  var mergeSet: [String] = []
  var devices: [Device] = []

  /// Reads a contact: `schemas/contact.schema.json`.
  ///
  /// - Returns: `nil` if it has no id or no revision.
  init?(_ walk: JSONWalk) {
    let isObject = walk.members(0..<walk.bytes.count) { name, value in
      switch true {
      case walk.is(name, "id"): id = walk.text(value) ?? ""
      case walk.is(name, "revision"): revision = walk.integer(value) ?? 0
      case walk.is(name, "mergedTo"): mergedTo = walk.text(value)
      case walk.is(name, "mergeSet"):
        walk.elements(value) { if let id = walk.text($0) { mergeSet.append(id) } }
      case walk.is(name, "devices"): walk.elements(value) { device($0, walk) }
      default: break
      }
    }
    guard isObject, !id.isEmpty, revision > 0 else { return nil }
  }

  private mutating func device(_ range: Range<Int>, _ walk: JSONWalk) {
    guard let type = walk.member("type", of: range).flatMap(walk.text),
      let value = walk.member("value", of: range).flatMap(walk.text),
      let intervals = walk.member("intervals", of: range)
    else { return }
    walk.elements(intervals) { interval in
      var device = Device(idType: type, value: value)
      if let from = ContactFacts.time("from", interval, walk) { device.from = from }
      if let to = ContactFacts.time("to", interval, walk) { device.to = to }
      devices.append(device)
    }
  }

  private static func time(_ name: StaticString, _ range: Range<Int>, _ walk: JSONWalk) -> Int64? {
    walk.member(name, of: range).flatMap(walk.text).flatMap { EventTime(iso8601: $0) }?.milliseconds
  }
}
