import EventLog
import Foundation
import JourneyModel
import SeededGenerator
import SimulatedLog
import Synchronization
import WireFormat

@testable import Views

/// A log with the topics that a view reads, and files of views beside it.
final class ViewScene: Sendable {
  static let lanes: Int32 = 3

  let log = SimulatedLog(seed: 11, configuration: .init(variesFetches: true))
  let topics = TopicNames()
  let folder: String
  private let told = Mutex<[ViewEvent]>([])
  private let clock = Mutex<Int64>(1_700_000_000_000)

  private let events: KeptEvents

  /// - Parameters:
  ///   - hasContacts: whether there is the topic of persons.
  ///   - events: which events have rows of their own.
  init(hasContacts: Bool = true, events: KeptEvents = .off) throws {
    self.events = events
    folder = NSTemporaryDirectory() + "views-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try log.create(
      ViewApplier(
        topics: topics,
        events: EventReader(
          ViewSettings(topics: topics, events: events), partitions: ViewScene.lanes)
      ).names
        .filter { hasContacts || $0 != topics[.contacts] }.map {
          TopicSpecification(name: $0, partitions: $0 == topics.definitions ? 1 : ViewScene.lanes)
        })
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The clock of the view and of the log.
  var now: EventTime {
    get { EventTime(milliseconds: clock.withLock { $0 }) }
    set {
      clock.withLock { $0 = newValue.milliseconds }
      log.now = newValue.milliseconds
    }
  }

  /// What was said of files that were made anew.
  var reasons: [String] {
    told.withLock { $0.compactMap { if case .madeAnew(let reason) = $0 { reason } else { nil } } }
  }

  func path(_ name: String = "view") -> String { "\(folder)/\(name).db" }

  func store(_ name: String = "view") throws -> ViewStore {
    try ViewStore(path: path(name)) { event in told.withLock { $0.append(event) } }
  }

  /// - Parameter lanes: the lanes of the view; `nil` for all.
  func feed(_ store: ViewStore, _ limits: ViewLimits = ViewLimits(), lanes: LaneSet? = nil) -> ViewFeed {
    ViewFeed(
      log: log, store: store,
      settings: ViewSettings(topics: topics, limits: limits, events: events, lanes: lanes),
      now: { self.now },
      report: { event in self.told.withLock { $0.append(event) } })
  }

  /// A view of all that is in the log now.
  func caughtUp(_ name: String = "view", _ limits: ViewLimits = ViewLimits()) throws -> ViewStore {
    let store = try store(name)
    try feed(store, limits).catchUp()
    return store
  }

  // MARK: Writing

  func send(_ topic: String, key: String?, value: String?, lane: LaneNumber = 0, headers: HeaderBlock? = nil)
    throws
  {
    let publisher = try log.makePublisher()
    defer { publisher.close() }
    var batch = OutputBatch()
    batch.append(
      topic, partition: lane.partition, key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) },
      headers: headers)
    try publisher.send(batch)
  }

  func send(_ session: ViewSession) throws {
    try send(topics.sessions, key: session.id, value: session.json, lane: session.lane)
  }

  func remove(_ session: ViewSession) throws {
    try send(topics.sessions, key: session.id, value: nil, lane: session.lane)
  }

  func sendSegment(
    _ segment: String, of session: ViewSession, state: String = "Assigned", at time: Int64? = nil
  )
    throws
  {
    let date = EventTime(milliseconds: time ?? session.created).iso8601
    try send(
      topics.segments, key: session.id,
      value: """
        {"id":"\(segment)-\(session.id)","createdDate":"\(date)","customerId":"\(session.customerID)",\
        "customerIdType":"cookie","session":{"id":"\(session.id)","type":"web"},\
        "eventType":"SegmentAssignmentEvent","segmentAssignmentEvent":{"segment":{"id":"\(segment)"},\
        "assignmentState":"\(state)"},"because":[]}
        """, lane: session.lane)
  }

  /// An offer on a page.
  func sendOffer(_ action: String, of session: ViewSession, at time: Int64) throws {
    let (date, end) = (
      EventTime(milliseconds: time).iso8601, EventTime(milliseconds: time + 1_000_000).iso8601
    )
    try send(
      topics.actions, key: session.id,
      value: """
        {"id":"offered-\(action)","createdDate":"\(date)","customerId":"\(session.customerID)",\
        "customerIdType":"cookie","session":{"id":"\(session.id)","type":"web"},"eventType":"WebActionEvent",\
        "webActionEvent":{"action":{"id":"\(action)","mediaType":"webMessagingOffer","state":"offered"},\
        "actionMap":{"id":"help","version":1},"expiresAt":"\(end)","offerText":"May we help?"},"because":[]}
        """, lane: session.lane)
  }

  /// An event of the web.
  func sendEvent(
    _ id: String, customer: String, at time: Int64, attributes: [String: String] = [:],
    stream: JourneyModel.Stream = .web, further: String = "", lane: LaneNumber? = nil
  ) throws {
    let values = attributes.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
    try send(
      topics.inputs[stream] ?? "", key: customer,
      value: """
        {"id":"\(id)","eventName":"page_viewed","createdDate":"\(EventTime(milliseconds: time).iso8601)",\
        "customerId":"\(customer)","customerIdType":"cookie",\(further)\
        "attributes":{\(values.joined(separator: ","))}}
        """, lane: lane ?? Placement.lane(of: Array(customer.utf8), partitions: ViewScene.lanes))
  }

  func sendJournal(lane: LaneNumber, sequence: Int, web: Int64 = 0) throws {
    var record = JournalRecord(
      lane: lane, partitions: ViewScene.lanes, sequence: BatchSequence(sequence), takenAt: now,
      configuration: "c")
    record.ranges = ["web": 0..<web]
    try send(
      topics.journal, key: nil, value: String(decoding: record.encoded(), as: UTF8.self), lane: lane)
  }

  /// - Parameter origin: the offset of the record that was rejected.
  func sendRejection(
    _ value: String, reason: String = "late", lane: LaneNumber = 0, origin: Int64 = 7
  ) throws {
    let headers = HeaderBlock([
      ("sojourn-reason", reason), ("sojourn-explanation", "too late"), ("sojourn-origin-topic", "web"),
      ("sojourn-origin-partition", "\(lane)"), ("sojourn-origin-offset", "\(origin)"),
    ])
    try send(topics.rejected, key: "k", value: value, lane: lane, headers: headers)
  }
}

/// A session as snapshots have it, as far as a view looks.
struct ViewSession {
  var number: Int
  var customerID: String
  var revision = 1
  var type = "web"
  /// Milliseconds since 1970-01-01T00:00:00Z.
  var created: Int64
  var ended: Int64?
  var mergedInto: String?
  var titles: [String] = ["Home"]
  var searches: [String] = []
  var segments: [String] = []
  var outcomes: [String] = []
  var attributes: [String: String] = [:]
  var queue: String?
  var divisions: [String] = []
  var omitted = 0
  var contact: String?
  var contactRevision = 0
  /// Actions that were offered and that nobody has reported on.
  var openActions: [String] = []

  init(_ number: Int, customer: String, created: Int64) {
    self.number = number
    customerID = customer
    self.created = created
  }

  var id: String { String(format: "00000000-0000-5000-8000-%012x", number) }
  var lane: LaneNumber { Placement.lane(of: Array(customerID.utf8), partitions: ViewScene.lanes) }
  var conversationID: String { "conversation-\(number)" }

  var json: String {
    func text(_ value: String) -> String {
      var bytes: [UInt8] = []
      JSONText.append(value, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    let start = EventTime(milliseconds: created).iso8601
    var members = [
      "\"id\":\"\(id)\"", "\"selfUri\":\"/api/v2/journey/sessions/\(id)\"", "\"type\":\"\(type)\"",
      "\"customerId\":\(text(customerID))", "\"customerIdType\":\"cookie\"", "\"createdDate\":\"\(start)\"",
      "\"revision\":\(revision)", "\"final\":\(ended != nil)", "\"eventCount\":\(titles.count)",
      "\"lastEvent\":{\"id\":\"e\",\"eventName\":\"page_viewed\",\"createdDate\":\"\(start)\"}",
    ]
    if let ended { members.append("\"endedDate\":\"\(EventTime(milliseconds: ended).iso8601)\"") }
    if let contact {
      members.append("\"externalContact\":{\"id\":\(text(contact))},\"contactRevision\":\(contactRevision)")
    }
    if let mergedInto { members.append("\"mergedInto\":\"\(mergedInto)\"") }
    func list(_ name: String, _ member: String, _ ids: [String]) -> String {
      "\"\(name)\":[\(ids.map { "{\"\(member)\":{\"id\":\(text($0))}}" }.joined(separator: ","))]"
    }
    members.append(list("segmentAssignments", "segment", segments))
    members.append(list("outcomeAchievements", "outcome", outcomes))
    if type == "conversation" { members.append("\"conversation\":{\"id\":\"\(conversationID)\"}") }
    if !openActions.isEmpty {
      let actions = openActions.map { "{\"id\":\"\($0)\",\"state\":\"offered\"}" }
      members.append("\"openActions\":[\(actions.joined(separator: ","))]")
    }
    if let queue { members.append("\"lastConnectedQueue\":{\"id\":\"q-\(queue)\",\"name\":\(text(queue))}") }
    if !divisions.isEmpty {
      members.append("\"divisionIds\":[\(divisions.map(text).joined(separator: ","))]")
    }
    if !searches.isEmpty { members.append("\"searchTerms\":[\(searches.map(text).joined(separator: ","))]") }
    if !attributes.isEmpty {
      let values = attributes.sorted { $0.key < $1.key }.map {
        "\(text($0.key)):{\"dataType\":\"TEXT\",\"value\":\(text($0.value))}"
      }
      members.append("\"attributes\":{\(values.joined(separator: ","))}")
    }
    let events = titles.enumerated().map { index, title in
      let date = EventTime(milliseconds: created + Int64(index) * 1_000).iso8601
      return "{\"id\":\"\(id)-\(index)\",\"eventName\":\"page_viewed\",\"createdDate\":\"\(date)\",\"title\":"
        + text(title) + "}"
    }
    members.append("\"journeyMap\":{\"events\":[\(events.joined(separator: ","))],\"omitted\":\(omitted)}")
    return "{\(members.joined(separator: ","))}"
  }
}
