import EventLog
import Intake
import JourneyModel

/// Requests, sources and answers that most tests use.
enum Intakes {
  /// 2026-01-05T10:00:00.000Z
  static let received: Int64 = 1_767_607_200_000
  static let stated = "2026-01-05T09:59:58.000Z"

  static func request(_ change: (inout IntakeRequest) -> Void = { _ in }) -> IntakeRequest {
    var request = IntakeRequest(receivedAt: received)
    change(&request)
    return request
  }

  static func source(
    _ kind: IntakeSource.Kind = .server, sessionType: String? = nil,
    _ change: (inout TrackingSettings) -> Void = { _ in }
  ) -> IntakeSource {
    var tracking = TrackingSettings()
    change(&tracking)
    return IntakeSource(id: "shop", kind: kind, sessionType: sessionType, tracking: tracking)
  }

  /// A good event.
  static func event(_ id: String = "e1", _ more: String = "") -> String {
    #"{"id":"\#(id)","eventName":"clicked","customerId":"ann","createdDate":"\#(stated)"\#(more)}"#
  }
}

extension Dialect {
  func read(
    _ body: String, _ source: IntakeSource = Intakes.source(), _ request: IntakeRequest = Intakes.request()
  ) -> [IntakeItem] {
    read(Array(body.utf8), source: source, request: request)
  }
}

extension IntakeItem {
  var record: IntakeRecord? {
    if case .accepted(let record) = self { record } else { nil }
  }

  /// `accepted …`, `code path` or `discarded`: what most tests compare.
  var summary: String {
    switch self {
    case .accepted(let record): "accepted \(record.id) \(record.stream.name)"
    case .refused(let index, let id, let code, _, let path, _):
      "\(index) \(id ?? "-") \(code.rawValue) \(path)"
    case .discarded(let reason): "discarded \(reason)"
    }
  }

  /// What the client sent of a refused event, where it was one of a batch.
  var event: String? {
    guard case .refused(_, _, _, _, _, let event) = self else { return nil }
    return event.map { String(decoding: $0, as: UTF8.self) }
  }

  var explanation: String? {
    if case .refused(_, _, _, let explanation, _, _) = self { explanation } else { nil }
  }
}

extension [IntakeItem] {
  var summaries: [String] { map(\.summary) }
  /// The values of the records, as text.
  var values: [String] { compactMap { $0.record.map { String(decoding: $0.value, as: UTF8.self) } } }
}

extension IntakeRecord {
  var text: String { String(decoding: value, as: UTF8.self) }
}
