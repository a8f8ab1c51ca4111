import JourneyRules
import Testing

@Suite("Warnings and notes")
struct WarningTests {
  private func findings(_ json: String, folder: String? = nil) throws -> [String] {
    let reading = try Samples.read(json, folder: folder)
    #expect(reading.entries.count == 1, "\(reading.findings)")
    return reading.findings.map { "\($0)".replacing("f.json: ", with: "") }
  }

  @Test("Unknown members are kept and warned about, wherever they are")
  func unknown() throws {
    let json =
      #"{"kind":"segment","id":"s","displayName":"S","colour":"red","journey":{"patterns":[{"streamType":"Web","#
      + #""sessionType":"web","eventName":"a","criteria":[],"x y":[1]}]}}"#
    #expect(
      try findings(json) == [
        "warning: $.journey.patterns[0]['x y'] is an array of 1, expected a known member: this one is kept and means nothing",
        "warning: $.colour is 'red', expected a known member: this one is kept and means nothing (nearest is color)",
      ])
    let entry = try #require(try Samples.read(json).entries.first)
    #expect(entry.canonical["colour"] == .string("red"))
    #expect(entry.canonical.json.contains(#""x y":[1]"#))
  }

  @Test("What is legal and never happens is noted")
  func never() throws {
    #expect(
      try findings(#"{"kind":"segment","id":"s","displayName":"S"}"#) == [
        "note: $, expected a pattern of context or journey: without any it never matches"
      ])
    #expect(
      try findings(#"{"kind":"outcome","id":"o","displayName":"O","context":{"patterns":[]}}"#) == [
        "note: $, expected a pattern of context or journey: without any it is never achieved"
      ])
    #expect(
      try findings(
        #"{"kind":"actionMap","id":"m","displayName":"M","action":{"mediaType":"integrationAction"}}"#) == [
          "note: $, expected a trigger: without any it never qualifies"
        ])
    #expect(
      try findings(#"{"kind":"scheduleGroup","id":"g","name":"G","timeZone":"UTC"}"#) == [
        "note: $, expected openHours or openSchedules: without any it is always closed"
      ])
    #expect(
      try findings(#"{"kind":"frequencyCap","id":"c","mediaType":"webchat"}"#) == [
        "note: $, expected capOnceFinalized, capOnceRejected or capForPeriod: without any it caps nothing"
      ])
  }

  @Test(
    "Keys that events of the stream do not have are warned about",
    arguments: [
      ("Web", "web", "page.url", nil), ("Web", "web", "attributes.price.value", nil),
      ("Web", "web", "page.ur", "page.url"), ("App", "app", "screenName", nil),
      ("App", "app", "page.url", ""),
      ("Conversation", "conversation", "lastUserDisposition.code", nil),
      ("Conversation", "conversation", "queue.id", nil),
      ("Custom", "delivery", "eventName", nil), ("Custom", "delivery", "attributes..value", ""),
    ] as [(String, String, String, String?)])
  func keys(stream: String, type: String, key: String, nearest: String?) throws {
    let found = try findings(
      #"{"kind":"segment","id":"s","displayName":"S","journey":{"patterns":[{"streamType":"\#(stream)","sessionType":"\#(type)","criteria":[{"key":"\#(key)","values":["x"]}]}]}}"#
    )
    guard let nearest else {
      #expect(found == [])
      return
    }
    #expect(found.count == 1)
    #expect(
      found.first?.hasPrefix("warning: $.journey.patterns[0].criteria[0].key is '\(key)', expected") == true)
    if !nearest.isEmpty { #expect(found.first?.hasSuffix("(nearest is \(nearest))") == true) }
  }

  @Test("Names that no event can have are warned about")
  func eventNames() throws {
    let found = try findings(
      #"{"kind":"segment","id":"s","displayName":"S","journey":{"patterns":[{"streamType":"Web","sessionType":"web","eventName":"idle:short"}]}}"#
    )
    #expect(
      found == [
        "warning: $.journey.patterns[0].eventName is 'idle:short', expected letters, digits and underscore: "
          + "events with other names are rejected, so none will match"
      ])
  }

  @Test("What a media type or an activation has no use for is warned about")
  func unheeded() throws {
    let found = try findings(
      #"{"kind":"actionMap","id":"m","displayName":"M","triggerWithSegments":["s"],"activation":{"type":"immediate","delayInSeconds":5},"#
        + #""pageUrlConditions":[{"values":["x"],"operator":"containsAny"}],"#
        + #""action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"}},"actionTemplate":{"id":"t"}}}"#
    )
    #expect(
      found == [
        "warning: $.activation.delayInSeconds is 5, expected none, because type is immediate",
        "warning: $.action.actionTemplate is an object of 1, expected none, because mediaType is architectFlow: it is not heeded",
        "warning: $.pageUrlConditions is an array of 1, expected none: architectFlow is shown on no page, so they are not heeded",
      ])
  }

  @Test("A folder that says otherwise than the object is warned about, and the object wins")
  func folder() throws {
    let json =
      #"{"id":"o","displayName":"O","selfUri":"/api/v2/journey/outcomes/o","journey":{"patterns":[{"streamType":"Web","sessionType":"web"}]}}"#
    #expect(
      try findings(json, folder: "segments") == [
        "warning: $ is an object of 4, expected a definition of kind segment, as the folder says: it is read as outcome"
      ])
  }

  @Test("Long values are shortened in messages")
  func long() throws {
    let text = String(repeating: "x", count: 81)
    let reading = try Samples.read(#"{"kind":"segment","id":"s","displayName":"S","color":"\#(text)"}"#)
    #expect(reading.findings.first?.value == "'\(String(repeating: "x", count: 80))…'")
  }
}
