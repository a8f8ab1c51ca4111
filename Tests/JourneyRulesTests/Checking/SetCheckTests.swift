import JourneyRules
import Testing

@Suite("Checks of a set")
struct SetCheckTests {
  private func findings(_ json: String) throws -> [String] {
    DefinitionCheck([try Samples.document(json: "[\(json)]")]).findings.filter { $0.severity != .note }
      .map { "\($0)".replacing("f.json: ", with: "") }
  }

  private let segment = #"{"kind":"segment","id":"s","displayName":"S"}"#
  private let outcome = #"{"kind":"outcome","id":"o","displayName":"O"}"#

  private func map(_ members: String, media: String = #""mediaType":"integrationAction""#) -> String {
    #"{"kind":"actionMap","id":"m","displayName":"M","action":{\#(media)},\#(members)}"#
  }

  @Test("The same id twice in one kind is an error, in two kinds it is none")
  func duplicates() throws {
    #expect(
      try findings(segment + #",{"kind":"segment","id":"s","displayName":"Other"}"#) == [
        "error: $[1].id is 's', expected an id of its own: f.json $[0] is another segment with it"
      ])
    #expect(try findings(segment + #",{"kind":"outcome","id":"s","displayName":"S"}"#) == [])
  }

  @Test(
    "References to nothing are errors; warnings where the map can do without, as with a template that lives elsewhere"
  )
  func dangling() throws {
    #expect(
      try findings(map(#""triggerWithSegments":["s","t"]"#) + "," + segment) == [
        "error: $[0].triggerWithSegments[1] is 't', expected the id of a segment of this set"
      ])
    #expect(
      try findings(
        map(
          #""triggerWithOutcomeQuantileConditions":[{"outcomeId":"o","maxQuantileThreshold":0.5},{"outcomeId":"p","maxQuantileThreshold":0.5}]"#
        )
          + "," + outcome) == [
          "warning: $[0].triggerWithOutcomeQuantileConditions[0].outcomeId is 'o', expected the id of an outcome with a predictor: without one the condition stays false",
          "warning: $[0].triggerWithOutcomeQuantileConditions[1].outcomeId is 'p', expected the id of an outcome of this set: the condition stays false",
        ])
    #expect(
      try findings(
        map(#""triggerWithOutcomeQuantileConditions":[{"outcomeId":"o","maxQuantileThreshold":0.5}]"#) + ","
          + outcome + #",{"kind":"predictor","id":"p","outcome":{"id":"o"}}"#) == [])
    #expect(
      try findings(
        map(
          #""actionMapScheduleGroups":{"actionMapScheduleGroup":{"id":"g"},"emergencyActionMapScheduleGroup":{"id":"e"}}"#
        )
      ) == [
        "error: $[0].actionMapScheduleGroups.actionMapScheduleGroup.id is 'g', expected the id of a scheduleGroup of this set",
        "error: $[0].actionMapScheduleGroups.emergencyActionMapScheduleGroup.id is 'e', expected the id of an emergencyGroup of this set",
      ])
    #expect(
      try findings(
        map(#""weight":1"#, media: #""mediaType":"contentOffer","actionTemplate":{"id":"t"}"#)) == [
          "warning: $[0].action.actionTemplate.id is 't', expected the id of an actionTemplate of this set: the trigger will carry the id alone"
        ])
    #expect(
      try findings(#"{"kind":"predictor","id":"p","outcome":{"id":"o"}}"#) == [
        "error: $[0].outcome.id is 'o', expected the id of an outcome of this set"
      ])
  }

  @Test("A reference to what could not be read says that it may be that")
  func unread() throws {
    #expect(
      try findings(map(#""triggerWithSegments":["t"]"#) + #",{"kind":"segment","id":"t","displayName":7}"#)
        == [
          "error: $[1].displayName is 7, expected a text: write it in quotes",
          "error: $[0].triggerWithSegments[0] is 't', expected the id of a segment of this set (or it is one of those that could not be read)",
        ])
  }

  @Test("Groups refer to schedules and time zones, and stand in for emergency groups")
  func groups() throws {
    let schedule =
      #"{"kind":"schedule","id":"c","name":"C","start":"2026-01-05T09:00:00","end":"2026-01-05T17:00:00"}"#
    let zone = #"{"kind":"timeZone","id":"UTC","initialOffset":0}"#
    let group = #"{"kind":"scheduleGroup","id":"g","name":"G","timeZone":"UTC","openSchedules":[{"id":"c"}]}"#
    #expect(
      try findings(
        [
          schedule, zone, group,
          map(
            #""actionMapScheduleGroups":{"actionMapScheduleGroup":{"id":"g"},"emergencyActionMapScheduleGroup":{"id":"g"}}"#
          ),
        ].joined(separator: ",")) == [])
    #expect(
      try findings(group) == [
        "error: $[0].openSchedules[0].id is 'c', expected the id of a schedule of this set",
        "error: $[0].timeZone is 'UTC', expected the name of a time zone, such as Europe/Berlin",
      ])
  }

  @Test("What may exist once: a cap of a media type, settings of a session type, a predictor of an outcome")
  func uniqueness() throws {
    #expect(
      try findings(
        #"{"kind":"frequencyCap","id":"a","mediaType":"webchat","capOnceRejected":true},{"kind":"frequencyCap","id":"b","mediaType":"webchat","capOnceRejected":true}"#
      ) == ["error: $[1].mediaType is 'webchat', expected one media type each: f.json $[0] has it"])
    #expect(
      try findings(
        #"{"kind":"sessionType","id":"a","type":"d"},{"kind":"sessionType","id":"b","type":"d"},{"kind":"sessionType","id":"c","type":"d","isActive":false}"#
      ) == ["error: $[1].type is 'd', expected one session type each: f.json $[0] has it"])
    #expect(
      try findings(
        #"{"kind":"predictor","id":"a","outcome":{"id":"o"}},{"kind":"predictor","id":"b","outcome":{"id":"o"}},"#
          + outcome
      ) == ["error: $[1].outcome.id is 'o', expected one outcome each: f.json $[0] has it"])
  }

  @Test("An inactive segment or template behind an active map is noted")
  func inactive() throws {
    let check = DefinitionCheck([
      try Samples.document(
        json: "[" + map(#""triggerWithSegments":["s"]"#)
          + #",{"kind":"segment","id":"s","displayName":"S","isActive":false}]"#)
    ])
    #expect(
      check.findings.map { "\($0)" }.contains(
        "f.json: note: $[0].triggerWithSegments[0] is 's', expected an active segment: this one is assigned to nobody new"
      ))
    #expect(check.bundle != nil)
  }
}
