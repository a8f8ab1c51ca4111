import Foundation
import Synchronization
import Testing

@testable import Presentation

/// The demo's folder goes with it.
@Suite struct DemoFolderTests {
  private let parent = FileManager.default.temporaryDirectory

  @Test func goesWithAllThatIsInIt() async throws {
    let folder = try DemoFolder(in: parent)
    try Data("log".utf8).write(to: folder.url.appendingPathComponent("log.db"))
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("cold"), withIntermediateDirectories: false)
    #expect(await folder.remove())
    #expect(!FileManager.default.fileExists(atPath: folder.url.path))
  }

  /// As a log that is being closed does with its write-ahead file.
  @Test func filesThatVanishMeanwhileDoNotKeepIt() async throws {
    for _ in 0..<20 {
      let folder = try DemoFolder(in: parent)
      for number in 0..<200 {
        try Data([1]).write(to: folder.url.appendingPathComponent("\(number).db"))
      }
      let isOver = Mutex(false)
      let path = folder.url.path
      async let taken: Int = {
        var taken = 0
        while !isOver.withLock({ $0 }) {
          for number in (0..<200).reversed() where unlink("\(path)/\(number).db") == 0 { taken += 1 }
          await Task.yield()
        }
        return taken
      }()
      let isGone = await folder.remove()
      isOver.withLock { $0 = true }
      _ = await taken
      #expect(isGone)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  /// A parent that takes nothing is said, not waited for.
  @Test func aFolderThatCannotBeMadeIsAnError() {
    #expect(throws: (any Error).self) {
      try DemoFolder(in: URL(filePath: "/proc/none"))
    }
  }
}
