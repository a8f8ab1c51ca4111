internal import JourneyModel
internal import Views

/// What the parameters of a request ask for.
struct QueryParameters {
  let head: RequestHead
  let permissions: ViewPermissions

  /// `pageSize`, 25 without one.
  func pageSize() throws(Problem) -> PageSize {
    guard let text = head.parameter("pageSize") else { return .usual }
    guard let size = Int(text).flatMap({ PageSize($0) }) else {
      throw .badParameter(
        "pageSize", "is not a number from \(PageSize.range.lowerBound) to \(PageSize.range.upperBound)")
    }
    return size
  }

  /// A parameter that is true or false; false without one.
  func flag(_ name: String) throws(Problem) -> Bool {
    guard let text = head.parameter(name) else { return false }
    guard let flag = Bool(text.lowercased()) else { throw .badParameter(name, "is neither true nor false") }
    return flag
  }

  /// Where the list goes on.
  var cursor: String? { head.parameter("after") }

  /// Kinds of events by short names or the vendor's, with commas between them; `nil` for all.
  var kinds: Set<String>? {
    guard let text = head.parameter("eventType"), !text.isEmpty else { return nil }
    let vendor = "com.genesys.journey."
    return Set(
      text.split(separator: ",").map { name in
        name.hasPrefix(vendor) ? String(name.dropFirst(vendor.count)) : String(name)
      })
  }

  /// The filter of `/v1/sessions`. What may not be seen may not be filtered by either: a list would tell.
  func filter() throws(Problem) -> SessionFilter {
    var filter = SessionFilter()
    if let text = head.parameter("q") {
      guard SessionFilter.textLength.contains(text.count) else {
        throw .badParameter(
          "q",
          "has \(text.count) characters, expected \(SessionFilter.textLength.lowerBound) to \(SessionFilter.textLength.upperBound)"
        )
      }
      filter.text = text
      filter.places = places
    }
    filter.type = head.parameter("type")
    if let text = head.parameter("open") {
      guard let isOpen = Bool(text) else { throw .badParameter("open", "is neither true nor false") }
      filter.isOpen = isOpen
    }
    filter.segment = try needing(.segment, "segment")
    filter.outcome = try needing(.outcome, "outcome")
    filter.queue = head.parameter("queue")
    filter.agent = head.parameter("agent")
    filter.from = try time("from")
    filter.to = try time("to")
    return filter
  }

  private var places: Set<SessionFilter.Place> {
    var places: Set<SessionFilter.Place> = []
    if permissions.contains(.customer) { places.insert(.ids) }
    if permissions.contains(.event) { places.insert(.events) }
    if permissions.contains(.sessionType) { places.insert(.attributes) }
    return places
  }

  private func needing(_ permission: ViewPermissions, _ name: String) throws(Problem) -> String? {
    guard let value = head.parameter(name) else { return nil }
    guard permissions.contains(permission) else {
      throw Problem(
        403, "missing.permission", "the token does not grant journey:\(name):view, which \(name) needs")
    }
    return value
  }

  private func time(_ name: String) throws(Problem) -> EventTime? {
    guard let text = head.parameter(name) else { return nil }
    guard let time = EventTime(iso8601: text) else {
      throw .badParameter(name, "is no time such as 2026-01-05T10:00:00.000Z")
    }
    return time
  }
}
