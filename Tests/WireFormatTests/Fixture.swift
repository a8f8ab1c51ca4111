import Foundation

/// The documented samples in `Tests/Fixtures`, found by this file's own path: the package declares no
/// resources.
enum Fixture {
  private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  /// The bytes of a sample, for example `web/page_viewed`.
  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: directory.appendingPathComponent(name + ".json")))
  }

  /// All samples of a folder, without the ending, in order.
  static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.appendingPathComponent(folder).path)
      .filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0.dropLast(5) }
  }
}
