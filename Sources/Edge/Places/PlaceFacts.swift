/// Where an address is, as `geolocation` of an event says it.
package struct PlaceFacts: Sendable, Hashable {
  /// Two letters (ISO 3166).
  package var country: String?
  /// In English, like all names here.
  package var countryName: String?
  /// The part of the country's subdivision behind its hyphen (ISO 3166-2): `VIC`.
  package var region: String?
  package var regionName: String?
  package var locality: String?
  package var postalCode: String?
  /// A name of the time zone database: `Australia/Melbourne`.
  package var timezone: String?
  /// Degrees, both or none.
  package var latitude: Double?
  package var longitude: Double?
  /// Whose network it is.
  package var organization: String?

  /// Knows nothing.
  package init() {}

  /// Says what another knows wherever this one says nothing.
  func completed(by other: PlaceFacts) -> PlaceFacts {
    var place = self
    for text in PlaceFacts.texts where place[keyPath: text] == nil {
      place[keyPath: text] = other[keyPath: text]
    }
    if place.latitude == nil { (place.latitude, place.longitude) = (other.latitude, other.longitude) }
    return place
  }

  private static var texts: [WritableKeyPath<PlaceFacts, String?>] {
    [
      \.country, \.countryName, \.region, \.regionName, \.locality, \.postalCode, \.timezone, \.organization,
    ]
  }
}
