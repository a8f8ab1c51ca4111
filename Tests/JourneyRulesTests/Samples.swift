import Foundation
import JourneyRules
import WireFormat

/// The samples in `Tests/Fixtures/definitions`, found by this file's own path: the package declares no
/// resources.
enum Samples {
  private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/definitions")

  /// Every sample, by folder and name.
  static func all() throws -> [DefinitionDocument] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: directory.appendingPathComponent(folder).path)
        .filter { $0.hasSuffix(".json") }.sorted().map { try document("\(folder)/\($0.dropLast(5))") }
    }
  }

  /// A sample, for example `segments/doc-chrome-visitors`.
  static func document(_ name: String) throws -> DefinitionDocument {
    let data = try Data(contentsOf: directory.appendingPathComponent(name + ".json"))
    return DefinitionDocument(
      file: name, folder: name.split(separator: "/").first.map { String($0) },
      value: try DefinitionJSON.read([UInt8](data)))
  }

  /// What a document of JSON text reads as.
  static func read(
    _ json: String, file: String = "f.json", folder: String? = nil,
    limits: DefinitionLimits = DefinitionLimits()
  ) throws -> DefinitionReader.Reading {
    DefinitionReader(limits: limits).read(try document(json: json, file: file, folder: folder))
  }

  /// A document of JSON text.
  static func document(json: String, file: String = "f.json", folder: String? = nil) throws
    -> DefinitionDocument
  {
    DefinitionDocument(file: file, folder: folder, value: try DefinitionJSON.read(Array(json.utf8)))
  }

  /// The only definition of a text, which has no errors.
  static func definition(_ json: String) throws -> Definition? {
    let reading = try read(json)
    return reading.entries.count == 1 ? reading.entries[0].definition : nil
  }
}
