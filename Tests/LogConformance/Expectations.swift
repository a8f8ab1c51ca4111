internal import EventLog

/// Throws unless the condition holds.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw ConformanceFailure(message()) }
}

/// Throws unless both are equal.
func expectEqual<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
  if found != wanted { throw ConformanceFailure("\(what): expected \(wanted), found \(found)") }
}

/// Throws unless `body` throws a `LogError`, of one of these reactions if any are given.
@discardableResult
func expectLogError(
  _ what: String, _ reactions: [LogError.Reaction] = LogError.Reaction.allCases, _ body: () throws -> Void
) throws -> LogError {
  do {
    try body()
  } catch let error as LogError {
    try expect(
      reactions.contains(error.reaction), "\(what): expected one of \(reactions), found \(error)")
    return error
  }
  throw ConformanceFailure("\(what): expected an error, found none")
}
