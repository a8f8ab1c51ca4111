internal import Bytes
internal import JourneyModel
internal import JourneyRules
internal import Tokens
internal import Views
internal import WireFormat

/// What the body of a request asks, and whether who asks may know. Asks the views.
struct JobQuestion {
  /// How many hours a comparison goes back, and at most.
  static let usualHours = 24
  static let hours = 1...720

  let subject: JobSubject
  /// Questions with the same key have the same answer; `nil` if that is not known.
  let key: String?
  let work: Job.Work

  init(
    _ body: [UInt8], _ kind: JobRoute.Kind, _ inquiry: LaneInquiry, inquirer: any LogInquirer,
    access: Access?, now: EventTime
  ) async throws {
    let value: DefinitionValue
    do { value = try DefinitionJSON.read(body) } catch {
      throw Problem.badRequest("the body is no JSON object: \(error)")
    }
    guard case .object = value else { throw Problem.badRequest("the body is no JSON object") }
    guard let listing = try await inquiry.read({ try $0.definitions() }) else {
      throw Problem(404, "not.found", "no definitions are in force")
    }
    switch kind {
    case .explanations:
      try await self.init(explanation: value, listing, inquiry, inquirer: inquirer, access: access)
    case .comparisons:
      try await self.init(
        comparison: value, listing, inquiry, inquirer: inquirer, access: access, now: now)
    }
  }

  private init(
    explanation value: DefinitionValue, _ listing: DefinitionListing, _ inquiry: LaneInquiry,
    inquirer: any LogInquirer, access: Access?
  ) async throws {
    let session = try JobQuestion.text("sessionId", of: value).lowercased()
    let id = try JobQuestion.text("definition", of: value)
    let kind = try value["kind"].map { _ in try JobQuestion.text("kind", of: value) }
    let found = listing.entities.filter { entity in
      entity.id == id && JobSubject.kinds.contains(entity.kind) && kind.map { $0 == entity.kind } ?? true
    }
    guard let definition = found.first else {
      throw Problem(
        404, "not.found", "no segment, outcome or action map with this id is in force",
        details: [Problem.Detail(errorCode: "not.found", fieldName: "definition")])
    }
    guard found.count == 1 else {
      throw Problem.badRequest(
        "several definitions have this id, expected kind: \(found.map(\.kind).joined(separator: ", "))",
        [Problem.Detail(errorCode: "invalid.value", fieldName: "kind")])
    }
    let tellsPrediction =
      definition.kind == "outcome" && access?.allows(JobSubject.predictions) ?? true
    let subject = JobSubject.explanation(
      session: session, kind: definition.kind, definition: id, tellsPrediction: tellsPrediction)
    try await subject.check(access, inquiry)
    guard let entry = try await inquiry.ask(SessionQuestion(id: session)) else {
      throw JobSubject.noSession
    }
    let question = ExplanationQuestion(
      session: session, customerID: entry.customerID, customerIDType: entry.customerIDType, lane: entry.lane,
      kind: definition.kind, definition: id, tellsPrediction: tellsPrediction)
    self.subject = subject
    key = "\(session)|\(entry.revision)|\(listing.bundle)|\(definition.kind)|\(tellsPrediction)|\(id)"
    work = { checkpoint in try inquirer.explain(question, checkpoint: checkpoint) }
  }

  private init(
    comparison value: DefinitionValue, _ listing: DefinitionListing, _ inquiry: LaneInquiry,
    inquirer: any LogInquirer, access: Access?, now: EventTime
  ) async throws {
    guard let definition = value["definition"], case .object = definition else {
      throw Problem.badRequest(
        "definition is missing, expected an object",
        [Problem.Detail(errorCode: "invalid.value", fieldName: "definition")])
    }
    let kind = try JobQuestion.text("kind", of: definition, within: "definition.")
    let id = try JobQuestion.text("id", of: definition, within: "definition.")
    let hours = try JobQuestion.hours(of: value)
    let subject = JobSubject.comparison(kind: kind, definition: id)
    try await subject.check(access, inquiry)
    var text: [UInt8] = []
    definition.appendJSON(to: &text)
    let since = EventTime(milliseconds: now.milliseconds - Int64(hours) * 3_600_000)
    let question = ComparisonQuestion(definition: text, since: since)
    self.subject = subject
    // The log goes on: the same question has another answer a moment later.
    key = nil
    work = { checkpoint in try inquirer.compare(question, checkpoint: checkpoint) }
  }

  private static func hours(of value: DefinitionValue) throws(Problem) -> Int {
    guard let given = value["hours"] else { return usualHours }
    guard case .number(let text) = given, let number = Int(text), hours.contains(number) else {
      throw Problem.badRequest(
        "hours is no whole number from \(hours.lowerBound) to \(hours.upperBound)",
        [Problem.Detail(errorCode: "invalid.value", fieldName: "hours")])
    }
    return number
  }

  private static func text(
    _ name: String, of value: DefinitionValue, within place: String = ""
  ) throws(Problem) -> String {
    guard case .string(let text)? = value[name], !text.isEmpty else {
      throw Problem.badRequest(
        "\(place)\(name) is missing or no text",
        [Problem.Detail(errorCode: "invalid.value", fieldName: place + name)])
    }
    return text
  }

  static func missing(_ permission: String) -> Problem {
    Problem(403, "missing.permission", "the token does not grant \(permission)")
  }
}

extension JobSubject {
  /// The kinds that are asked about.
  static let kinds: Set<String> = ["segment", "outcome", "actionMap"]

  /// What a token has to grant to be told what is predicted.
  static let predictions = "journey:outcomescores:view"

  static let noSession = Problem(404, "not.found", "the view has no such session")

  func isOf(_ kind: JobRoute.Kind) -> Bool {
    switch self {
    case .explanation: kind == .explanations
    case .comparison: kind == .comparisons
    }
  }

  /// Whether somebody may know the answer: asked again each time, as permissions and sessions come and go.
  func check(_ access: Access?, _ inquiry: LaneInquiry) async throws {
    let needed = OperationsAnswer.permission(kind)
    if let access, !access.allows(needed) { throw JobQuestion.missing(needed) }
    switch self {
    case .explanation(let session, _, _, let tellsPrediction):
      if tellsPrediction, let access, !access.allows(JobSubject.predictions) {
        throw JobQuestion.missing(JobSubject.predictions)
      }
      guard let entry = try await inquiry.ask(SessionQuestion(id: session)),
        entry.divisions.isEmpty || access?.sees(entry.divisions) ?? true,
        access?.sees(type: entry.type) ?? true
      else { throw JobSubject.noSession }
    case .comparison:
      // It lists sessions of everybody.
      guard let access else { return }
      guard access.divisions.contains(Access.all), access.sessionTypes.contains(Access.all) else {
        throw Problem(
          403, "missing.permission", "the token does not grant all divisions and session types")
      }
    }
  }
}
