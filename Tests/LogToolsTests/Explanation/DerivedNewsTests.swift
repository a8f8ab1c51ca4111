import Foundation
import JourneyRules
import Testing
import WireFormat

@testable import LogTools

@Suite struct DerivedNewsTests {
  /// An explanation and a comparison pass over what is no news.
  @Test func everyEventThatRulesGiveIsNews() throws {
    let examples = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../schemas/examples")
    for name in OutputCatalog.standard.entries.filter({ $0.encoder == .derivedEvent }).flatMap(\.schemas) {
      let files = try FileManager.default.contentsOfDirectory(
        at: examples.appending(path: name), includingPropertiesForKeys: nil
      ).filter { $0.pathExtension == "json" }
      #expect(!files.isEmpty)
      for file in files {
        let value = try DefinitionJSON.read([UInt8](Data(contentsOf: file)), limits: DerivedNews.limits)
        let news = try #require(DerivedNews(value), "\(name)/\(file.lastPathComponent)")
        #expect(!news.id.isEmpty && !news.word.isEmpty)
      }
    }
  }
}
