internal import JourneyModel

/// A map's conditions on the page, ready to compare. Upper and lower case count as the same; several
/// conditions must all hold.
struct PageURLMatcher: Sendable {
  private struct Condition: Sendable {
    var comparison: CompiledCriterion.Comparison
    var isNegative: Bool
    var values: [[UInt8]]
  }

  private let conditions: [Condition]
  private let folding: CaseFolding

  init(_ conditions: [ActionMap.PageURLCondition], _ folding: CaseFolding) {
    self.folding = folding
    self.conditions = conditions.map { condition in
      Condition(
        comparison: CompiledCriterion.Comparison(condition.operator),
        isNegative: condition.operator.isNegative,
        values: condition.values.map { PageURLMatcher.folded(Array($0.utf8), folding) })
    }
  }

  /// Whether a page satisfies all of them; without a page none can be satisfied.
  func matches(_ url: [UInt8]?) -> Bool {
    guard !conditions.isEmpty else { return true }
    guard let url else { return false }
    let folded = PageURLMatcher.folded(url, folding)
    return conditions.allSatisfy { PageURLMatcher.holds($0, folded) != $0.isNegative }
  }

  private static func holds(_ condition: Condition, _ url: [UInt8]) -> Bool {
    let whole = ByteSlice(offset: 0, length: url.count)
    func has(_ value: [UInt8], _ compare: (ByteSlice, [UInt8], ByteSlice, [UInt8]) -> Bool) -> Bool {
      compare(whole, url, ByteSlice(offset: 0, length: value.count), value)
    }
    let values = condition.values
    switch condition.comparison {
    case .equal:
      return values.contains { has($0) { ByteSearch.equals($0, of: $1, $2, of: $3) } }
    case .startsWith:
      return values.contains { has($0) { ByteSearch.hasPrefix($0, of: $1, $2, of: $3) } }
    case .endsWith:
      return values.contains { has($0) { ByteSearch.hasSuffix($0, of: $1, $2, of: $3) } }
    case .containsAny:
      return values.contains { has($0) { ByteSearch.contains($0, of: $1, $2, of: $3) } }
    case .containsAll:
      return values.allSatisfy { has($0) { ByteSearch.contains($0, of: $1, $2, of: $3) } }
    // A page's address is no number.
    case .greaterThan, .greaterThanOrEqual, .lessThan, .lessThanOrEqual: return false
    }
  }

  private static func folded(_ text: [UInt8], _ folding: CaseFolding) -> [UInt8] {
    var folded: [UInt8] = []
    folding.append(ByteSlice(offset: 0, length: text.count), of: text, to: &folded)
    return folded
  }
}
