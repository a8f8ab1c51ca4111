internal import JourneyModel

/// What has to hold of a lane's batch, whoever wrote it.
///
/// A record that breaks one of these would be committed as if nothing were wrong, and found by the next
/// restore at best. So the process ends instead: what is committed is, and the next one reads the input
/// again.
extension JournalRecord {
  /// What is wrong with this record behind the lane's record before it; `nil` if nothing is.
  package func flaw(after previous: JournalRecord?) -> String? {
    if let flaw = counts.flaw { return flaw }
    guard usage.events <= counts.applied else {
      return "\(usage.events) events are some source's, and only \(counts.applied) were applied"
    }
    guard redoFrom >= 1, redoFrom <= sequence + 1 else {
      return "batch \(sequence) needs redo from batch \(redoFrom)"
    }
    guard let previous else { return nil }
    guard lane == previous.lane, partitions == previous.partitions else {
      return "lane \(lane) of \(partitions) follows lane \(previous.lane) of \(previous.partitions)"
    }
    guard sequence == previous.sequence + 1 else {
      return "batch \(sequence) follows batch \(previous.sequence)"
    }
    // What `state` covers it covers for good.
    guard redoFrom >= previous.redoFrom else {
      return "redo is needed from batch \(redoFrom), before it from batch \(previous.redoFrom)"
    }
    for (topic, range) in ranges {
      guard let before = previous.ranges[topic] else { continue }
      if range.lowerBound < before.upperBound {
        return "\(topic) goes back from \(before.upperBound) to \(range.lowerBound)"
      }
      // Only what retention has removed is passed over, and that is said.
      if range.lowerBound > before.upperBound, lost[topic]?.upperBound != range.lowerBound {
        return "\(topic) leaves out \(before.upperBound) to \(range.lowerBound)"
      }
    }
    for (stream, before) in previous.highest {
      guard let time = highest[stream], time >= before else {
        return "\(stream.name)'s watermark goes back from \(before)"
      }
    }
    return nil
  }
}

extension BatchCounts {
  /// What does not add up; `nil` if nothing was lost or counted twice.
  package var flaw: String? {
    let parts = [applied, duplicates, rejected, ignored, routed, messages, commands]
    guard parts.allSatisfy({ $0 >= 0 }), read == parts.reduce(0, +) else {
      return
        "\(read) records read are \(applied) applied, \(duplicates) duplicates, \(rejected) rejected, \(ignored) ignored, \(routed) routed, \(messages) messages, \(commands) commands"
    }
    return nil
  }
}
