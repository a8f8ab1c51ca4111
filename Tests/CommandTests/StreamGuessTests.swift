import Foundation
import JourneyModel
import Testing

@testable import sojourn

@Suite struct StreamGuessTests {
  @Test(arguments: [
    (#"{"webEvent":{}}"#, JourneyModel.Stream.web), (#"{"session":{"type":"app"}}"#, .app),
    (#"{"sessionType":"delivery"}"#, .custom), (#"{"conversationId":"x","eventTime":1}"#, .conversation),
    ("{\n\"page\":{}\n}", .web), (#"{"screenName":"x"}"#, .app),
  ])
  func byContent(text: String, stream: JourneyModel.Stream) {
    #expect(StreamGuess.stream(of: Data(text.utf8), path: "events.ndjson") == stream)
  }

  @Test func byNameWhereContentSaysNothing() {
    let start = Data("{}".utf8)
    #expect(StreamGuess.stream(of: start, path: "app/web-1.ndjson") == .web)
    #expect(StreamGuess.stream(of: start, path: "conversation/01.json") == .conversation)
    #expect(StreamGuess.stream(of: start, path: "events.ndjson") == nil)
    #expect(StreamGuess.stream(of: Data(), path: "website.ndjson") == nil)
  }
}
