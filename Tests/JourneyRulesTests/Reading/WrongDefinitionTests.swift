import JourneyRules
import Testing

/// One thing that is wrong: the text, and the finding that it gives.
struct WrongDefinition: Sendable, CustomTestStringConvertible {
  var json: String
  var finding: String

  init(_ json: String, _ finding: String) {
    self.json = json
    self.finding = finding
  }

  var testDescription: String { finding }

  /// A segment with these members besides id and name.
  static func segment(_ members: String, _ finding: String) -> WrongDefinition {
    WrongDefinition(#"{"kind":"segment","id":"s","displayName":"S",\#(members)}"#, finding)
  }

  /// A segment with one criterion on web events.
  static func criterion(_ members: String, _ finding: String) -> WrongDefinition {
    pattern(#""streamType":"Web","sessionType":"web","criteria":[{\#(members)}]"#, finding)
  }

  /// A segment with one journey pattern.
  static func pattern(_ members: String, _ finding: String) -> WrongDefinition {
    segment(#""journey":{"patterns":[{\#(members)}]}"#, finding)
  }

  /// A map with these members besides id, name and action.
  static func map(_ members: String, _ finding: String) -> WrongDefinition {
    WrongDefinition(
      #"{"kind":"actionMap","id":"m","displayName":"M","action":{"mediaType":"webMessagingOffer"},\#(members)}"#,
      finding)
  }

  /// A map with this action.
  static func action(_ members: String, _ finding: String) -> WrongDefinition {
    WrongDefinition(
      #"{"kind":"actionMap","id":"m","displayName":"M","triggerWithSegments":["s"],"action":{\#(members)}}"#,
      finding)
  }

  /// A flow with this input.
  static func input(_ members: String, _ finding: String) -> WrongDefinition {
    action(
      #""mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"f"},"flowRequestMappings":[{\#(members)}]}"#,
      finding)
  }

  /// A schedule with these members besides id and name.
  static func schedule(_ members: String, _ finding: String) -> WrongDefinition {
    WrongDefinition(#"{"kind":"schedule","id":"c","name":"C",\#(members)}"#, finding)
  }

  /// A recurrence rule.
  static func rule(_ text: String, _ expected: String) -> WrongDefinition {
    schedule(
      #""start":"2026-01-05T09:00:00.000","end":"2026-01-05T17:00:00.000","rrule":"\#(text)""#,
      "$.rrule is '\(text)', expected \(expected)")
  }
}

private let operators =
  "one of containsAll, containsAny, notContainsAll, notContainsAny, equal, notEqual, greaterThan, "
  + "greaterThanOrEqual, lessThan, lessThanOrEqual, startsWith, endsWith, like, notLike"

private let wrong: [WrongDefinition] = [
  // Documents.
  .init("7", "$ is 7, expected a definition, an array of them, or {\"entities\":[…]}"),
  .init("[1]", "$[0] is 1, expected an object"),
  .init(#"{"entities":{}}"#, "$.entities is an object of 0, expected an array"),
  .init(
    #"{"id":"x"}"#,
    "$ is an object of 1, expected a kind: a member kind (segment, outcome, predictor, actionMap, actionTemplate, "
      + "actionTarget, frequencyCap, schedule, scheduleGroup, emergencyGroup, timeZone, sessionType, eventType), "
      + "a selfUri, or a folder such as segments"),
  .init(
    #"{"kind":"segmet","id":"x"}"#,
    "$.kind is 'segmet', expected one of segment, outcome, predictor, actionMap, actionTemplate, actionTarget, "
      + "frequencyCap, schedule, scheduleGroup, emergencyGroup, timeZone, sessionType, eventType (nearest is segment)"
  ),
  // Heads.
  .init(#"{"kind":"segment","displayName":"S"}"#, "$.id, expected an id"),
  .init(
    #"{"kind":"segment","displayName":"S","id":"a b"}"#,
    "$.id is 'a b', expected an id of ASCII characters without blanks"),
  .init(#"{"kind":"segment","displayName":"S","id":7}"#, "$.id is 7, expected a text: write it in quotes"),
  .init(#"{"kind":"segment","id":"s"}"#, "$.displayName, expected a text"),
  .segment(#""displayName2":1,"version":0"#, "$.version is 0, expected a whole number, 1 to 1000000000"),
  .segment(#""version":1.5"#, "$.version is 1.5, expected a whole number, 1 to 1000000000"),
  .segment(#""isActive":"yes""#, "$.isActive is 'yes', expected true or false"),
  .segment(
    #""createdDate":"yesterday""#,
    "$.createdDate is 'yesterday', expected a time such as 2026-01-05T10:00:00.000Z"),
  // Segments.
  .segment(##""color":"#00800""##, "$.color is '#00800', expected a colour such as #1a2b3c"),
  .segment(#""color":"green""#, "$.color is 'green', expected a colour such as #1a2b3c"),
  .segment(
    #""scope":"session""#, "$.scope is 'session', expected one of Session, Customer (nearest is Session)"),
  .segment(
    #""scope":"Customer","shouldDisplayToAgent":true"#,
    "$.shouldDisplayToAgent is true, expected false, because scope is Customer"),
  .segment(
    #""externalSegment":{"id":"1","name":"n","source":"Custom"}"#,
    "$.externalSegment is an object of 3, expected none: only scope Customer has one"),
  .segment(
    #""scope":"Customer","externalSegment":{"id":"1","name":"n","source":"Adobe"}"#,
    "$.externalSegment.source is 'Adobe', expected one of AdobeExperiencePlatform, Custom"),
  .segment(
    #""assignmentExpirationDays":-1"#, "$.assignmentExpirationDays is -1, expected a whole number, 0 to 36500"
  ),
  .segment(#""context":[]"#, "$.context is [], expected an object"),
  .segment(
    #""context":{"patterns":[{}]}"#, "$.context.patterns[0].criteria, expected at least one criterion"),
  .segment(
    #""context":{"patterns":[{"criteria":[{"key":"browser.family","values":["x"],"entityType":"visitor"}]}]}"#,
    "$.context.patterns[0].criteria[0].entityType is 'visitor', expected visit"),
  .segment(
    #""journey":{"ordered":"true","patterns":[]}"#, "$.journey.ordered is 'true', expected true or false"),
  // Patterns.
  .pattern(
    #""sessionType":"web","criteria":[]"#,
    "$.journey.patterns[0].streamType, expected one of Web, App, Conversation, Custom"),
  .pattern(
    #""streamType":"web","sessionType":"web","criteria":[]"#,
    "$.journey.patterns[0].streamType is 'web', expected one of Web, App, Conversation, Custom (nearest is Web)"
  ),
  .pattern(
    #""streamType":"Web","sessionType":"app","criteria":[]"#,
    "$.journey.patterns[0].sessionType is 'app', expected 'web', the only type of stream Web"),
  .pattern(
    #""streamType":"Custom","criteria":[]"#,
    "$.journey.patterns[0].sessionType, expected the type of a custom session, such as delivery"),
  .pattern(
    #""streamType":"Custom","sessionType":"web","criteria":[]"#,
    "$.journey.patterns[0].sessionType is 'web', expected a type of its own: this one belongs to stream Web"),
  .pattern(
    #""streamType":"Web","sessionType":"web","count":0,"criteria":[]"#,
    "$.journey.patterns[0].count is 0, expected a whole number, 1 to 100000"),
  .pattern(
    #""streamType":"Web","sessionType":"web","count":"2","criteria":[]"#,
    "$.journey.patterns[0].count is '2', expected a whole number, 1 to 100000"),
  // Criteria.
  .criterion(#""values":["x"]"#, "$.journey.patterns[0].criteria[0].key, expected the path of an attribute"),
  .criterion(
    #""key":" ","values":["x"]"#,
    "$.journey.patterns[0].criteria[0].key is ' ', expected a text that is not blank"),
  .criterion(#""key":"page.url""#, "$.journey.patterns[0].criteria[0].values, expected at least one value"),
  .criterion(
    #""key":"page.url","values":[]"#,
    "$.journey.patterns[0].criteria[0].values is [], expected at least one value"),
  .criterion(
    #""key":"page.url","values":"x""#, "$.journey.patterns[0].criteria[0].values is 'x', expected an array"),
  .criterion(
    #""key":"page.url","values":["x",null]"#,
    "$.journey.patterns[0].criteria[0].values[1] is null, expected a text"),
  .criterion(
    #""key":"page.url","values":["\t "]"#,
    "$.journey.patterns[0].criteria[0].values[0] is '\t ', expected a text that is not blank"),
  .criterion(
    #""key":"page.url","values":[106]"#,
    "$.journey.patterns[0].criteria[0].values[0] is 106, expected a text: write it in quotes"),
  .criterion(
    #""key":"page.url","values":["x"],"operator":"eqal""#,
    "$.journey.patterns[0].criteria[0].operator is 'eqal', expected \(operators) (nearest is equal)"),
  .criterion(
    #""key":"page.url","values":["x"],"operator":"notContainsAl""#,
    "$.journey.patterns[0].criteria[0].operator is 'notContainsAl', expected \(operators) (nearest is notContainsAll)"
  ),
  .criterion(
    #""key":"attributes.price.value","values":["10","ten"],"operator":"greaterThan""#,
    "$.journey.patterns[0].criteria[0].values[1] is 'ten', expected a number, because the operator is greaterThan"
  ),
  .criterion(
    #""key":"page.url","values":["x"],"shouldIgnoreCase":1"#,
    "$.journey.patterns[0].criteria[0].shouldIgnoreCase is 1, expected true or false"),
  // Outcomes and predictors.
  .init(
    #"{"kind":"outcome","id":"o","displayName":"O","associatedValueField":{"dataType":"Float","name":"attributes.a.value"}}"#,
    "$.associatedValueField.dataType is 'Float', expected one of Number, Integer"),
  .init(
    #"{"kind":"outcome","id":"o","displayName":"O","associatedValueField":{"dataType":"Number","name":"price"}}"#,
    "$.associatedValueField.name is 'price', expected attributes.<name>.value"),
  .init(#"{"kind":"predictor","id":"p"}"#, "$.outcome, expected an object with the id of an outcome"),
  // Maps.
  .map(
    #""triggerWithSegments":["s"],"triggerWithEventConditions":[{"key":"page.url","values":["x"],"operator":"equal","streamType":"Web","sessionType":"web"}]"#,
    "$.triggerWithEventConditions is an array of 1, expected none, because triggerWithSegments is set: "
      + "a map is triggered by segments or by events"),
  .map(#""triggerWithSegments":"s""#, "$.triggerWithSegments is 's', expected an array"),
  .map(
    #""triggerWithEventConditions":[{"key":"page.url","values":[],"operator":"equal","streamType":"App","sessionType":"web"}]"#,
    "$.triggerWithEventConditions[0].sessionType is 'web', expected 'app', the only type of stream App"),
  .map(#""weight":4"#, "$.weight is 4, expected 1 (low), 2 (medium) or 3 (high)"),
  .map(#""weight":"high""#, "$.weight is 'high', expected 1 (low), 2 (medium) or 3 (high)"),
  .map(
    #""activation":{"type":"later"}"#,
    "$.activation.type is 'later', expected one of immediate, delay, on-next-visit, on-next-session"),
  .map(
    #""activation":{"type":"delay"}"#, "$.activation.delayInSeconds, expected a whole number, 0 to 2592000"),
  .map(
    #""activation":{"type":"delay","delayInSeconds":"60"}"#,
    "$.activation.delayInSeconds is '60', expected a whole number, 0 to 2592000"),
  .map(
    #""startDate":"2026-01-05T10:00:00Z","endDate":"2026-01-05T10:00:00Z""#,
    "$.endDate is '2026-01-05T10:00:00Z', expected a time after startDate, 2026-01-05T10:00:00.000Z"),
  .map(
    #""startDate":"2026-01-05T10:00:00""#,
    "$.startDate is '2026-01-05T10:00:00', expected a time such as 2026-01-05T10:00:00.000Z"),
  .map(
    #""pageUrlConditions":[{"values":["x"],"operator":"lessThan"}]"#,
    "$.pageUrlConditions[0].values[0] is 'x', expected a number, because the operator is lessThan"),
  .map(
    #""pageUrlConditions":[{"values":["1"],"operator":"lessThan"}]"#,
    "$.pageUrlConditions[0].operator is 'lessThan', expected an operator of texts: a URL is no number"),
  .map(
    #""triggerWithOutcomeProbabilityConditions":[{"outcomeId":"o","maximumProbability":70}]"#,
    "$.triggerWithOutcomeProbabilityConditions[0].maximumProbability is 70, expected a number from 0 to 1"),
  .map(
    #""triggerWithOutcomeQuantileConditions":[{"outcomeId":"o"}]"#,
    "$.triggerWithOutcomeQuantileConditions[0].maxQuantileThreshold, expected a number from 0 to 1"),
  .map(
    #""actionMapScheduleGroups":{}"#,
    "$.actionMapScheduleGroups.actionMapScheduleGroup, expected an object with the id of a schedule group"),
  // Actions.
  .init(#"{"kind":"actionMap","id":"m","displayName":"M"}"#, "$.action, expected an object with a mediaType"),
  .action(
    #""mediaType":"webChat""#,
    "$.action.mediaType is 'webChat', expected one of webchat, webMessagingOffer, contentOffer, integrationAction, "
      + "architectFlow, openAction (nearest is webchat)"),
  .action(
    #""mediaType":"contentOffer""#,
    "$.action.actionTemplate, expected an object, because mediaType is contentOffer"),
  .action(
    #""mediaType":"architectFlow""#,
    "$.action.architectFlowFields, expected an object, because mediaType is architectFlow"),
  .action(
    #""mediaType":"architectFlow","architectFlowFields":{}"#,
    "$.action.architectFlowFields.architectFlow, expected an object with the id of a flow"),
  .action(
    #""mediaType":"openAction","openActionFields":{"openAction":{}}"#,
    "$.action.openActionFields.openAction.id, expected an id"),
  .input(
    #""name":"n","attributeType":"Integer","mappingType":"HardCoded","value":"9.5""#,
    "$.action.architectFlowFields.flowRequestMappings[0].value is '9.5', expected the text of a whole number, "
      + "because attributeType is Integer"),
  .input(
    #""name":"n","attributeType":"Boolean","mappingType":"HardCoded","value":"yes""#,
    "$.action.architectFlowFields.flowRequestMappings[0].value is 'yes', expected 'true' or 'false', "
      + "because attributeType is Boolean"),
  .input(
    #""name":"n","attributeType":"String","mappingType":"Lookup","value":"id""#,
    "$.action.architectFlowFields.flowRequestMappings[0].value is 'id', expected a path into the session, such as session.id"
  ),
  .input(
    #""name":"n","attributeType":"String","mappingType":"Lookup","value":"session.id"},{"name":"n","attributeType":"String","mappingType":"Lookup","value":"session.id""#,
    "$.action.architectFlowFields.flowRequestMappings[1].name is 'n', expected a name of its own: another input has it"
  ),
  // Templates, targets, caps.
  .init(
    #"{"kind":"actionTemplate","id":"t","name":"T","contentOffer":{"displayMode":"Popup"}}"#,
    "$.contentOffer.displayMode is 'Popup', expected one of Modal, Overlay, Toast"),
  .init(
    #"{"kind":"actionTemplate","id":"t","name":"T","contentOffer":{"style":{"closeButton":{"opacity":2}}}}"#,
    "$.contentOffer.style.closeButton.opacity is 2, expected a number from 0 to 1"),
  .init(
    #"{"kind":"actionTarget","id":"t","name":"T","supportedMediaTypes":["fax"]}"#,
    "$.supportedMediaTypes[0] is 'fax', expected one of webchat, webMessagingOffer, contentOffer, integrationAction, "
      + "architectFlow, openAction"),
  .init(
    #"{"kind":"frequencyCap","id":"c","mediaType":"contentOffer","capForPeriod":"24:00"}"#,
    "$.capForPeriod is '24:00', expected hours and minutes from 00:01 to 23:59"),
  // Schedules.
  .schedule(
    #""start":"2026-01-05T09:00:00Z","end":"2026-01-05T17:00:00.000""#,
    "$.start is '2026-01-05T09:00:00Z', expected a time without an offset, such as 2026-01-05T09:00:00.000"),
  .schedule(
    #""start":"2026-01-05T09:00:00.000","end":"2026-01-05T09:00:00.000""#,
    "$.end is '2026-01-05T09:00:00.000', expected a time after start"),
  .rule("BYDAY=MO", "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"),
  .rule("FREQ=HOURLY", "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"),
  .rule("FREQ=WEEKLY;BYDAY=XX", "BYDAY of MO, TU, WE, TH, FR, SA, SU, with an ordinal from -5 to 5"),
  .rule("FREQ=WEEKLY;BYDAY=2MO", "BYDAY without ordinals, because FREQ=WEEKLY"),
  .rule("FREQ=DAILY;COUNT=2;UNTIL=20261231", "COUNT or UNTIL, not both"),
  .rule(
    "FREQ=DAILY;BYHOUR=9",
    "one of FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, WKST instead of BYHOUR"),
  .init(
    #"{"kind":"scheduleGroup","id":"g","name":"G"}"#,
    "$.timeZone, expected the name of a time zone, such as Europe/Berlin"),
  .init(
    #"{"kind":"scheduleGroup","id":"g","name":"G","timeZone":"UTC","openHours":[{"days":["MO","MO"],"opens":"09:00","closes":"17:00"}]}"#,
    "$.openHours[0].days[1] is 'MO', expected every day once"),
  .init(
    #"{"kind":"scheduleGroup","id":"g","name":"G","timeZone":"UTC","openHours":[{"days":["MO"],"opens":"22:00","closes":"06:00"}]}"#,
    "$.openHours[0].closes is '06:00', expected a time after opens: hours past midnight are two entries"),
  .init(#"{"kind":"emergencyGroup","id":"e","name":"E"}"#, "$.enabled, expected true or false"),
  // Types.
  .init(
    #"{"kind":"sessionType","type":"a b"}"#,
    "$.type is 'a b', expected an id of ASCII characters without blanks"),
  .init(
    #"{"kind":"sessionType","type":"web","timeoutInSeconds":60}"#,
    "$.timeoutInSeconds is 60, expected none: sessions of type web end by the configuration (time.*)"),
  .init(
    #"{"kind":"sessionType","type":"delivery","attributes":[{"name":"Item"},{"name":"Item"}]}"#,
    "$.attributes[1].name is 'Item', expected a name of its own: another attribute has it"),
  .init(
    #"{"kind":"eventType","eventName":"delivered","streamType":"custom"}"#,
    "$.streamType is 'custom', expected one of Web, App, Conversation, Custom (nearest is Custom)"),
  .init(
    #"{"kind":"timeZone","id":"X","initialOffset":0,"transitions":[{"time":"2026-01-01T00:00:00Z","offset":0},{"time":"2026-01-01T00:00:00Z","offset":1}]}"#,
    "$.transitions[1].time is '2026-01-01T00:00:00Z', expected a time after the one before"),
]

@Suite("Wrong definitions")
struct WrongDefinitionTests {
  @Test("Each gives its precise error, and no definition", arguments: wrong)
  func error(_ wrong: WrongDefinition) throws {
    let reading = try Samples.read(wrong.json)
    let errors = reading.findings.filter { $0.severity == .error }.map { "\($0)" }
    #expect(errors.first == "f.json: error: \(wrong.finding)", "\(errors)")
    #expect(reading.entries.isEmpty)
    #expect(DefinitionCheck([try Samples.document(json: wrong.json)]).bundle == nil)
  }

  @Test("Every error of a definition is found at once, and its neighbours are read all the same")
  func several() throws {
    let reading = try Samples.read(
      #"[{"kind":"segment","id":"a","displayName":"","color":"x","version":-1},{"kind":"segment","id":"b","displayName":"B"}]"#
    )
    #expect(
      reading.findings.filter { $0.severity == .error }.map(\.path.description)
        .sorted() == ["$[0].color", "$[0].displayName", "$[0].version"])
    #expect(reading.entries.map(\.definition.id) == ["b"])
    #expect(reading.entries.map(\.path.description) == ["$[1]"])
  }
}
