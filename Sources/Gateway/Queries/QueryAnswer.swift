internal import Bytes
internal import JourneyModel
internal import Tokens
internal import Views

/// Answers one question from the views of all lanes.
struct QueryAnswer {
  let head: RequestHead
  let route: QueryRoute
  let view: QueryView
  let inquiry: LaneInquiry
  /// Who asks; `nil` if nobody has to say who he is.
  let access: Access?
  let now: EventTime

  private var permissions: ViewPermissions { ViewPermissions(of: access) }

  private var operations: OperationsAnswer {
    OperationsAnswer(view: view, inquiry: inquiry, access: access, now: now)
  }
  private var redaction: Redaction { Redaction(permissions) }
  private var parameters: QueryParameters { QueryParameters(head: head, permissions: permissions) }

  /// The answer, without the fields that say how old it is.
  func answer() async throws -> Answer {
    switch route {
    case .session(let id): return try session(await inquiry.ask(SessionQuestion(id: id.lowercased())))
    case .conversation(let id): return try session(await inquiry.ask(ConversationQuestion(id: id))?.session)
    case .events(let id): return try await events(id.lowercased())
    case .segments(let id): return try await segments(id.lowercased())
    case .outcomeScores(let id):
      let entry = try visible(await inquiry.ask(SessionQuestion(id: id.lowercased())))
      return .json(200, SessionScores.of(entry))
    case .customerSessions(let idType, let id):
      var filter = SessionFilter()
      filter.customer = .init(idType: idType, id: id)
      return try await sessions(filter)
    case .contactSessions(let id):
      var filter = SessionFilter()
      let includeMerged = try parameters.flag("includeMerged")
      filter.contacts = try await inquiry.read {
        try $0.contactIDs(of: id, includeMerged: includeMerged)
      }
      return try await sessions(filter)
    case .contact(let id): return try await contact(id)
    case .sessions: return try await sessions(parameters.filter())
    case .me: return QueryAnswer.me(access)
    case .definitions: return .json(200, try await operations.definitions())
    case .definitionList(let list):
      let listing = try await inquiry.read { try $0.definitions() }
      return .json(200, try DefinitionPage(list, head).answer(listing?.entities ?? []))
    case .definition(let list, let id):
      let listing = try await inquiry.read { try $0.definitions() }
      guard let body = DefinitionPage.one(list, id, listing?.entities ?? []) else {
        throw Problem(404, "not.found", "no \(list.word) with this id is in force")
      }
      return .json(200, body)
    case .operations: return .json(200, try await operations.lanes())
    case .rejections:
      return .json(
        200, try await operations.rejections(reason: head.parameter("reason"), try parameters.pageSize()))
    case .triggers: return .json(200, try await operations.triggers(try parameters.pageSize()))
    case .event(let id): return try await fates(of: id)
    }
  }

  // MARK: One session

  /// A session that may be seen; of conversations that is so in one of their divisions.
  private func visible(_ entry: SessionEntry?) throws -> SessionEntry {
    guard let entry, isVisible(entry) else {
      throw Problem(404, "not.found", "the view has no such session")
    }
    return entry
  }

  private func isVisible(_ entry: SessionEntry) -> Bool {
    (entry.divisions.isEmpty || access?.sees(entry.divisions) ?? true)
      && access?.sees(type: entry.type) ?? true
  }

  private func session(_ entry: SessionEntry?) throws -> Answer {
    let entry = try visible(entry)
    // What is shown depends on who asks, so that is part of the tag.
    let tag = "\"\(entry.revision)-\(permissions.rawValue)\""
    let fields = [Answer.Field("ETag", tag)]
    if head.all("if-none-match").contains(where: { QueryAnswer.matches($0, tag) }) {
      return Answer(status: 304, fields: fields)
    }
    guard let body = redaction.session(entry.snapshot, type: entry.type) else {
      throw Problem(403, "missing.permission", "the token does not grant journey:session:view")
    }
    return .json(200, body, fields: fields)
  }

  /// Whether a field of tags has a tag, weak ones included.
  static func matches(_ field: String, _ tag: String) -> Bool {
    field.split(separator: ",").contains { part in
      let known = part.drop { $0 == " " }.prefix { $0 != " " }
      return known == "*" || known == tag || known == "W/\(tag)"
    }
  }

  private func events(_ id: String) async throws -> Answer {
    let size = try parameters.pageSize()
    let page = try await inquiry.ask(
      SessionEventsQuestion(id: id, kinds: parameters.kinds, after: parameters.cursor, size))
    _ = try visible(page?.session)
    guard let page else { return list([], next: nil) }
    var omitted: [UInt8] = []
    if page.omitted > 0 {
      omitted = Array(",\"omitted\":".utf8)
      JSONText.append(page.omitted, to: &omitted)
    }
    return list(page.events.compactMap(redaction.event), next: page.next, further: omitted)
  }

  private func segments(_ id: String) async throws -> Answer {
    let entry = try visible(await inquiry.ask(SessionQuestion(id: id)))
    return list(SessionSegments.of(entry, redaction), next: nil)
  }

  private func contact(_ id: String) async throws -> Answer {
    guard let entry = try await inquiry.read({ try $0.contact(id) }) else {
      throw Problem(404, "not.found", "the view has no such contact")
    }
    return .json(200, redaction.contact(entry.json))
  }

  /// `{"id":…,"entities":[{"stream":…,"createdDate":…,"state":…}]}`
  private func fates(of id: String) async throws -> Answer {
    guard view.keptEvents == .all else {
      throw Problem(404, "not.found", "this server does not keep every event (views.events)")
    }
    let fates = try await inquiry.ask(FatesQuestion(event: id))
    guard !fates.isEmpty else {
      throw Problem(
        404, "not.found",
        "the view has no event with this id: it was not accepted, is not in the view yet, or is too old")
    }
    var body = Array("{\"id\":".utf8)
    JSONText.append(id, to: &body)
    body += Array(",\"entities\":[".utf8)
    for (index, fate) in fates.enumerated() {
      if index > 0 { body.append(ASCII.comma) }
      EventFateText.append(fate, seen: { isVisible($0) }, to: &body)
    }
    body += Array("]}\n".utf8)
    return .json(200, body)
  }

  // MARK: Lists

  private func sessions(_ filter: SessionFilter) async throws -> Answer {
    var filter = filter
    if let access, !access.divisions.contains(Access.all) { filter.divisions = access.divisions }
    if let access, !access.sessionTypes.contains(Access.all) { filter.types = access.sessionTypes }
    let page = try await inquiry.ask(
      SessionListQuestion(filter, after: parameters.cursor, try parameters.pageSize()))
    return list(
      page.sessions.compactMap { redaction.session($0.snapshot, type: $0.type) }, next: page.next)
  }

  /// `{"entities":[…],"nextUri":…,"selfUri":…}`
  private func list(_ entities: [[UInt8]], next: Cursor?, further: [UInt8] = []) -> Answer {
    var body = Array("{\"entities\":[".utf8)
    for (index, entity) in entities.enumerated() {
      if index > 0 { body.append(ASCII.comma) }
      body += entity
    }
    body.append(ASCII.closeBracket)
    body += further
    if let next {
      body += Array(",\"nextUri\":".utf8)
      JSONText.append(uri(after: next.text), to: &body)
    }
    body += Array(",\"selfUri\":".utf8)
    JSONText.append(head.query.isEmpty ? head.path : "\(head.path)?\(head.query)", to: &body)
    body += Array("}\n".utf8)
    return .json(200, body)
  }

  /// The same request behind a cursor.
  private func uri(after cursor: String) -> String {
    let others = head.query.split(separator: "&").filter { !$0.hasPrefix("after=") && $0 != "after" }
    return head.path + "?" + (others.map(String.init) + ["after=\(cursor)"]).joined(separator: "&")
  }

  // MARK: Who asks

  static func me(_ access: Access?) -> Answer {
    func array(_ values: some Sequence<String>, _ body: inout [UInt8]) {
      body.append(ASCII.openBracket)
      for (index, value) in values.enumerated() {
        if index > 0 { body.append(ASCII.comma) }
        JSONText.append(value, to: &body)
      }
      body.append(ASCII.closeBracket)
    }
    var body = Array("{\"subject\":".utf8)
    JSONText.append(access?.subject ?? "", to: &body)
    body += Array(",\"permissions\":".utf8)
    array(access?.permissions.sorted() ?? [Access.all], &body)
    body += Array(",\"divisions\":".utf8)
    array(access?.divisions.sorted() ?? [Access.all], &body)
    body += Array(",\"sessionTypes\":".utf8)
    array(access?.sessionTypes.sorted() ?? [Access.all], &body)
    if let end = access?.expiresAt { body += Array(",\"expiresAt\":\"\(end.iso8601)\"".utf8) }
    body += Array("}\n".utf8)
    return .json(200, body)
  }
}
