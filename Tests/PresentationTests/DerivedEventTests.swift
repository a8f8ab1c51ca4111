import Foundation
import Testing
import WireFormat

@testable import Presentation

@Suite struct DerivedEventTests {
  private static func event(_ because: String) throws -> DerivedEvent {
    let json = """
      {"id":"a","createdDate":"2026-01-05T11:14:00.000Z","customerId":"c","session":{"id":"s","type":"web"},
       "webActionEvent":{"action":{"id":"1","state":"offered"},"actionMap":{"id":"m","displayName":"70/30"}},
       "because":[\(because)]}
      """
    return try #require(DerivedEvent(Array(json.utf8)))
  }

  @Test func predictionsAreTheReasonThatIsShown() throws {
    let prediction = """
      {"prediction":{"outcome":"purchase","probability":0.1249,"sessionMaxProbability":0.895,"quantile":0.1,
       "sessionMaxQuantile":0.9,"percentile":10,"sessionMaxPercentile":90},"count":1,"events":["e"]}
      """
    let segment = #"{"segment":"chrome","count":1,"events":["e"]}"#
    #expect(
      try Self.event(segment + "," + prediction).line
        == "TRIGGER   70/30: offered, because of purchase 12 %, highest 90 %")
    #expect(try Self.event(segment).line == "TRIGGER   70/30: offered")
  }

  @Test func everyEventThatRulesGiveHasWords() throws {
    let examples = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../schemas/examples")
    for name in OutputCatalog.standard.entries.filter({ $0.encoder == .derivedEvent }).flatMap(\.schemas) {
      let files = try FileManager.default.contentsOfDirectory(
        at: examples.appending(path: name), includingPropertiesForKeys: nil
      ).filter { $0.pathExtension == "json" }
      #expect(!files.isEmpty)
      for file in files {
        let event = try #require(DerivedEvent([UInt8](Data(contentsOf: file))), "\(file.lastPathComponent)")
        #expect(!event.line.contains(event.id), "\(event.line)")
      }
    }
  }
}
