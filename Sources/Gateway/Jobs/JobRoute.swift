internal import Bytes
internal import JourneyModel

/// What is asked of the log and of this process, and at which path.
enum JobRoute: Hashable, Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case explanations
    case comparisons = "whatifs"
  }

  /// Where one is asked.
  case ask(Kind)
  /// One that was asked.
  case job(Kind, id: String)
  /// The whole of a dead letter.
  case letter(lane: LaneNumber, offset: Int64)
  /// How this process is.
  case process

  init?(path: String) {
    let parts = path.utf8.split(separator: ASCII.slash, omittingEmptySubsequences: false).dropFirst()
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    if texts.starts(with: ["v1", "operations"]) {
      switch texts.count {
      case 3 where texts[2] == "process": self = .process
      case 5 where texts[2] == "rejected":
        guard let lane = Int32(texts[3]), let offset = Int64(texts[4]), lane >= 0, offset >= 0 else {
          return nil
        }
        self = .letter(lane: LaneNumber(lane), offset: offset)
      default: return nil
      }
      return
    }
    guard (2...3).contains(texts.count), texts[0] == "v1", let kind = Kind(rawValue: texts[1]) else {
      return nil
    }
    if texts.count == 2 {
      self = .ask(kind)
    } else {
      guard !texts[2].isEmpty else { return nil }
      self = .job(kind, id: texts[2])
    }
  }

  /// The path with names for its variable parts: a label of metrics, and a path of the description.
  var template: String {
    switch self {
    case .ask(let kind): "/v1/\(kind.rawValue)"
    case .job(let kind, _): "/v1/\(kind.rawValue)/{jobId}"
    case .letter: "/v1/operations/rejected/{lane}/{offset}"
    case .process: "/v1/operations/process"
    }
  }

  var methods: [String] {
    switch self {
    case .ask: ["POST"]
    case .job: ["GET", "HEAD", "DELETE"]
    case .letter, .process: ["GET", "HEAD"]
    }
  }

  /// Largest body in bytes.
  var maxBodyBytes: Int {
    switch self {
    case .ask(.explanations): 4_096
    case .ask(.comparisons): 300_000
    case .job, .letter, .process: 0
    }
  }

  /// What a token has to grant, all of it.
  var permissions: [String] {
    switch self {
    case .ask, .job: JobRoute.cited
    case .letter: ["sojourn:operations:view", "sojourn:rejected:view"]
    case .process: ["sojourn:operations:view"]
    }
  }

  /// For questions that take long: answers cite whatever the events had.
  static let cited = [
    "sojourn:explain:view", "journey:session:view", "journey:customer:view", "journey:event:view",
    "journey:eventType:view", "journey:sessionType:view", "journey:visit:view",
  ]
}
