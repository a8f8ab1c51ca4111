import Testing

/// The test of the test: every rule finds one planted offence, at its place, and leaves the same code alone
/// without it.
@Suite("Planted offences")
struct PlantedOffenceTests {
  private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text) }

  private func lines(_ offences: [Offence]) -> [String] { offences.map { "\($0.path):\($0.line)" } }

  // MARK: - Reading

  @Test("Comments and texts are no code; what is interpolated is")
  func lexing() {
    let source = SourceText(
      ##"""
      let a = "x // y \(b + "c") z" // d /* e
      /* f /* g */ h */ let i = #"j "k" \(l) \#(m)"# ; let n = """
        o "p" \(q)
        """
      """##)
    let code = String(decoding: source.code, as: UTF8.self)
    let comments = String(decoding: source.comments, as: UTF8.self)
    #expect(names(code) == ["let", "a", "b", "let", "i", "m", "let", "n", "q"])
    #expect(names(comments) == ["d", "e", "f", "g", "h"])
    #expect(source.code.count == source.comments.count)
  }

  private func names(_ text: String) -> [String] {
    text.split { !$0.isLetter }.map(String.init)
  }

  @Test("Targets, folders and dependencies are read from the manifest")
  func manifest() {
    let package = PackageManifest(
      """
      let package = Package(targets: [
        // .target(name: "Off"),
        .target(
          name: "A", dependencies: ["B", .product(name: "C", package: "c-package")], path: "Tests/Elsewhere",
          swiftSettings: [.define("D")]),
        .testTarget(name: "ATests", dependencies: ["A"]),
        .executableTarget(name: "run", swiftSettings: settings),
      ])
      """)
    #expect(package.targets.map(\.name) == ["A", "ATests", "run"])
    #expect(package.targets.map(\.folder) == ["Tests/Elsewhere", "Tests/ATests", "Sources/run"])
    #expect(package.targets.map(\.dependencies) == [["B", "C"], ["A"], []])
    #expect(package.targets.map(\.line) == [3, 6, 7])
  }

  // MARK: - Imports

  @Test("An import that the pure core may not have")
  func impureImport() {
    let clean = file("Sources/Core/A.swift", "package import Model\n// import Foundation\n")
    let planted = file("Sources/Core/B.swift", "import Model\ninternal import Foundation\n")
    let other = file("Sources/Edge/C.swift", "import Foundation\n")
    #expect(
      lines(Imports.impure(in: [clean, planted, other], allowed: ["Core": ["Model"]])) == [
        "Sources/Core/B.swift:2"
      ])
  }

  @Test("A system module that a module may not import")
  func forbiddenImport() {
    let planted = file("Sources/Edge/C.swift", "import Core\nimport struct Foundation.Data\nimport Glibc\n")
    let offences = Imports.forbidden(in: [planted], allowed: ["Edge": ["Glibc"]])
    #expect(lines(offences) == ["Sources/Edge/C.swift:2"])
    #expect(Imports.forbidden(in: [planted], allowed: [:]).isEmpty)
  }

  @Test("An edge that nobody imports, and an import without an edge")
  func edges() {
    let package = PackageManifest(
      """
      .target(name: "A", dependencies: ["B", "C"]),
      .target(name: "D", dependencies: [.product(name: "GRDB", package: "GRDB.swift")]),
      """)
    let files = [
      file("Sources/A/A.swift", "import B\nimport E\nimport Foundation\n"),
      file("Sources/D/D.swift", "import GRDBSQLite\n"),
    ]
    let unused = Imports.unusedEdges(of: package, in: files, except: [:])
    #expect(unused.map(\.message) == ["A never imports C: remove the dependency"])
    #expect(Imports.unusedEdges(of: package, in: files, except: ["A → C": "reason"]).isEmpty)
    #expect(lines(Imports.missingEdges(of: package, in: files)) == ["Sources/A/A.swift:2"])
  }

  // MARK: - Sizes

  @Test(
    "A comment of 111 columns; not one of 110, not a text, not code", arguments: ["/// ", "let a = 1  // "])
  func wideComment(_ start: String) {
    func line(_ columns: Int) -> String {
      start + String(repeating: "ü", count: columns - start.count)
    }
    let text = "let text = \"\(String(repeating: "x", count: 120))\""
    let planted = file("Sources/A/A.swift", [line(110), line(111), text].joined(separator: "\n"))
    #expect(lines(Sizes.wideComments(in: [planted])) == ["Sources/A/A.swift:2"])
  }

  @Test("A file of 400 lines; not one of 399, nor one that has a reason")
  func longFile() {
    func lines(_ count: Int) -> SourceFile {
      file("Sources/A/\(count).swift", String(repeating: "\n", count: count))
    }
    let files = [lines(399), lines(400), lines(401)]
    let offences = Sizes.longFiles(in: files, except: ["Sources/A/401.swift": (402, "reason")])
    #expect(offences.map(\.path) == ["Sources/A/400.swift"])
    #expect(Sizes.longFiles(in: files, except: ["Sources/A/401.swift": (401, "reason")]).count == 2)
  }

  @Test(
    "A function of 71 lines; not one of 70, nor one that has a reason",
    arguments: ["func long()", "init?(a: [Int] = { [] }())"])
  func longFunction(_ head: String) {
    func function(_ lines: Int) -> String {
      "struct A {\n  \(head) {\n" + String(repeating: "    run(\"}\")\n", count: lines - 2) + "  }\n}\n"
    }
    let name = head.hasPrefix("init") ? "init" : "long"
    #expect(Sizes.longFunctions(in: [file("Sources/A/A.swift", function(70))], except: [:]).isEmpty)
    let planted = file("Sources/A/A.swift", function(71))
    #expect(lines(Sizes.longFunctions(in: [planted], except: [:])) == ["Sources/A/A.swift:2"])
    #expect(Sizes.longFunctions(in: [planted], except: ["Sources/A/A.swift \(name)": "reason"]).isEmpty)
  }

  @Test("A requirement of a protocol has no body")
  func requirement() {
    let text =
      "protocol P {\n  func a() async throws -> [Int]\n  func b()\n}\nstruct Q {\n\(String(repeating: "\n", count: 80))}\n"
    #expect(Sizes.functions(of: file("Sources/A/A.swift", text)).isEmpty)
  }

  // MARK: - Declarations and calls

  @Test(
    "A declaration that nobody uses",
    arguments: [
      "func lonely() {}", "private var lonely = 1", "static let lonely = 1", "struct lonely {}",
      "typealias lonely = Int",
      "enum E {\n  case lonely\n}", "indirect enum E { case lonely(x: Int) }",
    ])
  func deadDeclaration(_ declaration: String) {
    let line = declaration.contains("\n") ? 2 : 1
    let planted = file(
      "Sources/A/A.swift", declaration + "\n// lonely\nlet text = \"lonely\", E = text\n_ = E\n")
    let offences = DeadDeclarations.offences(in: [planted], except: ["text": ""])
    #expect(lines(offences) == ["Sources/A/A.swift:\(line)"])
    #expect(DeadDeclarations.offences(in: [planted], except: ["lonely": "reason"]).isEmpty)
    let used = file("Tests/ATests/B.swift", "run(\"\\(lonely)\")")
    #expect(
      DeadDeclarations.offences(in: [planted, used], except: [:]).count
        == (declaration.hasPrefix("private") ? 1 : 0))
  }

  @Test("A pattern of a switch declares nothing")
  func pattern() {
    let text = "switch code {\ncase FOREIGN_CODE: 1\ncase .other(let x) where x: 2\n}\n"
    #expect(DeadDeclarations.offences(in: [file("Sources/A/A.swift", text)], except: [:]).map(\.line) == [])
  }

  @Test("Every banned call", arguments: TidyTable.banned.indices)
  func bannedCall(_ index: Int) {
    let call = TidyTable.banned[index]
    let text =
      "// \(call.name)()\nlet x = \"\(call.name)()\"\nlet y = \(call.base.map { $0 + "." } ?? "")\(call.name)()\n"
    let path = (call.only?.first ?? "Sources/Elsewhere/") + "A.swift"
    #expect(lines(BannedCall.offences(in: [file(path, text)], [call])) == ["\(path):3"])
    for folder in call.except {
      let allowed = folder.hasSuffix(".swift") ? folder : folder + "A.swift"
      #expect(BannedCall.offences(in: [file(allowed, text)], [call]).isEmpty)
    }
    if call.only != nil {
      #expect(BannedCall.offences(in: [file("Sources/Elsewhere/A.swift", text)], [call]).isEmpty)
    }
    if call.base != nil {
      #expect(BannedCall.offences(in: [file(path, "let y = other.\(call.name)()\n")], [call]).isEmpty)
    }
  }

  @Test("A call with arguments where only the bare one is banned")
  func bareCall() {
    let call = BannedCall(name: "Date", form: .bare, instead: "hand it in")
    let planted = file(
      "Sources/A/A.swift", "let a = Date(timeIntervalSince1970: 1)\nlet b = Date()\nlet c: Date\n")
    #expect(lines(BannedCall.offences(in: [planted], [call])) == ["Sources/A/A.swift:2"])
  }

  @Test("A try by force")
  func forcedTry() {
    let planted = file("Sources/A/A.swift", "let a = try? b()\nlet c = try! d()\n// try!\n")
    #expect(lines(BannedCall.forcedTries(in: [planted])) == ["Sources/A/A.swift:2"])
  }

  // MARK: - Unsafe code

  @Test(
    "What is not checked, without a reason",
    arguments: [
      "final class A: @unchecked Sendable {}", "nonisolated(unsafe) let a = 1",
      "let a = unsafeBitCast(b, to: Int.self)",
    ])
  func withoutReason(_ code: String) {
    let planted = file("Sources/A/A.swift", "struct Z {}\n\(code)\n")
    #expect(lines(UnsafeCode.withoutReason(in: [planted])) == ["Sources/A/A.swift:2"])
    for reason in [
      "/// Unchecked, because.\n\(code)", "// Because.\n@available\n\(code)", "\(code)  // because",
    ] {
      #expect(UnsafeCode.withoutReason(in: [file("Sources/A/A.swift", "struct Z {}\n\(reason)\n")]).isEmpty)
    }
    // A comment of something before does not count.
    let far = file("Sources/A/A.swift", "// Because.\nstruct Z {}\n\(code)\n")
    #expect(UnsafeCode.withoutReason(in: [far]).count == 1)
  }

  @Test("One more, and one fewer, than the table says")
  func growth() {
    let text =
      "let a: UnsafePointer<Int>\nb.withUnsafeBytes { $0.assumingMemoryBound(to: Int.self) }\nlet unchecked = 1\n"
    let planted = file("Sources/A/A.swift", text)
    #expect(UnsafeCode.growth(in: [planted], counts: ["A": 3]).isEmpty)
    for count in [2, 4] {
      #expect(UnsafeCode.growth(in: [planted], counts: ["A": count]).map(\.path) == ["Sources/A"])
    }
    #expect(UnsafeCode.growth(in: [planted], counts: ["A": 3, "Gone": 1]).map(\.path) == ["Sources/Gone"])
  }

  // MARK: - Layout

  @Test("A folder without tests")
  func unmirrored() {
    let folders: Set = [
      "Sources/A", "Sources/A/B", "Sources/C", "Sources/C/D", "Sources/E", "Tests/ATests", "Tests/ATests/B",
      "Tests/CTests",
    ]
    #expect(Layout.unmirrored(folders, homes: [:]).map(\.path) == ["Sources/E"])
    #expect(Layout.unmirrored(folders, homes: ["Sources/E": ("Tests/CTests", "reason")]).isEmpty)
    #expect(Layout.unmirrored(folders, homes: ["Sources/E": ("Tests/Gone", "reason")]).count == 1)
    // Where tests have folders, each folder of the sources needs one.
    #expect(
      Layout.unmirrored(folders.union(["Sources/A/F"]), homes: [:]).map(\.path) == [
        "Sources/A/F", "Sources/E",
      ])
  }

  @Test("An exception that nothing needs any more")
  func needless() {
    #expect(
      Layout.needless(["b", "a"], "gone").map(\.message) == [
        "the exception 'a' has gone: gone", "the exception 'b' has gone: gone",
      ])
  }

  @Test("A second heading, a late one, or none")
  func headings() {
    let clean = file("docs/a.md", "# A\n\n## B\n```sh\n# a comment\n```\n")
    let planted = [
      file("docs/b.md", "# A\n\n# B\n"), file("docs/c.md", "\n# A\n"), file("docs/d.md", "## A\n"),
    ]
    #expect(lines(Layout.headings(in: [clean] + planted)) == ["docs/b.md:3", "docs/c.md:0", "docs/d.md:0"])
  }

  @Test("A README of 251 lines; not one of 250")
  func longReadme() {
    func readme(_ lines: Int) -> SourceFile { file("README.md", String(repeating: "\n", count: lines)) }
    #expect(Layout.longReadme(in: [readme(250)]).isEmpty)
    #expect(Layout.longReadme(in: [readme(251)]).count == 1)
  }

  @Test("A link to a page that is not there")
  func brokenLink() {
    let text = "[a](b.md#part) [c](../README.md) [d](https://example.com/x.md) [e](#part)\n[f](gone.md)\n"
    let page = file("docs/a.md", text)
    #expect(
      lines(Layout.brokenLinks(in: [page], paths: ["docs/a.md", "docs/b.md", "README.md"])) == ["docs/a.md:2"]
    )
  }
}
