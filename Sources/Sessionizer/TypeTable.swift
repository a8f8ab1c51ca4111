internal import JourneyModel

/// The settings of session types, found by bytes: no string is made for an event.
struct TypeTable {
  struct Target {
    var from: [UInt8]
    var to: [UInt8]
    var toDigest: UInt64
    var isList: Bool
  }

  private struct Entry {
    var type: [UInt8]
    var timeout: EventTime.Span?
    var targets: [Target]?
  }

  private let entries: [Entry]

  init(_ settings: SessionSettings) {
    let sorted = settings.types.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    entries = sorted.map { name, type in
      let targets = type.projections?.map {
        let to = Array($0.to.utf8)
        return Target(
          from: Array($0.from.utf8), to: to,
          toDigest: TypeTable.digest(ByteSlice(offset: 0, length: to.count), of: to),
          isList: $0.isList)
      }
      return Entry(type: Array(name.utf8), timeout: type.timeout, targets: targets)
    }
  }

  /// Whether no type is set.
  var isEmpty: Bool { entries.isEmpty }

  /// The inactivity that ends a session of a custom type; `nil` for never.
  func timeout(of type: ByteSlice, in bytes: borrowing [UInt8]) -> EventTime.Span? {
    for entry in entries where TypeTable.equals(entry.type, type, bytes) { return entry.timeout }
    return nil
  }

  /// The projections of a type; `nil` if it projects every attribute under its own name.
  func targets(of type: ByteSlice, in bytes: borrowing [UInt8]) -> [Target]? {
    for entry in entries where TypeTable.equals(entry.type, type, bytes) { return entry.targets }
    return nil
  }

  static func equals(_ text: [UInt8], _ slice: ByteSlice, _ bytes: borrowing [UInt8]) -> Bool {
    text.count == slice.count && slice.equals(bytes, text, at: 0)
  }

  /// Names of projected attributes only have to differ from each other within one session.
  static func digest(_ slice: ByteSlice, of bytes: borrowing [UInt8]) -> UInt64 {
    FNV1a(of: slice, in: bytes).value
  }
}
