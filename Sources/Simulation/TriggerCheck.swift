internal import EventLog
internal import Foundation
internal import JourneyModel
internal import Processor
internal import SimulatedLog
internal import WireFormat

/// What rules give, under faults: each derived event once; each trigger that is due, once.
///
/// That their bytes are those of a run without faults is the replay check's to say.
enum TriggerCheck {
  private struct Event: Decodable {
    struct Reference: Decodable { var id: String }
    struct Action: Decodable {
      var id: String
      var state: String?
      var createdDate: String?
    }
    struct ActionBody: Decodable {
      var action: Action
      var actionMap: Reference
    }
    struct SegmentBody: Decodable {
      var segment: Reference
      var assignmentState: String
    }
    struct Cause: Decodable {
      var segment: String?
      var events: [String]
    }
    var id: String
    var session: Reference
    var because: [Cause]?
    var webActionEvent: ActionBody?
    var blockedWebActionOfferEvent: ActionBody?
    var segmentAssignmentEvent: SegmentBody?
  }

  static func run(_ run: SimulationRun, _ feed: JourneyFeed) throws {
    let topics = run.settings.lanes.topics
    var ids: Set<String> = []
    var assigned: Set<String> = []
    var states: [String: [String: Int]] = [:]
    var maps: [String: String] = [:]
    var dates: [String: String] = [:]
    let erased = try erasedSessions(run)
    var cut: Set<String> = []
    var acted: Set<String> = []
    var predicted: Set<String> = []
    for topic in topics.derived {
      for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
        let partition = TopicPartition(topic, lane: lane)
        for record in try run.log.committedRecords(partition) {
          let event = try JSONDecoder().decode(Event.self, from: Data(record.value ?? []))
          if !ids.insert(event.id).inserted {
            run.violate("\(partition)@\(record.offset): derived event \(event.id) is there twice")
          }
          if let body = event.segmentAssignmentEvent {
            run.count(body.assignmentState == "Assigned" ? .segmentAssigned : .segmentUnassigned)
            if body.assignmentState == "Assigned",
              !assigned.insert(event.session.id + " " + body.segment.id).inserted
            {
              run.violate(
                "\(partition)@\(record.offset): segment \(body.segment.id) is assigned twice to \(event.session.id)"
              )
            }
          }
          if let body = event.webActionEvent, let state = body.action.state {
            // What was to come of a session that was erased does not come.
            if erased.contains(event.session.id) { cut.insert(body.action.id) }
            states[body.action.id, default: [:]][state, default: 0] += 1
            maps[body.action.id] = body.actionMap.id
            dates[body.action.id] = body.action.createdDate
            if state == "qualified", body.actionMap.id == SimulationDefinitions.welcomeMap {
              judge(event.because ?? [], &acted, "\(partition)@\(record.offset)", run)
            }
            if state == "qualified", let situation = situations[body.actionMap.id] {
              run.count(situation)
              if !predicted.insert("\(body.actionMap.id) \(event.session.id)").inserted {
                run.violate(
                  "\(partition)@\(record.offset): \(body.actionMap.id) is triggered twice in \(event.session.id)"
                )
              }
            }
          }
          if event.blockedWebActionOfferEvent != nil { run.count(.actionBlocked) }
        }
      }
    }
    judge(run, states.filter { !cut.contains($0.key) }, maps, dates)
    try countTransits(run, feed, states, maps)
  }

  /// By the map that a prediction triggers, once in a session.
  private static let situations: [String: Situation] = [
    SimulationDefinitions.likelyMap: .triggeredByProbability,
    SimulationDefinitions.topMap: .triggeredByQuantile,
    SimulationDefinitions.fallenMap: .triggeredByFall,
  ]

  /// A map acts once on an assignment, in whichever of a person's sessions. An assignment is what one command
  /// says of one segment.
  private static func judge(
    _ causes: [Event.Cause], _ acted: inout Set<String>, _ place: String, _ run: SimulationRun
  ) {
    for cause in causes {
      guard let segment = cause.segment, let command = cause.events.first else { continue }
      run.count(.assignmentActedOn)
      if !acted.insert("\(segment) \(command)").inserted {
        run.violate("\(place): a map has acted twice on \(segment) of command \(command)")
      }
    }
  }

  /// Sessions that were taken back with their person.
  private static func erasedSessions(_ run: SimulationRun) throws -> Set<String> {
    var erased: Set<String> = []
    for lane in LaneNumber.all(of: run.settings.lanes.partitions) {
      let place = TopicPartition(run.settings.lanes.topics.sessions, lane: lane)
      for key in try run.log.tombstones(place) { erased.insert(String(decoding: key, as: UTF8.self)) }
    }
    return erased
  }

  /// Each action qualifies once, and is offered or expires at most once; a flow's that needs no page exactly
  /// once.
  private static func judge(
    _ run: SimulationRun, _ states: [String: [String: Int]], _ maps: [String: String],
    _ dates: [String: String]
  ) {
    // A process whose clock was ahead admits events of minutes ahead, and when the clock is right again its
    // lanes count as busy until then: what is delayed there need not be due when the run ends.
    let dueBy = run.hadClocksAhead ? "" : EventTime(milliseconds: run.log.now - 30_000).iso8601
    for (id, counts) in states.sorted(by: { $0.key < $1.key }) {
      let map = maps[id] ?? ""
      let offered = counts["offered"] ?? 0
      let expired = counts["expired"] ?? 0
      run.count(.triggerOffered, offered)
      run.count(.triggerExpired, expired)
      if counts["qualified"] != 1 {
        run.violate("action \(id) of \(map) qualified \(counts["qualified"] ?? 0) times")
      }
      let date = dates[id] ?? ""
      let isFlow =
        map == SimulationDefinitions.transitMap || situations[map] != nil
        || (map == SimulationDefinitions.delayedMap && date <= dueBy)
      if map == SimulationDefinitions.delayedMap { run.count(.triggerDelayed, offered + expired) }
      if map == SimulationDefinitions.returningMap { run.count(.triggerOnReturn, offered + expired) }
      if isFlow ? offered + expired != 1 : offered + expired > 1 {
        run.violate(
          "action \(id) of \(map) that qualified at \(date) was offered \(offered) times and expired \(expired) times"
        )
      }
    }
  }

  /// An oracle that knows nothing of rules: a trigger for each event of `in_transit` that is in a session.
  private static func countTransits(
    _ run: SimulationRun, _ feed: JourneyFeed, _ states: [String: [String: Int]], _ maps: [String: String]
  ) throws {
    let transits = Set(feed.published.filter { $0.isValid && $0.isTransit }.map(\.id))
    let events = try CountCheck.applied(run, feed).intersection(transits).count
    let triggers = states.keys.count { maps[$0] == SimulationDefinitions.transitMap }
    if events != triggers {
      run.violate(
        "\(triggers) triggers of \(SimulationDefinitions.transitMap) for \(events) events in sessions")
    }
  }
}
