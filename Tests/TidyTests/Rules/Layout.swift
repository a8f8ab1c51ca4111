import Foundation

/// That tests mirror the sources, and what documents look like.
enum Layout {
  /// - Parameters:
  ///   - folders: every folder with Swift files, as a path from the root.
  ///   - homes: where a folder's tests are if not under its own name, with the reason.
  static func unmirrored(_ folders: Set<String>, homes: [String: (tests: String, reason: String)])
    -> [Offence]
  {
    folders.filter { $0.hasPrefix("Sources/") }.sorted().compactMap { folder in
      let parts = folder.split(separator: "/").map(String.init)
      let own = (["Tests", parts[1] + "Tests"] + parts.dropFirst(2)).joined(separator: "/")
      let home = homes[folder]?.tests ?? own
      // Tests of a small module may all be in one folder.
      let isFlat =
        !folders.contains { $0.hasPrefix("Tests/\(parts[1])Tests/") }
        && folders.contains("Tests/\(parts[1])Tests")
      guard !folders.contains(home), !(isFlat && homes[folder] == nil) else { return nil }
      return Offence(
        path: folder, line: 0,
        message: "no tests under \(home): add them, or list the folder with its tests' home")
    }
  }

  /// Exceptions that are no longer needed.
  static func needless(_ keys: [String], _ why: String) -> [Offence] {
    keys.sorted().map {
      Offence(path: "Tests/TidyTests", line: 0, message: "the exception '\($0)' has gone: \(why)")
    }
  }

  /// Documents have one heading of the first level, on their first line.
  static func headings(in documents: [SourceFile]) -> [Offence] {
    documents.compactMap { document in
      var isCode = false
      var headings: [Int] = []
      for (index, line) in document.lines.enumerated() {
        if line.hasPrefix("```") { isCode.toggle() }
        if !isCode, line.hasPrefix("# ") { headings.append(index + 1) }
      }
      guard headings != [1] else { return nil }
      return document.offence(
        headings.dropFirst().first ?? 0,
        "\(headings.count) headings of the first level: one, on the first line")
    }
  }

  static func longReadme(in documents: [SourceFile]) -> [Offence] {
    documents.filter { $0.path == "README.md" && $0.lines.count - 1 > Sizes.readmeLines }.map {
      $0.offence(
        0,
        "\($0.lines.count - 1) lines: at most \(Sizes.readmeLines); move the rest to a page in docs/ and link it"
      )
    }
  }

  /// Links to files that are not there.
  static func brokenLinks(in documents: [SourceFile], paths: Set<String>) -> [Offence] {
    documents.flatMap { document in
      document.lines.enumerated().flatMap { index, line in
        targets(of: line).filter { !$0.contains(":") && !$0.isEmpty }.compactMap { target in
          let folder = document.path.split(separator: "/").dropLast().map(String.init)
          let path = resolve(folder + target.split(separator: "/").map(String.init))
          guard path.hasSuffix(".md"), !paths.contains(path) else { return nil }
          return document.offence(index + 1, "a link to \(path), which is not there")
        }
      }
    }
  }

  private static func targets(of line: String) -> [String] {
    line.components(separatedBy: "](").dropFirst().map { rest in
      String(rest.prefix { $0 != ")" && $0 != "#" && $0 != " " })
    }
  }

  private static func resolve(_ parts: [String]) -> String {
    var path: [String] = []
    for part in parts { if part == ".." { _ = path.popLast() } else if part != "." { path.append(part) } }
    return path.joined(separator: "/")
  }
}
