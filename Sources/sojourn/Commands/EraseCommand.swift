import ArgumentParser
import EventLog
import Foundation
import JourneyModel
import Presentation
import ProcessRuntime
import Processor
import SessionQueries
import Threads
import WireFormat

/// `sojourn erase`.
struct EraseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract:
      "Forgets a person: contact, devices, sessions, and whatever still comes of what was said before.",
    discussion: """
      Shows whom it takes: identifiers, devices, sessions; --dry-run shows and does nothing more. Then publishes the erasure, and \
      for the sessions that are on the topic but that lanes hold no longer a command for each lane. Lanes take contact and sessions \
      back with records without a value, and refuse what was said before and still comes. Everything that was said until now, and \
      for time.maxFutureSkew after, goes; what is said later is somebody new.

      What others have published stays where it is until the log removes it by age; 'sojourn erasure verify' says what is where, \
      and until when. Exit codes: 0 published, or shown; 1 nobody, several, or failed; 2 wrong argument or configuration.
      """)

  @Argument(help: ArgumentHelp("A contact's id, an address or a number.", valueName: "WHO"))
  var who: String

  @OptionGroup var decision: DecisionOptions
  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try CommandPublishing.settings(common)
      try CommandPublishing.check(decision, settings)
      let board = try await ContactReading.board(common, settings, waits: decision.wait)
      let contact = try ContactCommand.one(of: board.contacts(of: who), who)
      let sessions = try await sessions(of: contact, settings)
      try show(contact, sessions.values.reduce(0) { $0 + $1.count })
      var draft = try decision.draft("erase")
      draft.contactId = contact.id
      // Behind everything that is known of her, whatever this machine's clock says.
      if let last = contact.modifyDate.flatMap({ EventTime(iso8601: $0) }), try decision.time() < last {
        draft.createdDate = last.iso8601
      }
      let records = try records(draft, sessions, settings)
      if decision.dryRun {
        return try StandardOutput.write(records.flatMap { $0.value + [ASCII.newline] })
      }
      let log = try common.openLog(settings)
      try TopicsCommand.prepare(settings, log)
      try CommandPublishing.publish(records, settings, log)
      if decision.wait { try await SessionWait.run(log, settings) }
      try StandardOutput.print(
        "{\"erasure\":\"\(draft.id)\",\"contactId\":\"\(DisplayText(contact.id).text)\",\"createdDate\":\"\(draft.createdDate)\",\"commands\":\(records.count)}"
      )
      StandardError.print("what is left, and until when: 'sojourn erasure verify' with her identifiers")
    }
  }

  /// The ids of somebody's sessions that are on the topic, by the partition that they stand in; those that
  /// were merged into others as well.
  private func sessions(
    of contact: ContactSnapshot, _ settings: Settings
  ) async throws -> [LaneNumber: [String]] {
    let source = try await common.existingTopic(settings.processor.lanes.topics.sessions, settings)
    return try await onOwnThread {
      let topic = SessionTopic(log: source.log, topic: source.topic)
      var found: [LaneNumber: [String]] = [:]
      for lane in LaneNumber.all(of: source.topic.partitions) {
        var values: [String: [UInt8]] = [:]
        try topic.read(lanes: [lane]) { values[$0.key] = $0.value }
        let owned = values.filter { SessionSnapshot($0.value).map { contact.takesAlong($0) } ?? false }
        if !owned.isEmpty { found[lane] = owned.keys.sorted() }
      }
      return found
    }
  }

  private func show(_ contact: ContactSnapshot, _ sessions: Int) throws {
    let verb = decision.dryRun ? "would erase" : "erases"
    StandardError.print(
      "\(verb) \(DisplayText(contact.name ?? "Unknown").text), \(DisplayText(contact.id).text)")
    for identifier in contact.identifiers ?? [] {
      StandardError.print("  \(identifier.type) \(DisplayText(identifier.value).text)")
    }
    for device in contact.devices ?? [] {
      StandardError.print("  \(device.type) \(DisplayText(device.value).text), what was hers of it")
    }
    if let left = contact.omittedDevices, left > 0 { StandardError.print("  and \(left) older devices") }
    StandardError.print("  \(CheckCommand.count(sessions, "session"))")
  }

  private func records(
    _ draft: CommandDraft, _ sessions: [LaneNumber: [String]], _ settings: Settings
  ) throws -> [CommandRecord] {
    var records = [try CommandPublishing.record(draft, settings)]
    for (lane, ids) in sessions.sorted(by: { $0.key < $1.key }) {
      for first in stride(from: 0, to: ids.count, by: IdentityCommandDecoder.mostSessions) {
        var sweep = CommandDraft("sweep", id: "\(draft.id)/\(lane)/\(first)", at: try decision.time())
        sweep.createdDate = draft.createdDate
        sweep.sessionIds = Array(ids[first..<min(first + IdentityCommandDecoder.mostSessions, ids.count)])
        var record = try CommandPublishing.record(sweep, settings)
        record.partition = lane.partition
        records.append(record)
      }
    }
    return records
  }
}
