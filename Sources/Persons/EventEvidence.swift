internal import Identity
internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// What one event says of who is behind its session.
struct EventEvidence {
  /// An identifier, and how much its naming is worth.
  struct Naming {
    var identifier: Identifier
    var strength: EvidenceStrength
  }

  /// Strong identifiers, each once, in the order of their types and keys.
  private(set) var namings: [Naming] = []
  /// What else is said of the person, by name.
  private(set) var traits: [Trait] = []
  /// Texts that stand where an identifier belongs and are none.
  private(set) var problems: [IdentifierProblem] = []

  private let settings: PersonSettings
  private let stamp: Stamp

  var isEmpty: Bool { namings.isEmpty && traits.isEmpty }

  /// Most identifiers that one event names; others are left out.
  static let maxNamings = 8

  /// Reads an event. `opens`: whether it opens its session, so that its customer is named as well.
  init(
    _ event: borrowing Event, of batch: borrowing EventBatch, opens: Bool, _ settings: PersonSettings
  ) {
    self.settings = settings
    stamp = Stamp(event.time, Array(batch.bytes[event.id.indices]))
    let isSaidByNetwork = event.stream.profile.isConversational
    if opens {
      let type = batch.bytes[event.customerIDType.indices]
      if let type = EventEvidence.type(named: type), type.isStrong {
        add(type, Array(batch.bytes[event.customerID.indices]), isSaidByNetwork ? .channel : .observed)
      }
    }
    if isSaidByNetwork { readConversation(event, batch) }
    if event.endTrait > event.endFact { readTraits(event, batch) }
    namings.sort { left, right in
      left.identifier.type == right.identifier.type
        ? left.identifier.key < right.identifier.key
        : left.identifier.type.rawValue < right.identifier.type.rawValue
    }
    traits.sort { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// The type that a `customerIdType` names.
  static func type(named name: some Collection<UInt8>) -> IdentifierType? {
    if name.elementsEqual("externalContact".utf8) { return .contact }
    return IdentifierType(name: name)
  }

  /// A digest of the traits, to know them again.
  var traitDigest: UInt64 {
    guard !traits.isEmpty else { return 0 }
    var digest = FNV1a()
    for trait in traits {
      let text = trait.name + [0] + trait.value + [0]
      digest.add(ByteSlice(offset: 0, length: text.count), of: text)
    }
    return digest.value | 1
  }

  private mutating func add(_ type: IdentifierType, _ text: [UInt8], _ strength: EvidenceStrength) {
    do {
      let identifier = try settings.identifiers.identifier(type, text)
      if let place = namings.firstIndex(where: { $0.identifier == identifier }) {
        namings[place].strength = max(namings[place].strength, strength)
      } else if namings.count < EventEvidence.maxNamings {
        namings.append(Naming(identifier: identifier, strength: strength))
      }
    } catch {
      problems.append(error)
    }
  }

  /// What the contact center knows: the contact that it has linked, and whose journey led to the
  /// conversation.
  private mutating func readConversation(_ event: borrowing Event, _ batch: borrowing EventBatch) {
    for index in Int(event.firstFact)..<Int(event.endFact) {
      let fact = batch.facts[index]
      switch fact.field {
      case .externalContact:
        if let id = EventEvidence.contactID.values(in: fact.value, of: batch.bytes).first {
          add(.contact, Array(id.utf8), .channel)
        }
      case .journeyContext:
        guard let type = EventEvidence.journeyType.values(in: fact.value, of: batch.bytes).first,
          let id = EventEvidence.journeyID.values(in: fact.value, of: batch.bytes).first,
          let type = EventEvidence.type(named: Array(type.utf8)), type.isStrong
        else { continue }
        add(type, Array(id.utf8), .channel)
      default: continue
      }
    }
  }

  private static let contactID = PathReader(["id"])
  private static let journeyID = PathReader(["customer", "id"])
  private static let journeyType = PathReader(["customer", "idType"])

  private mutating func readTraits(_ event: borrowing Event, _ batch: borrowing EventBatch) {
    let strength: EvidenceStrength = isAuthenticated(event, batch) ? .authenticated : .observed
    var index = Int(event.endFact)
    while index + 1 < Int(event.endTrait) {
      let name = Array(batch.bytes[batch.facts[index].value.indices])
      let text = EventEvidence.text(batch.facts[index + 1].value, of: batch.bytes)
      index += 2
      guard let text, !text.isEmpty else { continue }
      let small = String(decoding: name.map { ASCII.lowercased($0) }, as: UTF8.self)
      if let type = settings.traits[small] {
        add(type, text, strength)
        continue
      }
      let limit = settings.limits.maxTraitBytes
      guard name.count <= limit, text.count <= limit, !name.isEmpty else { continue }
      let known = EventEvidence.names[small].map { Array($0.utf8) } ?? name
      traits.removeAll { $0.name == known }
      if traits.count < settings.limits.maxTraits { traits.append(Trait(known, text, stamp)) }
    }
  }

  /// Names of traits that mean the same.
  private static let names: [String: String] = [
    "firstname": "givenName", "givenname": "givenName", "lastname": "familyName", "surname": "familyName",
    "familyname": "familyName", "name": "displayName", "fullname": "displayName",
    "displayname": "displayName",
  ]

  private func isAuthenticated(_ event: borrowing Event, _ batch: borrowing EventBatch) -> Bool {
    for index in Int(event.firstFact)..<Int(event.endFact) where batch.facts[index].field == .authenticated {
      return batch.bytes[Int(batch.facts[index].value.offset)] == UInt8(ascii: "t")
    }
    return false
  }

  /// A scalar's text: a string without quotes and escapes, anything else as it is written.
  private static func text(_ value: ByteSlice, of bytes: borrowing [UInt8]) -> [UInt8]? {
    guard value.count > 0 else { return nil }
    guard bytes[Int(value.offset)] == ASCII.quote else { return Array(bytes[value.indices]) }
    guard value.count >= 2 else { return nil }
    var text: [UInt8] = []
    JSONUnescaping.append(
      ByteSlice(offset: Int(value.offset) + 1, length: value.count - 2), of: bytes, to: &text)
    return text
  }
}
