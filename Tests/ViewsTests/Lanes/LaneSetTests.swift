import JourneyModel
import Testing

@testable import Views

@Suite("View: lanes as text")
struct LaneSetTests {
  @Test(
    "Numbers and ranges, each lane once",
    arguments: [
      ("0", [0], "0"), ("0-3,8", [0, 1, 2, 3, 8], "0-3,8"), ("8, 0 - 1", [0, 1, 8], "0-1,8"),
      ("65534-65535", [65_534, 65_535], "65534-65535"),
    ])
  func read(text: String, lanes: [LaneNumber], shown: String) throws {
    let set = try #require(LaneSet(text))
    #expect(set.numbers == Set(lanes) && set.description == shown)
  }

  @Test(
    "What names no lanes, or one twice",
    arguments: [
      "", "a", "-1", "1-", "3-2", "0,0", "0-2,1", "0,", "65536", "0-65536", "1-2-3", "+1", "999999", "1 2",
      "0-1 5",
    ])
  func refused(text: String) { #expect(LaneSet(text) == nil) }
}
