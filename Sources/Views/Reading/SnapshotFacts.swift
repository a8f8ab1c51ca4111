internal import Bytes
internal import JourneyModel

/// What the view keeps of a session snapshot in columns of their own, beside the snapshot itself: what
/// sessions are found and ordered by.
struct SnapshotFacts: Equatable {
  /// Bytes of text of a session that can be searched for, of each kind; the first ones count.
  static let maxSearchBytes = 8_192

  var id = ""
  var type = ""
  var customerIDType = ""
  var customerID = ""
  var externalID: String?
  var conversationID: String?
  /// Who the customer is, if that is known.
  var contactID: String?
  /// Milliseconds since 1970-01-01T00:00:00Z, as all times here.
  var created: Int64 = 0
  var ended: Int64?
  var last: Int64 = 0
  var revision = 0
  /// Orders snapshots of one revision, between which only the contact has changed.
  var contactRevision = 0
  var mergedInto: String?
  /// Divisions of a conversation; none of other sessions.
  var divisions: [String] = []
  /// What sessions are filtered by, each once and in order.
  var marks: [Mark] = []
  var search = SearchText()

  /// Something that a session has and that others have as well.
  struct Mark: Hashable, Comparable {
    enum Kind: Int { case segment, outcome, queue, agent }

    var kind: Kind
    /// The id; of queues and agents also the name.
    var value: String

    static func < (left: Mark, right: Mark) -> Bool {
      (left.kind.rawValue, left.value) < (right.kind.rawValue, right.value)
    }
  }

  /// Texts by who may see them, lines between newlines.
  struct SearchText: Hashable {
    /// Who it is: customer, external id, conversation.
    var ids = ""
    /// What happened: titles of pages, searches.
    var events = ""
    /// What was projected from events.
    var attributes = ""
  }

  /// Reads a snapshot: `schemas/session.schema.json`.
  ///
  /// - Returns: `nil` if a member that the view cannot do without is missing or is something else.
  init?(_ walk: JSONWalk) {
    var marks: Set<Mark> = []
    var hasCreated = false
    let isObject = walk.members(0..<walk.bytes.count) { name, value in
      switch true {
      case walk.is(name, "id"): id = walk.text(value) ?? ""
      case walk.is(name, "type"): type = walk.text(value) ?? ""
      case walk.is(name, "customerId"): customerID = walk.text(value) ?? ""
      case walk.is(name, "customerIdType"): customerIDType = walk.text(value) ?? ""
      case walk.is(name, "externalId"): externalID = walk.text(value)
      case walk.is(name, "externalContact"):
        contactID = walk.member("id", of: value).flatMap(walk.text)
      case walk.is(name, "createdDate"):
        if let time = SnapshotFacts.time(value, walk) { (created, hasCreated) = (time, true) }
      case walk.is(name, "endedDate"): ended = SnapshotFacts.time(value, walk)
      case walk.is(name, "revision"): revision = walk.integer(value) ?? 0
      case walk.is(name, "contactRevision"): contactRevision = walk.integer(value) ?? 0
      case walk.is(name, "mergedInto"): mergedInto = walk.text(value)
      case walk.is(name, "lastEvent"):
        last = walk.member("createdDate", of: value).flatMap { SnapshotFacts.time($0, walk) } ?? 0
      case walk.is(name, "divisionIds"):
        walk.elements(value) { divisions += walk.text($0).map { [$0] } ?? [] }
      case walk.is(name, "conversation"):
        conversationID = walk.member("id", of: value).flatMap(walk.text)
        SnapshotFacts.participants(value, walk, &marks)
      default: SnapshotFacts.mark(name, value, walk, &marks)
      }
      search(name, value, walk)
    }
    guard isObject, hasCreated, revision > 0, !id.isEmpty, !type.isEmpty, !customerIDType.isEmpty else {
      return nil
    }
    self.marks = marks.sorted()
    search.ids = [id, customerID, externalID ?? "", conversationID ?? ""].filter { !$0.isEmpty }.joined(
      separator: "\n")
  }

  private static func time(_ value: Range<Int>, _ walk: JSONWalk) -> Int64? {
    walk.text(value).flatMap { EventTime(iso8601: $0) }?.milliseconds
  }

  // MARK: Marks

  private static func mark(
    _ name: Range<Int>, _ value: Range<Int>, _ walk: JSONWalk, _ marks: inout Set<Mark>
  ) {
    switch true {
    case walk.is(name, "segmentAssignments"):
      walk.elements(value) { references("segment", of: $0, .segment, walk, &marks) }
    case walk.is(name, "outcomeAchievements"):
      walk.elements(value) { references("outcome", of: $0, .outcome, walk, &marks) }
    case walk.is(name, "lastConnectedQueue"): reference(value, .queue, walk, &marks)
    case walk.is(name, "lastConnectedUser"): reference(value, .agent, walk, &marks)
    default: break
    }
  }

  private static func participants(_ value: Range<Int>, _ walk: JSONWalk, _ marks: inout Set<Mark>) {
    guard let participants = walk.member("participants", of: value) else { return }
    walk.elements(participants) { participant in
      references("queue", of: participant, .queue, walk, &marks)
      references("user", of: participant, .agent, walk, &marks)
    }
  }

  private static func references(
    _ name: StaticString, of value: Range<Int>, _ kind: Mark.Kind, _ walk: JSONWalk, _ marks: inout Set<Mark>
  ) {
    if let object = walk.member(name, of: value) { reference(object, kind, walk, &marks) }
  }

  private static func reference(
    _ value: Range<Int>, _ kind: Mark.Kind, _ walk: JSONWalk, _ marks: inout Set<Mark>
  ) {
    walk.members(value) { name, value in
      let isName = (kind == .queue || kind == .agent) && walk.is(name, "name")
      guard walk.is(name, "id") || isName, let text = walk.text(value), !text.isEmpty else { return }
      marks.insert(Mark(kind: kind, value: text))
    }
  }

  // MARK: Text

  private mutating func search(_ name: Range<Int>, _ value: Range<Int>, _ walk: JSONWalk) {
    switch true {
    case walk.is(name, "searchTerms"):
      walk.elements(value) { if let text = walk.text($0) { SnapshotFacts.append(text, to: &search.events) } }
    case walk.is(name, "journeyMap"):
      guard let events = walk.member("events", of: value) else { return }
      walk.elements(events) { event in
        walk.members(event) { name, value in
          guard walk.is(name, "title") || walk.is(name, "wrapup"), let text = walk.text(value) else { return }
          SnapshotFacts.append(text, to: &search.events)
        }
      }
    case walk.is(name, "attributes"):
      walk.members(value) { attribute(value: $1, walk) }
    case walk.is(name, "attributeLists"):
      walk.members(value) { _, list in
        guard let values = walk.member("values", of: list) else { return }
        walk.elements(values) { attribute(value: $0, walk) }
      }
    default: break
    }
  }

  private mutating func attribute(value: Range<Int>, _ walk: JSONWalk) {
    guard let inner = walk.member("value", of: value) else { return }
    let text = walk.text(inner) ?? String(decoding: walk.bytes[inner], as: UTF8.self)
    SnapshotFacts.append(text, to: &search.attributes)
  }

  /// Adds a line that is not the one before: page after page has the same title.
  private static func append(_ line: String, to text: inout String) {
    guard !line.isEmpty, text.utf8.count + line.utf8.count < maxSearchBytes else { return }
    if text.isEmpty {
      text = line
    } else if !text.utf8.reversed().starts(with: line.utf8.reversed()) {
      text += "\n" + line
    }
  }
}
