import Testing

/// The project's own rules, held against its sources. Each rule is a function from sources to offences;
/// `PlantedOffenceTests` shows that each finds what it is for.
@Suite("Tidy")
struct TidyTests {
  private let tree = SourceTree.current

  private func expectNone(_ offences: [Offence], _ location: SourceLocation = #_sourceLocation) {
    #expect(
      offences.isEmpty, "\(offences.map(\.description).joined(separator: "\n"))", sourceLocation: location)
  }

  @Test("The tree is read: sources, tests, documents and the package")
  func readsTheTree() {
    #expect(tree.sources.count > 400 && tree.swift.count > tree.sources.count + 150)
    #expect(tree.documents.count > 15 && tree.package.targets.count > 30)
    #expect(tree.package.targets.contains { $0.name == "TidyTests" && $0.folder == "Tests/TidyTests" })
  }

  @Test("The pure core imports nothing of the system, no C and no log")
  func pureCore() { expectNone(Imports.impure(in: tree.sources, allowed: TidyTable.pureModules)) }

  @Test("Modules import only the system modules that they may")
  func systemModules() { expectNone(Imports.forbidden(in: tree.sources, allowed: TidyTable.systemModules)) }

  @Test("Every dependency of the package is imported")
  func usedEdges() {
    expectNone(Imports.unusedEdges(of: tree.package, in: tree.swift, except: TidyTable.silentEdges))
  }

  @Test("Every import is a dependency of the package")
  func declaredEdges() { expectNone(Imports.missingEdges(of: tree.package, in: tree.swift)) }

  @Test("Comments have at most 110 columns")
  func columns() { expectNone(Sizes.wideComments(in: tree.swift)) }

  @Test("Files of sources have under 400 lines")
  func fileLengths() { expectNone(Sizes.longFiles(in: tree.sources, except: TidyTable.longFiles)) }

  @Test("Functions have at most 70 lines, or a reason")
  func functionLengths() { expectNone(Sizes.longFunctions(in: tree.swift, except: TidyTable.longFunctions)) }

  @Test("Nothing is declared and never used")
  func deadDeclarations() {
    expectNone(DeadDeclarations.offences(in: tree.swift, except: TidyTable.usedFromOutside))
  }

  @Test("Calls that have a replacement are not made")
  func bannedCalls() { expectNone(BannedCall.offences(in: tree.swift, TidyTable.banned)) }

  @Test("No error is tried by force")
  func forcedTries() { expectNone(BannedCall.forcedTries(in: tree.swift)) }

  @Test("Whatever the compiler does not check has its reason beside it")
  func reasons() { expectNone(UnsafeCode.withoutReason(in: tree.swift)) }

  @Test("There is no more of what the compiler does not check than the table says")
  func unsafeCode() { expectNone(UnsafeCode.growth(in: tree.sources, counts: TidyTable.unsafeNames)) }

  @Test("Every folder of sources has its tests")
  func mirroredFolders() { expectNone(Layout.unmirrored(tree.folders, homes: TidyTable.testHomes)) }

  @Test("Every exception is still needed")
  func exceptions() {
    let longFiles = Set(Sizes.longFiles(in: tree.sources, except: [:]).map(\.path))
    expectNone(Layout.needless(TidyTable.longFiles.keys.filter { !longFiles.contains($0) }, "no long file"))
    let long = Set(
      tree.swift.flatMap { file in
        Sizes.functions(of: file).filter { $0.length > Sizes.functionLines }.map { "\(file.path) \($0.name)" }
      })
    expectNone(
      Layout.needless(TidyTable.longFunctions.keys.filter { !long.contains($0) }, "no long function"))
    let dead = Set(DeadDeclarations.offences(in: tree.swift, except: [:]).map(\.message))
    expectNone(
      Layout.needless(
        TidyTable.usedFromOutside.keys.filter { name in !dead.contains { $0.contains("'\(name)'") } },
        "used, or gone"))
    expectNone(
      Layout.needless(TidyTable.testHomes.keys.filter { !tree.folders.contains($0) }, "no such folder"))
  }

  @Test("Documents have one heading of the first level")
  func headings() { expectNone(Layout.headings(in: tree.documents)) }

  @Test("The README has at most 250 lines")
  func readme() { expectNone(Layout.longReadme(in: tree.documents)) }

  @Test("Links between documents lead somewhere")
  func links() {
    expectNone(Layout.brokenLinks(in: tree.documents, paths: Set(tree.documents.map(\.path))))
  }
}
