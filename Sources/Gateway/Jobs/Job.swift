internal import JourneyModel

/// A question that is answered outside of its request.
struct Job: Sendable {
  enum State: Sendable {
    case queued
    case running
    case done([UInt8])
    case failed(InquiryFailure)
    case cancelled

    var name: String {
      switch self {
      case .queued: "queued"
      case .running: "running"
      case .done: "done"
      case .failed: "failed"
      case .cancelled: "cancelled"
      }
    }

    var isOver: Bool {
      switch self {
      case .queued, .running: false
      case .done, .failed, .cancelled: true
      }
    }
  }

  /// Blocks; answers with a JSON object.
  typealias Work = @Sendable (_ checkpoint: () throws -> Void) throws -> [UInt8]

  /// 128 random bits in hexadecimal digits.
  let id: String
  let subject: JobSubject
  let created: EventTime
  /// Questions with the same key have the same answer; `nil` if nobody can tell.
  let key: String?
  let work: Work
  var state = State.queued
  /// How many wait for it: it is cancelled when nobody does any more.
  var waiting = 1
  /// When it was over.
  var ended: ContinuousClock.Instant?
}

/// What a job is about: whoever may not see that gets no answer.
enum JobSubject: Sendable, Hashable {
  /// `tellsPrediction`: whether the answer says what is predicted, which takes a permission of its own.
  case explanation(session: String, kind: String, definition: String, tellsPrediction: Bool)
  case comparison(kind: String, definition: String)

  /// The kind of the definition.
  var kind: String {
    switch self {
    case .explanation(_, let kind, _, _), .comparison(let kind, _): kind
    }
  }
}
