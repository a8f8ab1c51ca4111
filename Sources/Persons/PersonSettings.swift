package import Identity
internal import JourneyModel
internal import Processor
internal import WireFormat

/// How persons are found. Part of the settings' digest: results depend on them.
package struct PersonSettings: Sendable, Hashable {
  /// Bounds of what is kept.
  package var limits = IdentityLimits()
  /// What is an identifier, and in which form.
  package var identifiers = IdentifierRules()
  /// Which traits are identifiers, by their names in small letters; all others are kept as they are.
  package var traits: [String: IdentifierType] = PersonSettings.defaultTraits
  /// Whose a device is when several were named on it.
  package var devices = WeakTimeline.Policy.switching

  /// What `traits` is by default.
  package static let defaultTraits: [String: IdentifierType] = [
    "email": .email, "emailaddress": .email, "workemail": .email, "personalemail": .email,
    "otheremail": .email,
    "phone": .phone, "phonenumber": .phone, "cellphone": .phone, "mobile": .phone, "homephone": .phone,
    "workphone": .phone, "otherphone": .phone,
    "userid": .externalID, "externalid": .externalID, "customerid": .externalID,
    "externalcontactid": .contact, "contactid": .contact,
  ]

  package init() {}

  /// Everything that results depend on, as text.
  var signature: String {
    // The number changes with what comes of the same input.
    var parts = ["5"]
    parts.append("\(limits)")
    parts.append("\(devices.rawValue)")
    parts += traits.keys.sorted().map { "\($0)=\(traits[$0]?.rawValue ?? 0)" }
    parts += identifiers.blocked.words.map { Array($0) }.sorted { $0.lexicographicallyPrecedes($1) }
      .map { String(decoding: $0, as: UTF8.self) }
    parts += identifiers.roles.map { Array($0) }.sorted { $0.lexicographicallyPrecedes($1) }
      .map { String(decoding: $0, as: UTF8.self) }
    parts.append("\(identifiers.plan.callingCode) \(identifiers.plan.trunkPrefix)")
    return parts.joined(separator: ",")
  }
}
