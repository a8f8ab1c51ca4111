package import JourneyModel

/// Why a definition held in a session, or not.
package struct ExplanationQuestion: Sendable, Hashable {
  /// The session's id.
  package var session: String
  /// Whose it is.
  package var customerID: String
  package var customerIDType: String
  /// The lane that owns it.
  package var lane: LaneNumber
  /// The definition in force: its kind and id.
  package var kind: String
  package var definition: String
  /// Whether the answer says what is predicted.
  package var tellsPrediction = false
}

/// What a changed definition would have made of the events of late.
package struct ComparisonQuestion: Sendable, Hashable {
  /// The definition, as JSON. It takes the place of the one in force of its kind and id, if there is one.
  package var definition: [UInt8]
  /// From when on batches are read.
  package var since: EventTime
}

/// Answers questions that need the log read. Blocks, for seconds and minutes.
package protocol LogInquirer: Sendable {
  /// - Parameter checkpoint: called often; what it throws ends the work and is thrown on.
  /// - Returns: the answer, a JSON object.
  /// - Throws: `InquiryFailure` where the question has no answer, and what the log throws.
  func explain(_ question: ExplanationQuestion, checkpoint: () throws -> Void) throws -> [UInt8]

  /// The value of a dead letter; `nil` if it is no longer there. Blocks for a moment.
  func deadLetter(lane: LaneNumber, offset: Int64) throws -> [UInt8]?

  /// As `explain`.
  func compare(_ question: ComparisonQuestion, checkpoint: () throws -> Void) throws -> [UInt8]
}

/// That a question has no answer.
package struct InquiryFailure: Error, Sendable, Hashable {
  /// A stable code.
  package var code: String
  /// One sentence for a person.
  package var message: String

  package init(_ code: String, _ message: String) {
    self.code = code
    self.message = message
  }
}
