import JourneyModel
import JourneyRules
import WireFormat

/// Members of events that are not read, and were probably meant to be ones that are. Such events are taken all the same: whoever wrote them
/// just does not find again what was there.
struct MemberNotes {
  /// Most names that are noted, and most that are looked at.
  static let maxNotes = 100
  private static let maxNames = 10_000
  /// Shorter names are near to everything.
  private static let minCharacters = 4

  private struct Note {
    var line: Int64
    var member: MemberScan.Member
    var meant: String
    var count = 1
  }

  private let stream: JourneyModel.Stream
  private let known: Set<String>
  private let knownInBody: Set<String>
  private let words: [String: String]
  private var meant: [MemberScan.Member: String?] = [:]
  private var found: [MemberScan.Member: Note] = [:]

  init(stream: JourneyModel.Stream) {
    self.stream = stream
    known = Set(InputMembers.event)
    knownInBody = Set(InputMembers.body)
    words = MemberNotes.words(of: stream.profile)
  }

  /// Looks at one record.
  mutating func look(at bytes: ArraySlice<UInt8>, line: Int64) {
    let members = MemberScan(bytes, bodies: Set(InputMembers.bodies)).members
    // The detail feed has members of its own, far more than are read.
    if stream.profile.hasDetailFeed, members.contains(where: { InputMembers.detail.contains($0.name) }) {
      return
    }
    for member in members {
      guard let meant = meant(by: member) else { continue }
      // Whoever gives the one that is read as well means something else with this one.
      let given = String(meant.prefix { $0 != "." })
      if members.contains(where: { $0.name == given }) { continue }
      if found[member] == nil {
        guard found.count < MemberNotes.maxNotes else { continue }
        found[member] = Note(line: line, member: member, meant: meant)
      } else {
        found[member]?.count += 1
      }
    }
  }

  /// One text a name, in order of lines: `12: note: member 'chanels' is not read, nearest is 'channels' (3 events)`.
  var notes: [String] {
    found.values.sorted { ($0.line, $0.member.name) < ($1.line, $1.member.name) }.map { note in
      "\(note.line): note: member '\(note.member.name)' is not read, nearest is '\(note.meant)' "
        + "(\(CheckCommand.count(note.count, "event")))"
    }
  }

  private mutating func meant(by member: MemberScan.Member) -> String? {
    if (member.isInBody ? knownInBody : known).contains(member.name) { return nil }
    if let decided = meant[member] { return decided }
    let decided = decide(member)
    if meant.count < MemberNotes.maxNames { meant[member] = .some(decided) }
    return decided
  }

  private func decide(_ member: MemberScan.Member) -> String? {
    let plain = member.name.lowercased().filter { $0 != "_" && $0 != "-" }
    if let word = words[plain] { return word }
    guard plain.count >= MemberNotes.minCharacters else { return nil }
    let candidates = member.isInBody ? InputMembers.body : InputMembers.event
    // Another spelling of the same letters is no edit.
    if let same = candidates.first(where: { $0.lowercased() == plain }) { return same }
    return Nearest.candidate(to: plain, among: candidates)
  }

  /// What other systems call members, in small letters without '_' and '-'.
  private static func words(of profile: StreamProfile) -> [String: String] {
    var words = [
      "timestamp": "createdDate", "time": "createdDate", "date": "createdDate", "datetime": "createdDate",
      "eventtime": "createdDate", "eventdate": "createdDate", "createdat": "createdDate",
      "created": "createdDate",
      "event": "eventName", "name": "eventName", "action": "eventName", "customer": "customerId",
      "visitorid": "customerId", "eventid": "id", "messageid": "id", "uuid": "id", "properties": "attributes",
      "props": "attributes", "customattributes": "attributes", "data": "attributes",
    ]
    switch profile.view {
    case .page:
      words.merge([
        "url": "page.url", "pageurl": "page.url", "title": "page.title", "pagetitle": "page.title",
        "query": "searchQuery", "search": "searchQuery", "searchterm": "searchQuery", "userid": "customerId",
      ]) { $1 }
    case .screen:
      words.merge(["screen": "screenName", "userid": "customerId", "query": "searchQuery"]) { $1 }
    case nil: break
    }
    switch profile.externalID {
    case .none: break
    case .conversationID:
      words.merge([
        "channel": "channels", "mediatype": "channels", "media": "channels",
        "direction": "originatingDirection",
        "wrapup": "userDisposition", "wrapupcode": "userDisposition", "wrapupname": "userDisposition",
        "disposition": "userDisposition", "agent": "user", "agentid": "user", "userid": "user",
        "queueid": "queue",
        "queuename": "queue", "subject": "conversationSubject",
      ]) { $1 }
    case .object:
      words.merge(["sessionid": "externalId", "objectid": "externalId", "userid": "customerId"]) { $1 }
    }
    return words
  }
}
