internal import CEdge

/// One database of places in MaxMind's format, held in memory.
final class PlaceDatabase: Sendable {
  /// Most bytes of an address in text: IPv6 with an IPv4 tail.
  static let addressBytes = 45
  /// Most bytes of a name that are taken.
  static let nameBytes = 255

  // Opaque and never written to after it was opened: libmaxminddb's look-ups only read.
  private nonisolated(unsafe) let database: OpaquePointer

  init(path: String, maxBytes: Int) throws(EdgeGap) {
    var why = [CChar](repeating: 0, count: 256)
    guard let database = cedge_places_open(path, UInt64(max(0, maxBytes)), &why, why.count) else {
      let text = String(decoding: why.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw EdgeGap(
        setting: "edge.placeDatabases", reason: "\(path): \(text)",
        remedy: "name a database in MaxMind's format, or none")
    }
    self.database = database
  }

  deinit { cedge_places_close(database) }

  func place(_ address: String) -> PlaceFacts? {
    var found = cedge_place()
    guard cedge_place_of(database, address, &found) else { return nil }
    var place = PlaceFacts()
    place.country = text(found.country)
    place.countryName = text(found.country_name)
    place.region = text(found.region)
    place.regionName = text(found.region_name)
    place.locality = text(found.locality)
    place.postalCode = text(found.postal_code)
    place.timezone = text(found.time_zone)
    place.organization = text(found.organization)
    // Not a number is in no range.
    if found.has_position, abs(found.latitude) <= 90, abs(found.longitude) <= 180 {
      (place.latitude, place.longitude) = (found.latitude, found.longitude)
    }
    return place == PlaceFacts() ? nil : place
  }

  private func text(_ text: cedge_text) -> String? {
    guard let bytes = text.bytes, text.length > 0 else { return nil }
    let name = UnsafeRawBufferPointer(start: bytes, count: min(text.length, PlaceDatabase.nameBytes))
    return String(decoding: name, as: UTF8.self)
  }
}
