import Foundation
import Testing

@testable import Views

@Suite struct FileLockTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "lock-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// What is in the way is said: a file that may not be opened is not one that somebody holds.
  @Test func whatIsInTheWayIsSaid() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/view.db.lock"
    let first = try FileLock(path)
    do throws(ViewError) {
      _ = try FileLock(path)
      Issue.record("it was held twice")
    } catch {
      #expect(error.description.hasPrefix(path + " is held by another process: "))
    }
    first.release()
    first.release()
    _ = try FileLock(path)

    let taken = folder + "/folder.lock"
    try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: true)
    do throws(ViewError) {
      _ = try FileLock(taken)
      Issue.record("a folder was locked")
    } catch {
      #expect(error.description == taken + ": Is a directory")
    }
  }
}
