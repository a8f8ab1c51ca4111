package import EventLog
package import JourneyModel

extension OutputBatch {
  /// What is wrong with the records that one lane's batch has written; `nil` if nothing is.
  package func flaw(of lane: LaneNumber, _ names: TopicNames) -> String? {
    var journals = 0
    for entry in entries {
      let topic = topics[entry.topic]
      if topic == names.routed {
        guard entry.partition != lane.partition else { return "an event is forwarded to its own lane" }
      } else if [names.sessions, names.journal, names.redo, names.state].contains(topic) {
        guard entry.partition == lane.partition else {
          return "\(topic) is written for lane \(entry.partition)"
        }
      }
      if topic == names.journal { journals += 1 }
    }
    // Behind all others: where it is, the batch is whole.
    guard journals == 1, let last = entries.last, topics[last.topic] == names.journal else {
      return "\(journals) journal records, or one that is not the last"
    }
    return nil
  }
}
