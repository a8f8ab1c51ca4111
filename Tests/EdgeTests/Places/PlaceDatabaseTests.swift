import Foundation
import SeededGenerator
import Testing

@testable import Edge

@Suite(.enabled(if: EdgeLibraries.isBuilt)) final class PlaceDatabaseTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "places-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ bytes: [UInt8], _ name: String = "places.mmdb") throws -> String {
    let file = folder.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file.path
  }

  private func edge(_ paths: [String], limits: EdgeLimits = EdgeLimits()) throws -> EdgeLibraries {
    var settings = EdgeSettings()
    (settings.userAgents, settings.domains, settings.phones) = (.off, .off, .off)
    settings.placeDatabases = paths
    settings.limits = limits
    return try EdgeLibraries(settings)
  }

  private static func names(_ text: String) -> PlaceFile.Value {
    .map([("de", .text("-")), ("en", .text(text))])
  }

  private static let melbourne = PlaceFile.Value.map([
    ("country", .map([("iso_code", .text("AU")), ("names", names("Australia"))])),
    (
      "subdivisions",
      .list([
        .map([("iso_code", .text("VIC")), ("names", names("Victoria"))]), .map([("iso_code", .text("X"))]),
      ])
    ), ("city", .map([("names", names("Melbourne"))])), ("postal", .map([("code", .text("3000"))])),
    (
      "location",
      .map([
        ("latitude", .double(-37.8159)), ("longitude", .double(144.9669)),
        ("time_zone", .text("Australia/Melbourne")),
      ])
    ),
  ])

  /// Both kinds of addresses; the older ones below `::/96`.
  private static var city: PlaceFile {
    var file = PlaceFile(version: 6)
    file.add([UInt8](repeating: 0, count: 12) + [192, 0, 2, 0], prefix: 120, melbourne)
    file.add(
      [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 12), prefix: 32,
      .map([
        ("country", .map([("iso_code", .text("DE"))]))
      ]))
    return file
  }

  @Test func anAddressHasItsPlace() throws {
    let edge = try edge([path(PlaceDatabaseTests.city.bytes)])
    let place = try #require(edge.place("192.0.2.11"))
    #expect(place.country == "AU" && place.countryName == "Australia")
    #expect(place.region == "VIC" && place.regionName == "Victoria")
    #expect(place.locality == "Melbourne" && place.postalCode == "3000")
    #expect(place.timezone == "Australia/Melbourne" && place.organization == nil)
    #expect(place.latitude == -37.8159 && place.longitude == 144.9669)
    // As a socket of both families names it.
    #expect(edge.place("::ffff:192.0.2.11") == place)
    #expect(edge.place("2001:db8::7")?.country == "DE")
  }

  @Test(arguments: [("192.0.1.255", false), ("192.0.2.0", true), ("192.0.2.255", true), ("192.0.3.0", false)])
  func networksHaveEnds(address: String, isKnown: Bool) throws {
    #expect((try edge([path(PlaceDatabaseTests.city.bytes)]).place(address) != nil) == isKnown)
  }

  @Test(arguments: [
    "", "192.0.2", "192.0.2.256", "192.0.2.11 ", "192.0.2.11:80", "[2001:db8::1]", "2001:db8::1%eth0",
    "0xC0.0.2.1",
    "localhost", "2001:db8:::1", "192.0.2.11\u{0}", String(repeating: "1", count: 10_000),
  ])
  func noAddresses(text: String) throws {
    let place = try edge([path(PlaceDatabaseTests.city.bytes)]).place(text)
    // What is behind a NUL does not reach C.
    #expect((place != nil) == text.hasSuffix("\u{0}"))
  }

  @Test func aDatabaseOfOneFamilyDoesNotKnowTheOther() throws {
    var file = PlaceFile(version: 4)
    file.add([192, 0, 2, 0], prefix: 24, PlaceDatabaseTests.melbourne)
    let edge = try edge([path(file.bytes)])
    #expect(edge.place("192.0.2.1")?.country == "AU" && edge.place("2001:db8::1") == nil)
  }

  @Test func aSecondDatabaseSaysWhatTheFirstDoesNot() throws {
    var networks = PlaceFile(version: 4)
    networks.add(
      [192, 0, 0, 0], prefix: 8,
      .map([
        ("autonomous_system_organization", .text("Example Mobile")),
        ("city", .map([("names", PlaceDatabaseTests.names("Sydney"))])),
      ]))
    let edge = try edge([path(PlaceDatabaseTests.city.bytes), path(networks.bytes, "networks.mmdb")])
    let place = try #require(edge.place("192.0.2.1"))
    #expect(place.organization == "Example Mobile" && place.locality == "Melbourne")
    #expect(edge.place("192.9.9.9")?.locality == "Sydney")
  }

  @Test func oddValuesAreLeftOut() throws {
    var file = PlaceFile(version: 4)
    file.add(
      [10, 0, 0, 0], prefix: 8,
      .map([
        ("country", .text("AU")), ("city", .map([("names", .list([]))])), ("subdivisions", .map([])),
        ("postal", .map([("code", .text(String(repeating: "9", count: 300)))])),
        ("location", .map([("latitude", .double(.nan)), ("longitude", .double(1))])),
      ]))
    file.add(
      [11, 0, 0, 0], prefix: 8,
      .map([("location", .map([("latitude", .double(90.1)), ("longitude", .double(0))]))]))
    file.add(
      [12, 0, 0, 0], prefix: 8,
      .map([("location", .map([("latitude", .double(90)), ("longitude", .double(-180))]))]))
    let edge = try edge([path(file.bytes)])
    var expected = PlaceFacts()
    expected.postalCode = String(repeating: "9", count: PlaceDatabase.nameBytes)
    #expect(edge.place("10.0.0.1") == expected)
    #expect(edge.place("11.0.0.1") == nil)
    #expect(edge.place("12.0.0.1")?.longitude == -180)
  }

  @Test(arguments: [-1, 0, 1])
  func databasesHaveALargest(offset: Int) throws {
    let bytes = PlaceDatabaseTests.city.bytes
    var limits = EdgeLimits()
    limits.placeDatabaseBytes = bytes.count - offset
    let path = try path(bytes)
    if offset > 0 {
      #expect(throws: EdgeIncomplete.self) { try edge([path], limits: limits) }
    } else {
      #expect(try edge([path], limits: limits).place("192.0.2.1") != nil)
    }
  }

  @Test("Whoever cuts the file short while it is in use changes nothing")
  func theFileMayChange() throws {
    let path = try path(PlaceDatabaseTests.city.bytes)
    let edge = try edge([path])
    try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 0)
    #expect(edge.place("192.0.2.1")?.country == "AU")
  }

  @Test func whatIsNoDatabaseIsNamed() throws {
    for (path, reason) in [
      (folder.path + "/none", "No such file or directory"), (folder.path, "is no file"),
      ("/dev/null", "is no file"),
      (try path([], "empty"), ""), (try path([UInt8](repeating: 7, count: 5_000), "noise"), ""),
    ] {
      let found = #expect(throws: EdgeIncomplete.self) { try edge([path]) }
      let gap = try #require(found?.gaps.first)
      #expect(gap.description.hasPrefix("edge.placeDatabases: \(path): \(reason)"))
    }
  }

  @Test("A damaged database says something or nothing, and harms nobody")
  func damagedDatabases() throws {
    let bytes = PlaceDatabaseTests.city.bytes
    var random = SeededGenerator(seed: 11)
    for round in 0..<400 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if round.isMultiple(of: 4) { damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random)) }
      guard let edge = try? edge([path(damaged)]) else { continue }
      for address in ["192.0.2.1", "2001:db8::1", "255.255.255.255", "::"] { _ = edge.place(address) }
    }
  }
}
