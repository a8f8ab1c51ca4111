internal import Foundation

/// Where a demo keeps its files: a folder of its own among temporary ones, that goes when the demo ends.
struct DemoFolder {
  let url: URL

  /// How often a removal is tried, and how long after one another.
  static let (attempts, pause) = (100, Duration.milliseconds(20))

  init(in parent: URL = FileManager.default.temporaryDirectory) throws {
    url = parent.appendingPathComponent("sojourn-demo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// Removes it with all that is in it.
  ///
  /// Who closes the log last takes its write-ahead file away, perhaps just now; and a removal ends with the
  /// first file that is gone before it comes to it. So it is tried again until there is no folder.
  ///
  /// - Returns: whether it is gone.
  @discardableResult
  func remove() async -> Bool {
    // In a task of its own: who has been interrupted would not wait in between.
    await Task {
      for _ in 0..<DemoFolder.attempts {
        try? FileManager.default.removeItem(at: url)
        if !FileManager.default.fileExists(atPath: url.path) { return true }
        try? await Task.sleep(for: DemoFolder.pause)
      }
      return false
    }.value
  }
}
