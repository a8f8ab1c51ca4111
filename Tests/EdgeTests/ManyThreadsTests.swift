import Testing

@testable import Edge

@Suite(.enabled(if: EdgeLibraries.isBuilt)) struct ManyThreadsTests {
  @Test("What one thread finds all find at once")
  func allLibrariesAtOnce() async throws {
    let edge = try EdgeLibraries()
    let same = await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          // Regions differ, so that the first use of each plan meets others.
          let regions = [("030 123456", "DE", "+4930123456"), ("06 12 34 56 78", "FR", "+33612345678")]
          return (0..<300).allSatisfy { round in
            let (number, region, expected) = regions[(round + task) % regions.count]
            return edge.e164(number, region: region) == expected
              && edge.registrableDomain("h\(task).r\(round).co.uk") == "r\(round).co.uk"
              && edge.userAgent("curl/\(round % 40).\(task)")?.browserVersion == "\(round % 40).\(task)"
          }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(same)
  }
}
