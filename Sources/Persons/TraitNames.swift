internal import Identity
internal import JourneyModel

/// What traits mean, by their names. Names are ASCII in small letters, and are found in any case.
struct TraitNames {
  private var names: [[UInt8]] = []
  private var types: [IdentifierType?] = []
  /// What a trait that is no identifier is kept as.
  private var kept: [[UInt8]] = []

  init(_ identifiers: [String: IdentifierType]) {
    for (name, type) in identifiers.sorted(by: { $0.key < $1.key }) { add(name, type, "") }
    for (name, known) in TraitNames.same where identifiers[name] == nil { add(name, nil, known) }
  }

  /// Names of traits that mean the same.
  private static let same: [(String, String)] = [
    ("displayname", "displayName"), ("familyname", "familyName"), ("firstname", "givenName"),
    ("fullname", "displayName"), ("givenname", "givenName"), ("lastname", "familyName"),
    ("name", "displayName"), ("surname", "familyName"),
  ]

  private mutating func add(_ name: String, _ type: IdentifierType?, _ known: String) {
    names.append(Array(name.utf8))
    types.append(type)
    kept.append(Array(known.utf8))
  }

  /// What a name means; `nil` for one that is as good as any.
  func place(of slice: ByteSlice, in bytes: borrowing [UInt8]) -> Int? {
    let start = Int(slice.offset)
    for place in names.indices where names[place].count == slice.count {
      var index = 0
      while index < slice.count, ASCII.lowercased(bytes[start + index]) == names[place][index] { index += 1 }
      if index == slice.count { return place }
    }
    return nil
  }

  /// The type of identifier that it is; `nil` if it is none.
  func type(at place: Int) -> IdentifierType? { types[place] }

  /// Under which name it is kept.
  func name(at place: Int) -> [UInt8] { kept[place] }
}
