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

  let stamp: Stamp
  private let settings: PersonSettings
  private let known: [SessionPerson.Named]

  var isEmpty: Bool { namings.isEmpty && traits.isEmpty }

  /// Most identifiers that one event names; others are left out.
  static let maxNamings = 8

  /// Reads an event.
  ///
  /// - Parameters:
  ///   - customer: the type of its customer's id, if the event opens its session and that names a person.
  ///   - known: who was named in the session before.
  init(
    _ event: borrowing Event, of batch: borrowing EventBatch, customer: IdentifierType?,
    known: [SessionPerson.Named], _ settings: PersonSettings, _ names: borrowing TraitNames
  ) {
    self.settings = settings
    self.known = known
    stamp = Stamp(event.time, Array(batch.bytes[event.id.indices]))
    let isSaidByNetwork = event.stream.profile.isConversational
    if let customer {
      add(customer, Array(batch.bytes[event.customerID.indices]), isSaidByNetwork ? .channel : .observed)
    }
    if isSaidByNetwork { readConversation(event, batch) }
    if event.endTrait > event.endFact { readTraits(event, batch, names) }
    if namings.count > 1 {
      namings.sort { left, right in
        left.identifier.type == right.identifier.type
          ? left.identifier.key < right.identifier.key
          : left.identifier.type.rawValue < right.identifier.type.rawValue
      }
    }
    if traits.count > 1 { traits.sort { $0.name.lexicographicallyPrecedes($1.name) } }
  }

  /// The type of the customer's id of an event, if that names a person.
  static func customer(_ event: borrowing Event, of batch: borrowing EventBatch) -> IdentifierType? {
    let name = event.customerIDType
    if let type = IdentifierType(name: name, in: batch.bytes) { return type.isStrong ? type : nil }
    return name.count == externalContact.count ? type(named: batch.bytes[name.indices]) : nil
  }

  /// The type that a `customerIdType` names.
  static func type(named name: some Collection<UInt8>) -> IdentifierType? {
    if let type = IdentifierType(name: name) { return type }
    return name.elementsEqual(externalContact) ? .contact : nil
  }

  private static let externalContact = Array("externalContact".utf8)

  /// A digest of the traits, to know them again.
  var traitDigest: UInt64 {
    guard !traits.isEmpty else { return 0 }
    var digest = FNV1a()
    for trait in traits {
      for text in [trait.name, trait.value] {
        digest.add(ByteSlice(offset: 0, length: text.count), of: text)
        digest.add(0)
      }
    }
    return digest.value | 1
  }

  private mutating func add(_ type: IdentifierType, _ text: [UInt8], _ strength: EvidenceStrength) {
    do {
      let identifier = try identifier(type, text)
      if let place = namings.firstIndex(where: { $0.identifier == identifier }) {
        namings[place].strength = max(namings[place].strength, strength)
      } else if namings.count < EventEvidence.maxNamings {
        namings.append(Naming(identifier: identifier, strength: strength))
      }
    } catch {
      problems.append(error)
    }
  }

  /// What a text names. Nearly all that a session names it has named before, in the one form that it has:
  /// then nothing is to be derived anew.
  private func identifier(
    _ type: IdentifierType, _ text: [UInt8]
  ) throws(IdentifierProblem) -> Identifier {
    for place in known.indices
    where known[place].identifier.type == type && known[place].identifier.source.isEmpty
      && known[place].identifier.value == text && EventEvidence.isOfOneForm(type, text)
    {
      return known[place].identifier
    }
    return try settings.identifiers.identifier(type, text)
  }

  /// Whether what a text of a type is normalised to, once it is, stays what it is: not what could still have
  /// a scheme, a parameter or a display name.
  private static func isOfOneForm(_ type: IdentifierType, _ value: [UInt8]) -> Bool {
    switch type {
    case .email:
      !value.contains { $0 == ASCII.colon || $0 == ASCII.semicolon || $0 == UInt8(ascii: "<") }
    case .phone: value.first == ASCII.plus
    default: true
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

  private mutating func readTraits(
    _ event: borrowing Event, _ batch: borrowing EventBatch, _ names: borrowing TraitNames
  ) {
    let strength: EvidenceStrength = isAuthenticated(event, batch) ? .authenticated : .observed
    var index = Int(event.endFact)
    while index + 1 < Int(event.endTrait) {
      let name = batch.facts[index].value
      let text = EventEvidence.text(batch.facts[index + 1].value, of: batch.bytes)
      index += 2
      guard let text, !text.isEmpty else { continue }
      let place = names.place(of: name, in: batch.bytes)
      if let type = place.flatMap({ names.type(at: $0) }) {
        add(type, text, strength)
        continue
      }
      let limit = settings.limits.maxTraitBytes
      guard name.count <= limit, text.count <= limit, !name.isEmpty else { continue }
      let known = place.map { names.name(at: $0) } ?? Array(batch.bytes[name.indices])
      traits.removeAll { $0.name == known }
      if traits.count < settings.limits.maxTraits { traits.append(Trait(known, text, stamp)) }
    }
  }

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
