import Foundation

/// Which modules a module may import.
enum Imports {
  /// Modules of the system, which need no edge of the package.
  static let system: Set<String> = [
    "Foundation", "FoundationNetworking", "Glibc", "Dispatch", "Synchronization", "Testing", "XCTest",
  ]

  /// Modules of a product that has another name or several.
  static let products = ["GRDB": ["GRDB", "GRDBSQLite"]]

  struct Import: Equatable {
    let module: String
    let line: Int
  }

  static func imports(of file: SourceFile) -> [Import] {
    file.names.indices.compactMap { index in
      guard file.names[index].text == "import", index + 1 < file.names.count else { return nil }
      let kinds: Set<String> = ["struct", "func", "class", "enum", "protocol", "var", "typealias"]
      let next = kinds.contains(file.names[index + 1].text) ? index + 2 : index + 1
      guard next < file.names.count else { return nil }
      return Import(module: file.names[next].text, line: file.names[index].line)
    }
  }

  /// System modules that a module's files import without being allowed to.
  ///
  /// - Parameter allowed: by module; a module that is not named may import what it likes.
  static func forbidden(in files: [SourceFile], allowed: [String: Set<String>]) -> [Offence] {
    files.flatMap { file -> [Offence] in
      guard file.isSource, let allowed = allowed[file.module] else { return [] }
      return imports(of: file).filter { system.contains($0.module) && !allowed.contains($0.module) }.map {
        file.offence(
          $0.line, "\(file.module) may not import \($0.module): \(Imports.advice(file.module, allowed))")
      }
    }
  }

  private static func advice(_ module: String, _ allowed: Set<String>) -> String {
    allowed.isEmpty
      ? "it is part of the pure core; hand the value in from outside"
      : "it may import \(allowed.sorted().joined(separator: ", "))"
  }

  /// What pure modules import beyond each other: C, logs, the network.
  static func impure(in files: [SourceFile], allowed: [String: Set<String>]) -> [Offence] {
    files.flatMap { file -> [Offence] in
      guard file.isSource, let allowed = allowed[file.module] else { return [] }
      return imports(of: file).filter { !allowed.contains($0.module) }.map {
        file.offence(
          $0.line,
          "\(file.module) is pure and may not import \($0.module); allowed: \(allowed.sorted().joined(separator: ", "))"
        )
      }
    }
  }

  /// Edges of the package that no file uses.
  static func unusedEdges(of package: PackageManifest, in files: [SourceFile], except: [String: String])
    -> [Offence]
  {
    package.targets.flatMap { target -> [Offence] in
      let used = Set(
        files.filter { $0.path.hasPrefix(target.folder + "/") }.flatMap { imports(of: $0).map(\.module) })
      guard !used.isEmpty else { return [] }
      return target.dependencies.filter { dependency in
        used.isDisjoint(with: products[dependency] ?? [dependency])
          && except["\(target.name) → \(dependency)"] == nil
      }.map {
        Offence(
          path: "Package.swift", line: target.line,
          message: "\(target.name) never imports \($0): remove the dependency")
      }
    }
  }

  /// Imports that build only because somebody else depends on the module.
  static func missingEdges(of package: PackageManifest, in files: [SourceFile]) -> [Offence] {
    package.targets.flatMap { target -> [Offence] in
      let declared = Set(target.dependencies.flatMap { products[$0] ?? [$0] }).union(system)
      return files.filter { $0.path.hasPrefix(target.folder + "/") }.flatMap { file in
        imports(of: file).filter { !declared.contains($0.module) }.map {
          file.offence($0.line, "\(target.name) imports \($0.module) without declaring it in Package.swift")
        }
      }
    }
  }
}
