import JourneyModel
import JourneyRules
import Testing

/// Every operator, with and without case, with one and several values, and where the attribute is missing.
@Suite struct CriterionComparisonTests {
  struct Case: Sendable, CustomStringConvertible {
    var named: CriterionOperator
    var values: [String]
    /// Of the attribute.
    var text: String?
    var exact: Bool
    var folded: Bool

    init(_ named: CriterionOperator, _ values: [String], _ text: String?, exact: Bool, folded: Bool) {
      self.named = named
      self.values = values
      self.text = text
      self.exact = exact
      self.folded = folded
    }

    var description: String { "\(named.rawValue) \(values) of \(text ?? "nothing")" }
  }

  static let cases: [Case] = [
    Case(.equal, ["Loan"], "Loan", exact: true, folded: true),
    Case(.equal, ["Loan"], "LOAN", exact: false, folded: true),
    Case(.equal, ["loan"], "a loan", exact: false, folded: false),
    Case(.equal, ["Bike", "Loan"], "Loan", exact: true, folded: true),
    Case(.equal, ["x"], "", exact: false, folded: false),
    Case(.equal, ["Ümlaut"], "üMLAUT", exact: false, folded: true),
    Case(.equal, ["ПОКУПКА"], "покупка", exact: false, folded: true),
    Case(.equal, ["STRASSE"], "straße", exact: false, folded: false),
    Case(.equal, ["a"], nil, exact: false, folded: false),
    Case(.notEqual, ["Loan"], "Loan", exact: false, folded: false),
    Case(.notEqual, ["Loan"], "LOAN", exact: true, folded: false),
    Case(.notEqual, ["Bike", "Loan"], "Loan", exact: false, folded: false),
    Case(.notEqual, ["Bike", "Loan"], "Car", exact: true, folded: true),
    Case(.notEqual, ["a"], nil, exact: true, folded: true),
    Case(.containsAny, ["auto"], "automobile", exact: true, folded: true),
    Case(.containsAny, ["auto"], "Automaton", exact: false, folded: true),
    Case(.containsAny, ["auto"], "car", exact: false, folded: false),
    Case(.containsAny, ["x", "mob"], "automobile", exact: true, folded: true),
    Case(.containsAny, ["aab"], "aaab", exact: true, folded: true),
    Case(.containsAny, ["automobiles"], "automobile", exact: false, folded: false),
    Case(.containsAny, ["a"], nil, exact: false, folded: false),
    Case(.like, ["auto"], "Automaton", exact: false, folded: true),
    Case(.like, ["a"], nil, exact: false, folded: false),
    Case(.containsAll, ["auto", "mobile"], "automobile", exact: true, folded: true),
    Case(.containsAll, ["auto", "Mobile"], "automobile", exact: false, folded: true),
    Case(.containsAll, ["auto", "x"], "automobile", exact: false, folded: false),
    Case(.containsAll, ["a"], nil, exact: false, folded: false),
    Case(.notContainsAny, ["auto"], "car", exact: true, folded: true),
    Case(.notContainsAny, ["auto"], "Automaton", exact: true, folded: false),
    Case(.notContainsAny, ["x", "mob"], "automobile", exact: false, folded: false),
    Case(.notContainsAny, ["a"], nil, exact: true, folded: true),
    Case(.notLike, ["auto"], "car", exact: true, folded: true),
    Case(.notLike, ["auto"], "Automaton", exact: true, folded: false),
    Case(.notLike, ["a"], nil, exact: true, folded: true),
    Case(.notContainsAll, ["auto", "mobile"], "automobile", exact: false, folded: false),
    Case(.notContainsAll, ["auto", "x"], "automobile", exact: true, folded: true),
    Case(.notContainsAll, ["auto", "Mobile"], "automobile", exact: true, folded: false),
    Case(.notContainsAll, ["a"], nil, exact: true, folded: true),
    Case(.startsWith, ["Loan"], "Loan calculator", exact: true, folded: true),
    Case(.startsWith, ["x", "loan"], "Loan calculator", exact: false, folded: true),
    Case(.startsWith, ["calculator"], "Loan calculator", exact: false, folded: false),
    Case(.startsWith, ["Loans"], "Loan", exact: false, folded: false),
    Case(.startsWith, ["a"], nil, exact: false, folded: false),
    Case(.endsWith, ["calculator"], "Loan calculator", exact: true, folded: true),
    Case(.endsWith, ["x", "CALCULATOR"], "Loan calculator", exact: false, folded: true),
    Case(.endsWith, ["Loan"], "Loan calculator", exact: false, folded: false),
    Case(.endsWith, ["a"], nil, exact: false, folded: false),
    Case(.greaterThan, ["10"], "10", exact: false, folded: false),
    Case(.greaterThan, ["10"], "10.01", exact: true, folded: true),
    Case(.greaterThan, ["10"], "9", exact: false, folded: false),
    Case(.greaterThan, ["10", "20"], "15", exact: false, folded: false),
    Case(.greaterThan, ["10", "20"], "21", exact: true, folded: true),
    Case(.greaterThan, ["10"], "many", exact: false, folded: false),
    Case(.greaterThan, ["10"], nil, exact: false, folded: false),
    Case(.greaterThanOrEqual, ["10"], "10.0", exact: true, folded: true),
    Case(.greaterThanOrEqual, ["10"], "9.99", exact: false, folded: false),
    Case(.greaterThanOrEqual, ["10"], nil, exact: false, folded: false),
    Case(.lessThan, ["10"], "10", exact: false, folded: false),
    Case(.lessThan, ["10"], "-11", exact: true, folded: true),
    Case(.lessThan, ["10", "5"], "7", exact: false, folded: false),
    Case(.lessThan, ["10"], nil, exact: false, folded: false),
    Case(.lessThanOrEqual, ["1e1"], "10", exact: true, folded: true),
    Case(.lessThanOrEqual, ["10"], "10.00000000000000000000000000001", exact: false, folded: false),
    Case(.lessThanOrEqual, ["10"], "", exact: false, folded: false),
    Case(.lessThanOrEqual, ["10"], nil, exact: false, folded: false),
  ]

  @Test(arguments: cases) func aCriterionOfAnEvent(_ item: Case) throws {
    for ignoresCase in [false, true] {
      let expected = ignoresCase ? item.folded : item.exact
      let criterion = Criterion(
        key: "attributes.x.value", values: item.values, operator: item.named, shouldIgnoreCase: ignoresCase)
      let feed = try RuleFeed(Scene.segment(Scene.journey(criterion)))
      let fired = try item.text.map { try feed.take("a", .attributes(["x": $0])) } ?? feed.take("a")
      #expect(!fired.isEmpty == expected, "\(ignoresCase ? "without" : "with") case")
    }
  }

  @Test(arguments: cases) func aCriterionOfASession(_ item: Case) throws {
    for ignoresCase in [false, true] {
      let expected = ignoresCase ? item.folded : item.exact
      let criterion = Criterion(
        key: "ipOrganization", values: item.values, operator: item.named, shouldIgnoreCase: ignoresCase)
      let feed = try RuleFeed(Scene.segment(Scene.context(criterion)))
      let fired = try item.text.map { try feed.take("a", .text("ipOrganization", $0)) } ?? feed.take("a")
      #expect(!fired.isEmpty == expected, "\(ignoresCase ? "without" : "with") case")
    }
  }

  @Test func everyOperatorIsAmongTheCases() {
    for named in CriterionOperator.allCases {
      let cases = CriterionComparisonTests.cases.filter { $0.named == named }
      #expect(cases.contains { $0.text == nil }, "\(named)")
      #expect(cases.contains { $0.exact } || named == .like, "\(named)")
      #expect(cases.contains { !$0.exact } || named == .notLike, "\(named)")
    }
  }

  @Test(arguments: CriterionOperator.allCases) func withTheSwitchOffMissingNeverHolds(
    _ named: CriterionOperator
  )
    throws
  {
    var settings = RuleSettings()
    settings.missingSatisfiesNegative = false
    let event = Criterion(key: "attributes.x.value", values: ["1"], operator: named)
    let session = Criterion(key: "ipOrganization", values: ["1"], operator: named)
    for rule in [Scene.journey(event), Scene.context(session)] {
      #expect(try RuleFeed(Scene.segment(rule, settings: settings)).take("a").isEmpty)
      #expect(try RuleFeed(Scene.segment(rule)).take("a").isEmpty == !named.isNegative)
    }
  }

  @Test func aFactThatTheStreamCannotHaveSatisfiesNothing() throws {
    let rule = Scene.context(Criterion(key: "browser.family", values: ["Chrome"], operator: .notEqual))
    #expect(try RuleFeed(Scene.segment(rule), .web).take("a").count == 1)
    #expect(try RuleFeed(Scene.segment(rule), .app).take("a").isEmpty)
    #expect(try RuleFeed(Scene.segment(rule), .conversation).take("a", "routed").isEmpty)
    #expect(try RuleFeed(Scene.segment(rule), .custom, sessionType: "delivery").take("a").isEmpty)
  }

  /// One of several values is enough for a positive operator; for a negative one it is too many.
  @Test(arguments: [
    (CriterionOperator.equal, "bike", true), (.equal, "car", false),
    (.notEqual, "bike", false), (.notEqual, "car", true),
    (.containsAny, "lam", true), (.notContainsAny, "lam", false), (.notContainsAny, "x", true),
    (.containsAll, "bik", true), (.notContainsAll, "bik", false), (.notContainsAll, "x", true),
    (.startsWith, "l", true), (.endsWith, "e", true), (.endsWith, "x", false),
  ]) func aFactWithSeveralValues(_ named: CriterionOperator, _ value: String, _ holds: Bool) throws {
    let rule = Scene.context(
      Criterion(key: "eventCount", values: ["2"]),
      Criterion(key: "searchTerms", values: [value], operator: named))
    let feed = try RuleFeed(Scene.segment(rule))
    try feed.take("a", .text("searchQuery", "bike"))
    #expect(try !feed.take("b", .text("searchQuery", "lamp")).isEmpty == holds)
  }

  @Test func numbersAmongTheValuesOfAFactAreEnough() throws {
    let rule = Scene.context(Criterion(key: "searchTerms", values: ["5"], operator: .greaterThan))
    let feed = try RuleFeed(Scene.segment(rule))
    #expect(try feed.take("a", .text("searchQuery", "bike")).isEmpty)
    #expect(try feed.take("b", .text("searchQuery", "6")).count == 1)
  }

  @Test func aBrowsersVersionIsComparedByItsMajorVersion() throws {
    func fires(_ named: CriterionOperator, _ value: String, _ version: String) throws -> Bool {
      let rule = Scene.context(Criterion(key: "browser.version", values: [value], operator: named))
      return try !RuleFeed(Scene.segment(rule)).take("a", .object("browser", ["version": version])).isEmpty
    }
    #expect(try fires(.greaterThan, "105", "106.0.5249.61"))
    #expect(try !fires(.greaterThan, "106", "106.9"))
    #expect(try fires(.greaterThanOrEqual, "106", "106"))
    #expect(try fires(.equal, "106.9", "106.9"))
    #expect(try !fires(.equal, "106", "106.9"))
    #expect(try !fires(.lessThan, "106", "beta"))
  }

  @Test func authenticatedIsComparedAsText() throws {
    let rule = Scene.context(Criterion(key: "authenticated", values: ["true"]))
    #expect(
      try RuleFeed(Scene.segment(rule)).take("a", .init(name: "authenticated", value: .bool(false))).isEmpty)
    #expect(
      try RuleFeed(Scene.segment(rule)).take("a", .init(name: "authenticated", value: .bool(true))).count == 1
    )
  }

  @Test(arguments: [ModelValue.number("12.50"), .string("12.50"), .object([.text("value", "12.50")])])
  func numbersStandOnStrings(_ value: ModelValue) throws {
    let rule = Scene.journey(
      Criterion(key: "attributes.price.value", values: ["12.5"], operator: .greaterThanOrEqual))
    let attributes = ModelValue.Member(
      name: "attributes", value: .object([.init(name: "price", value: value)]))
    #expect(try RuleFeed(Scene.segment(rule)).take("a", attributes).count == 1)
  }
}
