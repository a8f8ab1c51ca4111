internal import JourneyModel
internal import JourneyRules
internal import Sessionizer
internal import WireFormat

/// Encodes what evaluators have found as derived events, and counts them.
final class DerivedEventWriter {
  /// What was found since the counts were last taken back to zero.
  var counts = DerivedCounts()
  private let headers: DerivedEventHeaders
  private let heads = DerivedEventHeads()

  init(lane: LaneNumber, group: String) { headers = DerivedEventHeaders(group: group, lane: lane) }

  /// Segments that were assigned and outcomes that were achieved.
  func write(
    _ fired: [Fired], _ event: String, _ session: Session, _ encoder: DerivedEventEncoder,
    to effects: inout Effects
  ) {
    session.news.insert(.milestone)
    for index in fired.indices {
      let topic: OutputTopic
      switch fired[index].kind {
      case .segment:
        counts.assigned += 1
        topic = .segments
      case .outcome:
        counts.achieved += 1
        topic = .outcomes
      case .actionMap: continue
      }
      effects.append(topic, session, fired[index].time, headers) {
        encoder.encode(fired[index], of: session, event: event, heads: heads, to: &$0)
      }
    }
  }

  /// Segments that have expired.
  func write(
    unassigned assignments: [RuleState.Assignment], _ session: Session, at time: EventTime,
    to effects: inout Effects
  ) {
    for assignment in assignments where assignment.kind == .segment {
      counts.unassigned += 1
      effects.append(.segments, session, time, headers) {
        DerivedEventEncoder.encode(unassigned: assignment, of: session, at: time, heads: heads, to: &$0)
      }
    }
  }

  /// What has happened to actions.
  func write(
    _ happened: [ActionEvent], _ session: Session, _ encoder: ActionEventEncoder, to effects: inout Effects
  ) {
    session.news.insert(.milestone)
    for index in happened.indices {
      counts.count(happened[index].happening)
      effects.append(.actions, session, happened[index].time, headers) {
        encoder.encode(happened[index], of: session, heads: heads, to: &$0)
      }
    }
  }
}
