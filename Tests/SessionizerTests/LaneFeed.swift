import EventLog
import Foundation
import JourneyModel
import Sessionizer
import WireFormat

/// One lane that takes events as JSON, one by one. Times are milliseconds after `start`.
final class LaneFeed {
  static let start: Int64 = 1_767_600_000_000
  static let year: Int64 = 31_536_000_000

  let settings: SessionSettings
  private(set) var sessionizer: Sessionizer
  private let decoder: EventDecoder
  /// The bound of time that the newest event was beyond, if it was rejected for that.
  private(set) var newestBound: TimeBound?

  init(_ settings: SessionSettings = SessionSettings()) throws {
    self.settings = settings
    sessionizer = Sessionizer(settings: settings)
    guard let decoder = EventDecoder(limits: DecodingLimits(), partitions: 1) else {
      throw CodecError("no memory")
    }
    self.decoder = decoder
  }

  /// Decodes one record and admits its event.
  @discardableResult
  func admit(_ stream: JourneyModel.Stream, _ json: String, takenAt: Int64 = LaneFeed.year) -> Admission {
    var chunk = RecordChunk(source: TopicPartition(stream.name, 0), next: NextOffset(0))
    chunk.append(offset: RecordOffset(0), timestamp: -1, key: nil, value: Array(json.utf8))
    chunk.seal()
    let decoded = decoder.decode(chunk, stream: stream)
    if let rejection = decoded.rejections.first { return .rejected(rejection.reason) }
    sessionizer.begin(takenAt: EventTime(milliseconds: LaneFeed.start + takenAt))
    let admission = sessionizer.admit(decoded.batch.events[0], of: decoded.batch)
    newestBound = nil
    if case .rejected(let reason) = admission {
      newestBound = sessionizer.timeBound(of: decoded.batch.events[0], in: decoded.batch, rejectedFor: reason)
    }
    return admission
  }

  /// A web event of `customer`, with whatever else it says.
  @discardableResult
  func web(
    _ id: String, at time: Int64, of customer: String = "ann", name: String = "object_clicked",
    _ more: String = "",
    takenAt: Int64 = LaneFeed.year
  ) -> Admission {
    admit(.web, LaneFeed.json(id, time, customer, name) + more + "}", takenAt: takenAt)
  }

  @discardableResult
  func app(
    _ id: String, at time: Int64, of customer: String = "ann", name: String = "tapped", _ more: String = ""
  ) -> Admission {
    admit(.app, LaneFeed.json(id, time, customer, name) + more + "}")
  }

  @discardableResult
  func custom(
    _ id: String, at time: Int64, of customer: String = "ann", type: String = "delivery",
    external: String = "x1",
    _ more: String = ""
  ) -> Admission {
    let own = ",\"sessionType\":\"\(type)\",\"externalId\":\"\(external)\""
    return admit(.custom, LaneFeed.json(id, time, customer, "moved") + own + more + "}")
  }

  @discardableResult
  func conversation(
    _ id: String, at time: Int64, of customer: String = "ann", call: String = "c1", name: String,
    _ more: String = ""
  ) -> Admission {
    admit(
      .conversation, LaneFeed.json(id, time, customer, name) + ",\"conversationId\":\"\(call)\"" + more + "}")
  }

  /// Advances the timers of every stream.
  func tick(to time: Int64) {
    sessionizer.tick(to: StreamTimes(every: EventTime(milliseconds: LaneFeed.start + time)))
  }

  /// Advances the timers of one stream.
  func tick(_ stream: JourneyModel.Stream, to time: Int64) {
    sessionizer.tick(to: [stream: EventTime(milliseconds: LaneFeed.start + time)])
  }

  /// Throws everything away but what the state codec and the journal keep.
  func restart() throws {
    _ = sessionizer.finish()
    let restored = Sessionizer(settings: settings)
    for value in sessionizer.allValues {
      restored.restore(try StateCodec.decode(StateCodec.encoded(value)))
    }
    var highest: [JourneyModel.Stream: EventTime] = [:]
    for stream in JourneyModel.Stream.allCases { highest[stream] = sessionizer.highest(stream) }
    restored.restore(highest: highest)
    sessionizer = restored
  }

  /// Brings a stream's watermark to exactly this time, by an event of somebody else.
  func moveWatermark(_ stream: JourneyModel.Stream, to time: Int64) {
    let at = time + settings.maxOutOfOrder.milliseconds
    switch stream {
    case .web: web("mark\(at)", at: at, of: "mark")
    case .app: app("mark\(at)", at: at, of: "mark")
    case .custom: custom("mark\(at)", at: at, of: "mark")
    case .conversation: conversation("mark\(at)", at: at, of: "mark", call: "mark", name: "started")
    }
  }

  /// The sessions held, oldest first, without those of `moveWatermark`.
  var sessions: [Session] {
    sessionizer.allSessions.filter { $0.identity.text($0.identity.customerID) != "mark" }
      .sorted { ($0.first, $0.id) < ($1.first, $1.id) }
  }

  /// The session's snapshot as parsed JSON.
  func snapshot(_ session: Session) throws -> [String: Any] {
    var bytes: [UInt8] = []
    SnapshotEncoder(settings: settings, names: DisplayNames()).encode(session, to: &bytes)
    return try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
  }

  private static func json(_ id: String, _ time: Int64, _ customer: String, _ name: String) -> String {
    "{\"id\":\"\(id)\",\"eventName\":\"\(name)\",\"createdDate\":\(start + time),\"customerId\":\"\(customer)\""
  }
}

/// Lengths in milliseconds, as the tests count.
enum Length {
  static let second: Int64 = 1_000
  static let minute: Int64 = 60_000
  static let hour: Int64 = 3_600_000
  static let gap: Int64 = 20 * minute
}
