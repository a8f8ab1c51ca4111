package import JourneyModel

/// A person, as far as a cluster tells.
package struct Contact: Sendable, Hashable {
  package var id: ContactID
  /// The identifier that the id is derived from.
  package var canonical: IdentifierKey
  package var type: ContactType
  /// Its identifiers, by key.
  package var identifiers: [IdentifierKey]
  /// The oldest evidence.
  package var created: EventTime
  /// The newest evidence.
  package var last: EventTime
  /// The strongest evidence, of an identifier or of two together.
  package var strength: EvidenceStrength
  /// The newest of each name, by name.
  package var traits: [Trait]
  /// The newest about each segment, by segment; those that were taken away are left out.
  package var segments: [SegmentAssignment]
  /// The newest devices, newest first.
  package var devices: [DeviceUse]
  /// How many older devices are not among them.
  package var devicesLeftOut: Int
  /// Every id under which readers have seen one of its identifiers' contacts, in order.
  package var mergeSet: [ContactID]
  /// The newest links that were refused, newest first.
  package var suggestions: [ContactSuggestion]

  /// What to call them: the trait `displayName`, else given and family name; `nil` if none is known.
  package var name: [UInt8]? {
    func value(_ name: StaticString) -> [UInt8]? {
      traits.first { trait in
        trait.name.count == name.utf8CodeUnitCount
          && trait.name.indices.allSatisfy { trait.name[$0] == name.utf8Start[$0] }
      }?.value
    }
    if let whole = value("displayName") { return whole }
    switch (value("givenName"), value("familyName")) {
    case (let given?, let family?): return given + [ASCII.space] + family
    case (let given?, nil): return given
    case (nil, let family): return family
    }
  }
}
