internal import EventLog
internal import Foundation
internal import Identity
internal import JourneyModel
internal import LogTools
internal import Persons
internal import ProcessRuntime
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// Persons as readers of `contacts` and `sessions` see them at the end, whatever failed: an oracle that knows
/// which identifiers the applied events have named, and nothing of registers.
package enum PersonCheck {
  /// What is read of a contact.
  private struct Contact: Decodable {
    struct Identifier: Decodable {
      var type: String
      var value: String
      var externalSource: String?
    }

    var id: String
    var revision: Int
    var mergedTo: String?
    var identifiers: [Identifier]?
  }

  /// What is read of a session.
  private struct Session: Decodable {
    struct Reference: Decodable { var id: String? }

    var id: String
    var externalContact: Reference?
  }

  /// Whether somebody can have been forgotten, because nothing was heard of him for long. What is said
  /// first may be taken up only when it is that old: all batches are from one time then.
  ///
  /// - Parameters:
  ///   - begun: when events began, in milliseconds since 1970.
  ///   - taken: when lanes took their batches, by their processes' clocks, in milliseconds since 1970.
  ///   - ended: when the simulation ended, in milliseconds since 1970.
  ///   - retention: for how long nobody is forgotten, in milliseconds.
  package static func mayHaveForgotten(
    begun: Int64, taken: [Int64], ended: Int64, retention: Int64
  ) -> Bool {
    let first = min(begun, taken.min() ?? begun)
    return first + retention <= max(ended, taken.max() ?? ended)
  }

  static func run(_ run: SimulationRun, _ feed: JourneyFeed, _ journals: [[JournalRecord]]) throws {
    guard run.settings.lanes.findsPersons else { return }
    var newest: [String: Contact] = [:]
    // Whoever is taken back leaves a tombstone, and compaction removes that as well: so over a time in which
    // somebody can have been forgotten nothing is said of who must be there.
    let ended = run.log.now
    var hasGone = mayHaveForgotten(
      begun: ended - run.report.virtualTime.milliseconds,
      taken: journals.joined().map(\.takenAt.milliseconds), ended: ended,
      retention: PersonSettings().limits.contactRetention.milliseconds)
    if feed.commands?.published.contains(where: { $0.erased != nil }) ?? false { hasGone = true }
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let place = TopicPartition(run.settings.lanes.topics[.contacts], lane: lane)
      for record in try run.log.committedRecords(place) {
        let key = String(decoding: record.key ?? [], as: UTF8.self)
        guard let value = record.value else {
          newest[key] = nil
          hasGone = true
          continue
        }
        let contact = try JSONDecoder().decode(Contact.self, from: Data(value))
        if contact.id != key { run.violate("\(place)@\(record.offset): contact \(contact.id) under \(key)") }
        if let before = newest[key], before.revision > contact.revision {
          run.violate("\(place)@\(record.offset): revision \(contact.revision) behind \(before.revision)")
        }
        newest[key] = contact
        run.count(.contactPublished, 1)
      }
    }
    judgeContacts(newest, run)
    // Somebody of whom nothing was heard for two months is gone.
    if !hasGone { judgeIdentifiers(newest, try CountCheck.applied(run, feed), feed, run) }
    try judgeSessions(newest, hasGone: hasGone, run)
    try judgeExplanations(newest, run)
  }

  /// Contacts whose explanation is compared with what readers see of them: it reads the log for each.
  private static let mostExplained = 2

  /// What a contact is explained by is what readers see.
  private static func judgeExplanations(_ contacts: [String: Contact], _ run: SimulationRun) throws {
    let registers = StoredRegisters(
      log: run.log, settings: run.settings.lanes, limits: PersonSettings().limits)
    let known = contacts.values.filter { $0.mergedTo == nil }.sorted { $0.id < $1.id }
    for contact in known.prefix(mostExplained) {
      guard let first = contact.identifiers?.first, let type = IdentifierType(name: Array(first.type.utf8))
      else { continue }
      let identifier = Identifier(
        type: type, value: Array(first.value.utf8), source: Array((first.externalSource ?? "").utf8))
      guard case .found(let explanation) = try registers.explain(identifier) else {
        run.violate("contact \(contact.id) is explained by nobody")
        continue
      }
      let seen = (contact.identifiers ?? []).map(\.value).sorted()
      let explained = explanation.members.map { String(decoding: $0.identifier.value, as: UTF8.self) }
      let id = String(decoding: explanation.contact.id.text, as: UTF8.self)
      if id != contact.id || explained.sorted() != seen {
        run.violate("contact \(contact.id) has \(seen), and is explained as \(id) with \(explained)")
      }
    }
  }

  /// Every id leads to a contact in one step, and no identifier is of two.
  private static func judgeContacts(_ contacts: [String: Contact], _ run: SimulationRun) {
    var owners: [String: String] = [:]
    for contact in contacts.values.sorted(by: { $0.id < $1.id }) {
      if let into = contact.mergedTo {
        run.count(.contactMerged, 1)
        if contacts[into] == nil || contacts[into]?.mergedTo != nil {
          run.violate("contact \(contact.id) leads to \(into), which is none")
        }
        continue
      }
      for identifier in contact.identifiers ?? [] {
        let name = "\(identifier.type) \(identifier.value)"
        if let other = owners[name] { run.violate("\(name) is of \(other) and of \(contact.id)") }
        owners[name] = contact.id
      }
    }
  }

  /// What applied events have named is somebody's, and nothing else is.
  private static func judgeIdentifiers(
    _ contacts: [String: Contact], _ applied: Set<String>, _ feed: JourneyFeed,
    _ run: SimulationRun
  ) {
    var named: Set<String> = []
    for record in feed.published where applied.contains(record.id) { named.formUnion(record.identifiers) }
    // What commands name may have come to nothing, and is invented by nobody.
    let decided = (feed.commands?.published ?? []).flatMap(\.identifiers)
    let known = Set(
      contacts.values.filter { $0.mergedTo == nil }.flatMap { $0.identifiers ?? [] }.map(\.value))
    let missing = named.subtracting(known).sorted()
    if !missing.isEmpty { run.violate("nobody is known by \(missing.joined(separator: ", "))") }
    let invented = known.subtracting(named).subtracting(decided).filter {
      $0.contains("@example.com") || $0.hasPrefix("+")
    }
    .sorted()
    if !invented.isEmpty { run.violate("nobody has named \(invented.joined(separator: ", "))") }
  }

  /// A card names a contact that is there.
  private static func judgeSessions(
    _ contacts: [String: Contact], hasGone: Bool, _ run: SimulationRun
  ) throws {
    var newest: [String: Session] = [:]
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let place = TopicPartition(run.settings.lanes.topics.sessions, lane: lane)
      for record in try run.log.committedRecords(place) {
        guard let value = record.value else {
          newest[String(decoding: record.key ?? [], as: UTF8.self)] = nil
          continue
        }
        let session = try JSONDecoder().decode(Session.self, from: Data(value))
        newest[session.id] = session
      }
    }
    for session in newest.values.sorted(by: { $0.id < $1.id }) {
      guard let named = session.externalContact?.id else { continue }
      run.count(.personShown, 1)
      if contacts[named] == nil, !hasGone {
        run.violate("session \(session.id) names \(named), who is nobody")
      }
    }
  }
}
