/// A value of JSON.
indirect enum ClaimValue: Hashable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([ClaimValue])
  case object([String: ClaimValue])

  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  var number: Double? {
    if case .number(let number) = self { number } else { nil }
  }

  var list: [ClaimValue]? {
    if case .list(let list) = self { list } else { nil }
  }

  var object: [String: ClaimValue]? {
    if case .object(let object) = self { object } else { nil }
  }
}
