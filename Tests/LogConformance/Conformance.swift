/// The suite that every log passes. A log's tests run the cases that apply to it, each on its own.
public enum Conformance {
  /// Every case.
  public static let cases: [ConformanceCase] =
    topicCases + publishCases + pollCases + groupCases + transactionCases + fencingCases + readerCases
    + sizeCases + closingCases

  /// The cases that apply to a log.
  public static func cases(for log: LogUnderTest) -> [ConformanceCase] {
    cases.filter { $0.applies(to: log) }
  }
}
