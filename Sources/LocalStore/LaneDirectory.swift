package import EventLog
internal import Foundation
package import JourneyModel
package import LaneStorage

/// Lane files in a directory: `GROUP.lane-N.lz4`, each one LZ4 frame.
///
/// What is being written has a name of its own, `….PID-N.part`, and takes the file's place by a rename once
/// it is durable. Such names that a killed process left behind are removed by the next one.
package final class LaneDirectory: LaneFiles {
  private let directory: String
  private let group: String

  /// Creates the directory if it is missing. Throws `fatal` if it cannot be made or written.
  package init(_ directory: String, group: String) throws(LogError) {
    self.directory = directory
    self.group = group
    let files = FileManager.default
    do {
      // Events name people.
      try files.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for name in try files.contentsOfDirectory(atPath: directory) where name.hasSuffix(".part") {
        guard name.hasPrefix("\(group).lane-"), !LaneDirectory.isBeingWritten(name) else { continue }
        try files.removeItem(atPath: directory + "/" + name)
      }
    } catch {
      throw LogError(
        .fatal, code: "localStoreUnusable", "\(directory) cannot be used: \(error.localizedDescription)")
    }
    guard files.isWritableFile(atPath: directory) else {
      throw LogError(.fatal, code: "localStoreUnusable", "\(directory) cannot be written to")
    }
  }

  /// The path of a lane's file.
  package func path(_ lane: LaneNumber) -> String { "\(directory)/\(group).lane-\(lane).lz4" }

  /// Opens a lane's file; `nil` if there is none.
  package func open(_ lane: LaneNumber) throws -> (any LaneFileSource)? {
    try CompressedFileReader(path(lane))
  }

  /// Starts a new file for a lane.
  package func create(_ lane: LaneNumber) throws -> any LaneFileDraft {
    try CompressedFileWriter(path: path(lane), directory: directory)
  }

  /// Whether the process that a name states is still there.
  private static func isBeingWritten(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    guard parts.count > 2, let process = parts[parts.count - 2].split(separator: "-").first,
      let number = Int32(process)
    else { return false }
    return kill(number, 0) == 0
  }
}
