import Foundation
import JourneyRules
import Presentation
import WireFormat

/// Files and folders of definitions, read and checked as one set.
struct DefinitionFiles {
  /// Most files of one set.
  static let maxFiles = 10_000

  /// The files, in the order given and inside of folders by the bytes of their paths.
  let paths: [String]

  /// The argument that gave them and the command, for messages.
  private let key: String
  private let origin: String

  /// Collects files. A folder means the `.json`, `.yaml` and `.yml` files in it and below; hidden ones are
  /// left out.
  init(_ given: [String], key: String = "FILE", origin: String = "check") throws {
    self.key = key
    self.origin = origin
    var paths: [String] = []
    for path in given {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw ConfigurationProblem(
          key: key, value: path, expected: "a readable file or folder: there is none of that name",
          origin: origin)
      }
      if isDirectory.boolValue {
        paths += try DefinitionFiles.files(in: path, key, origin).sorted {
          $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
      } else {
        paths.append(path)
      }
    }
    guard paths.count <= DefinitionFiles.maxFiles else {
      throw ConfigurationProblem(
        key: key, value: "\(paths.count) files", expected: "at most \(DefinitionFiles.maxFiles)",
        origin: origin)
    }
    self.paths = paths
  }

  private static func files(in folder: String, _ key: String, _ origin: String) throws -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw ConfigurationProblem(
        key: key, value: folder, expected: "a readable folder: \(SystemReason.text(error))", origin: origin)
    }
    var found: [String] = []
    for name in names where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { continue }
      if isDirectory.boolValue {
        // A link to a folder may lead back up.
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        if type != .typeSymbolicLink { found += try files(in: path, key, origin) }
      } else if [".json", ".yaml", ".yml"].contains(where: path.hasSuffix) {
        found.append(path)
      }
    }
    return found
  }

  /// When each file was changed last.
  var modificationDates: [String: Date] {
    var dates: [String: Date] = [:]
    for path in paths {
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      dates[path] = attributes?[.modificationDate] as? Date ?? .distantPast
    }
    return dates
  }

  /// What the files say one by one, with the time zones that they name, not checked as a set.
  func read(limits: DefinitionLimits = DefinitionLimits()) throws -> (
    entries: [DefinitionEntry], findings: [Finding]
  ) {
    let (documents, unread) = try documents(limits)
    let readings = documents.map { DefinitionReader(limits: limits).read($0) }
    return (readings.flatMap(\.entries), unread + readings.flatMap(\.findings))
  }

  /// What the files say, with the time zones that they name. A file that is no JSON or YAML is an error among
  /// the findings.
  func check(limits: DefinitionLimits = DefinitionLimits()) throws -> (
    check: DefinitionCheck, unread: [Finding]
  ) {
    let (documents, unread) = try documents(limits)
    return (DefinitionCheck(documents, limits: limits), unread)
  }

  /// The files as documents, and a table for each time zone that they name.
  private func documents(_ limits: DefinitionLimits) throws -> ([DefinitionDocument], [Finding]) {
    var documents: [DefinitionDocument] = []
    var unread: [Finding] = []
    for path in paths {
      do {
        documents.append(try DefinitionFiles.document(path, limits: limits, key: key, origin: origin))
      } catch let error as DefinitionSyntaxError {
        unread.append(
          Finding(
            severity: .error, file: "\(path):\(error.line):\(error.column)", path: DefinitionPath(),
            value: nil,
            expected: error.expected))
      }
    }
    let entries = documents.flatMap { DefinitionReader(limits: limits).read($0).entries }
    let given = Set(
      entries.compactMap { if case .timeZone(let zone) = $0.definition { zone.id } else { nil } })
    let zones = DefinitionCheck.timeZoneNames(in: entries).filter { !given.contains($0) }
    return (documents + zones.compactMap { TimeZoneCompiler.document($0) }, unread)
  }

  /// Reads a file as YAML if its name says so, and as JSON otherwise.
  static func document(
    _ path: String, limits: DefinitionLimits = DefinitionLimits(), key: String = "FILE",
    origin: String = "check"
  ) throws -> DefinitionDocument {
    let handle = try InputFile.open(path, key: key, origin: origin, takesStandardInput: false)
    guard let data = try? handle.read(upToCount: limits.maxDocumentBytes + 1) ?? Data() else {
      throw ConfigurationProblem(key: key, value: path, expected: "a readable file", origin: origin)
    }
    let (bytes, foreign) = InputFile.text(data)
    if let foreign {
      throw DefinitionSyntaxError(line: 1, column: 1, expected: "JSON or YAML in UTF-8; \(foreign)")
    }
    let value: DefinitionValue
    if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw DefinitionSyntaxError(line: 1, column: 1, expected: "a text in UTF-8")
      }
      value = try DefinitionYAML.read(text, limits: limits)
    } else {
      value = try DefinitionJSON.read(bytes, limits: limits)
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent
    return DefinitionDocument(file: path, folder: folder, value: value)
  }

  /// Whether a file holds definitions rather than events or settings: its folder or its content says so.
  static func isDefinition(_ path: String) -> Bool {
    guard [".json", ".yaml", ".yml"].contains(where: path.hasSuffix) else { return false }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent
    if DefinitionReader.recognizes(folder: folder) { return true }
    guard let document = try? document(path) else { return false }
    return DefinitionReader.recognizes(document.value)
  }
}
