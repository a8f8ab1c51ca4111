import JourneyModel
import Testing

@testable import sojourn

@Suite struct MemberNotesTests {
  private func notes(_ stream: JourneyModel.Stream, _ events: String...) -> [String] {
    var notes = MemberNotes(stream: stream)
    for (index, event) in events.enumerated() {
      notes.look(at: Array(event.utf8)[...], line: Int64(index + 1))
    }
    return notes.notes
  }

  @Test(arguments: [
    ("chanels", "channels"), ("Channels", "channels"), ("channel", "channels"), ("wrapup", "userDisposition"),
    ("wrapup_code", "userDisposition"), ("userDispositon", "userDisposition"),
    ("conversation_id", "conversationId"),
    ("orginatingDirection", "originatingDirection"), ("custmerId", "customerId"),
    ("timestamp", "createdDate"),
    ("direction", "originatingDirection"),
  ])
  func nearMissesAreNamed(name: String, meant: String) {
    #expect(
      notes(.conversation, #"{"eventName":"ended","\#(name)":"x"}"#)
        == ["1: note: member '\(name)' is not read, nearest is '\(meant)' (1 event)"])
  }

  @Test func whatIsReadOrFarFromItIsNotNoted() {
    #expect(
      notes(
        .conversation,
        #"{"id":"1","eventName":"ended","createdDate":"x","customerId":"a","customerIdType":"phone","conversationId":"c","#
          + #""channels":[{"type":"Call","typo":1}],"userDisposition":{"code":"x","cod":1},"queue":{"id":"q","nam":1},"#
          + #""attributes":{"chanels":"x","wrapup":1},"somethingElse":1,"x":2,"note":"\"chanels\":1"}"#) == []
    )
  }

  @Test func whoeverGivesTheOneThatIsReadMeansSomethingElse() {
    #expect(notes(.web, #"{"createdDate":1,"timestamp":1,"page":{"url":"x"},"url":"x"}"#) == [])
    #expect(
      notes(.web, #"{"createdDate":1,"url":"x"}"#) == [
        "1: note: member 'url' is not read, nearest is 'page.url' (1 event)"
      ])
  }

  @Test func eachNameIsNotedOnceWithItsFirstLine() {
    #expect(
      notes(.conversation, #"{"a":1}"#, #"{"chanels":1}"#, #"{"wrapup":1,"chanels":1}"#) == [
        "2: note: member 'chanels' is not read, nearest is 'channels' (2 events)",
        "3: note: member 'wrapup' is not read, nearest is 'userDisposition' (1 event)",
      ])
  }

  @Test func bodiesOfTheEnvelopeAreLookedAtAndTheDetailFeedIsNot() {
    #expect(
      notes(.web, #"{"eventType":"WebEvent","webEvent":{"eventName":"x","brower":{"famly":1}}}"#) == [
        "1: note: member 'brower' is not read, nearest is 'browser' (1 event)"
      ])
    #expect(notes(.conversation, #"{"topicName":"v2.x","eventBody":{"wrapup":1,"chanels":2}}"#) == [])
  }

  @Test(arguments: ["", "{", "{\"chanels", "{\"chanels\\", "[[[", "}}}{", "\"a\":1", "{\"chanels\":\"\\"])
  func brokenRecordsAreNoHarm(text: String) {
    for stream in JourneyModel.Stream.allCases { _ = notes(stream, text) }
  }

  @Test(arguments: [-1, 0, 1])
  func notesAreBounded(_ offset: Int) {
    var notes = MemberNotes(stream: .web)
    for number in 0..<MemberNotes.maxNotes + offset {
      // Different names that all are near to the same one.
      let name = "customerId".enumerated().map {
        (number >> $0.offset) & 1 == 1 ? $0.element.uppercased() : String($0.element)
      }
      .joined()
      notes.look(at: Array("{\"_\(name)\":1}".utf8)[...], line: Int64(number))
    }
    #expect(notes.notes.count == min(MemberNotes.maxNotes, MemberNotes.maxNotes + offset))
  }
}
