internal import Bytes
internal import JourneyRules
internal import Views
internal import WireFormat

/// Definitions in force in the form of the Journey API: what somebody wrote, without what is ours, by pages.
struct DefinitionPage {
  /// Most ids that are asked for at once.
  static let maxIDs = 100
  /// Most fields that are ordered by or looked at: each is looked for in every definition.
  static let maxFields = 10
  private static let usualSize = 25
  /// Beyond it no page has anything.
  private static let pageNumbers = 1...1_000_000

  let list: DefinitionList
  let head: RequestHead

  init(_ list: DefinitionList, _ head: RequestHead) { (self.list, self.head) = (list, head) }

  /// One of them; `nil` if there is none with this id.
  static func one(_ list: DefinitionList, _ id: String, _ entities: [DefinitionListing.Entity]) -> [UInt8]? {
    entities.first { $0.kind == list.kind && $0.id == id }.flatMap(value).map {
      json($0, list) + [ASCII.newline]
    }
  }

  /// `{"entities":[…],"pageSize":25,"pageNumber":1,"total":3,"pageCount":1,"selfUri":…}`
  func answer(_ entities: [DefinitionListing.Entity]) throws(Problem) -> [UInt8] {
    let size = try number("pageSize", PageSize.range) ?? DefinitionPage.usualSize
    let page = try number("pageNumber", DefinitionPage.pageNumbers) ?? 1
    var values = entities.filter { $0.kind == list.kind }.compactMap(DefinitionPage.value)
    for keeps in try conditions() { values = values.filter(keeps) }
    if let ids = try ids() { values = values.filter { ids.contains(DefinitionPage.text($0["id"]) ?? "") } }
    try sort(&values)
    var answer = JSONObject()
    // The vendor's list of predictors has no pages.
    guard list != .predictors else {
      answer.add("entities", list: values.map { DefinitionPage.json($0, list) })
      return answer.closed + [ASCII.newline]
    }
    let pages = (values.count + size - 1) / size
    answer.add(
      "entities",
      list: values.dropFirst((page - 1) * size).prefix(size).map { DefinitionPage.json($0, list) })
    answer.add("pageSize", size)
    answer.add("pageNumber", page)
    answer.add("total", values.count)
    answer.add("pageCount", pages)
    answer.add("selfUri", uri(page))
    answer.add("firstUri", uri(1))
    answer.add("lastUri", uri(max(1, pages)))
    if page > 1 { answer.add("previousUri", uri(page - 1)) }
    if page < pages { answer.add("nextUri", uri(page + 1)) }
    return answer.closed + [ASCII.newline]
  }

  // MARK: Parameters

  private func number(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let text = head.parameter(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw .badParameter(name, "is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Values of a parameter that may come several times, or with commas.
  private func values(_ name: String) -> [String] {
    head.parameters(name).flatMap { $0.split(separator: ",").map(String.init) }
  }

  private func fields(_ name: String) throws(Problem) -> [String] {
    let fields = values(name)
    guard fields.count <= DefinitionPage.maxFields else {
      throw .badParameter(
        name, "has \(fields.count) fields, expected at most \(DefinitionPage.maxFields)")
    }
    return fields
  }

  private func ids() throws(Problem) -> Set<String>? {
    guard let name = list.idsName, !head.parameters(name).isEmpty else { return nil }
    let ids = values(name)
    guard ids.count <= DefinitionPage.maxIDs else {
      throw .badParameter(name, "has \(ids.count) ids, expected at most \(DefinitionPage.maxIDs)")
    }
    return Set(ids)
  }

  private func conditions() throws(Problem) -> [(DefinitionValue) -> Bool] {
    var conditions: [(DefinitionValue) -> Bool] = []
    if let text = head.parameter("isActive") {
      guard let isActive = Bool(text.lowercased()) else {
        throw .badParameter("isActive", "is neither true nor false")
      }
      // What does not say so is active.
      conditions.append { ($0["isActive"] ?? .bool(true)) == .bool(isActive) }
    }
    let (fields, wanted) = (try self.fields("queryFields"), head.parameter("queryValue"))
    guard fields.isEmpty == (wanted == nil) else {
      throw .badParameter(wanted == nil ? "queryValue" : "queryFields", "is missing: one needs the other")
    }
    if let wanted {
      let lowered = DefinitionPage.lowered(wanted)
      conditions.append { value in
        fields.contains { field in
          DefinitionPage.text(DefinitionPage.member(field, of: value)).map {
            DefinitionPage.lowered($0).contains(lowered)
          } ?? false
        }
      }
    }
    let (field, exact) = (head.parameter("filterField"), head.parameter("filterValue"))
    guard (field == nil) == (exact == nil) else {
      throw .badParameter(field == nil ? "filterField" : "filterValue", "is missing: one needs the other")
    }
    if let field, let exact {
      conditions.append { DefinitionPage.text(DefinitionPage.member(field, of: $0)) == exact }
    }
    return conditions
  }

  /// By `sortBy`, whose fields may have a `-` before them for the greatest first; else by id.
  private func sort(_ values: inout [DefinitionValue]) throws(Problem) {
    let fields = try self.fields("sortBy")
    guard !fields.isEmpty else { return }
    let keys = fields.map { field in
      (name: field.hasPrefix("-") ? String(field.dropFirst()) : field, isDescending: field.hasPrefix("-"))
    }
    guard keys.allSatisfy({ !$0.name.isEmpty }) else {
      throw .badParameter("sortBy", "has a field without a name")
    }
    let ordered = values.enumerated().sorted { left, right in
      for key in keys {
        let (one, two) = (left.element[key.name], right.element[key.name])
        if DefinitionPage.isBefore(one, two) { return !key.isDescending }
        if DefinitionPage.isBefore(two, one) { return key.isDescending }
      }
      return left.offset < right.offset
    }
    values = ordered.map(\.element)
  }

  /// The same request for another page.
  private func uri(_ page: Int) -> String {
    let others = head.query.split(separator: "&").filter {
      !$0.hasPrefix("pageNumber=") && $0 != "pageNumber"
    }
    return head.path + "?" + (others.map(String.init) + ["pageNumber=\(page)"]).joined(separator: "&")
  }

  // MARK: Values

  private static func value(_ entity: DefinitionListing.Entity) -> DefinitionValue? {
    try? DefinitionJSON.read(entity.json)
  }

  /// Without our own `kind`, and with the address.
  private static func json(_ value: DefinitionValue, _ list: DefinitionList) -> [UInt8] {
    guard case .object(let members) = value else { return Array("{}".utf8) }
    var shown = members.filter { $0.name != "kind" }
    if value["selfUri"] == nil, let id = text(value["id"]) {
      shown.append(.init("selfUri", .string("\(list.path)/\(id)")))
    }
    var json: [UInt8] = []
    DefinitionValue.object(shown).appendJSON(to: &json)
    return json
  }

  /// A member, or with points in its name one of a member.
  private static func member(_ name: String, of value: DefinitionValue) -> DefinitionValue? {
    name.split(separator: ".").reduce(value) { $0?[String($1)] }
  }

  private static func text(_ value: DefinitionValue?) -> String? {
    switch value {
    case .string(let text), .number(let text): text
    case .bool(let flag): "\(flag)"
    default: nil
    }
  }

  private static func lowered(_ text: String) -> String {
    String(decoding: text.utf8.map(ASCII.lowercased), as: UTF8.self)
  }

  /// Numbers by their size, other values as text; what is missing comes last.
  private static func isBefore(_ one: DefinitionValue?, _ two: DefinitionValue?) -> Bool {
    if case .number(let left)? = one, case .number(let right)? = two, let left = Double(left),
      let right = Double(right)
    {
      return left < right
    }
    guard let left = text(one) else { return false }
    guard let right = text(two) else { return true }
    return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
  }
}
