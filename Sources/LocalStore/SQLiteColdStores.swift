package import EventLog
internal import Foundation
package import JourneyModel
package import LaneStorage

/// Cold stores as SQLite files, one for each lane, in a folder of their own.
///
/// A file is made when a lane first needs it, and removed when the lane is dropped; what a killed process
/// left behind is removed when the stores are made. Removing a file that is still open takes nothing from the
/// process that has it open.
package struct SQLiteColdStores: ColdStores {
  private let folder: String

  /// Prepares `<directory>/cold-<instance>`.
  ///
  /// Throws `fatal` if the folder cannot be made or written.
  package init(directory: String, instance: String) throws(LogError) {
    folder = directory + "/cold-" + instance
    let files = FileManager.default
    do {
      // Events name people.
      try files.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for name in try files.contentsOfDirectory(atPath: folder) where SQLiteColdStores.isOurs(name) {
        try files.removeItem(atPath: folder + "/" + name)
      }
    } catch {
      throw LogError(
        .fatal, code: "localStoreUnusable", "\(folder) cannot be used: \(error.localizedDescription)")
    }
    guard files.isWritableFile(atPath: folder) else {
      throw LogError(.fatal, code: "localStoreUnusable", "\(folder) cannot be written to")
    }
  }

  /// An empty store. Its file has a name that no other has, as a lane that was dropped may still be at work
  /// on its own.
  package func makeStore(lane: LaneNumber) throws(LogError) -> any ColdStore {
    SQLiteColdStore(path: "\(folder)/lane-\(lane)-\(UUID().uuidString).sqlite")
  }

  private static func isOurs(_ name: String) -> Bool {
    name.hasPrefix("lane-") && (name.hasSuffix(".sqlite") || name.hasSuffix(".sqlite-journal"))
  }
}
