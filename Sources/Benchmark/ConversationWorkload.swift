import Foundation
import SeededGenerator

/// A seeded stream of calls as the conversation detail feed sends them: five legs each (the customer, two
/// queues, two agents) in twelve events, many calls side by side.
struct ConversationWorkload {
  /// Events of each call.
  static let eventsPerCall = 12
  /// Calls under way at any time.
  private static let concurrency = 500

  private var generator: SeededGenerator
  private let calls: Int

  init(events: Int, seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    calls = max(1, events / ConversationWorkload.eventsPerCall)
  }

  /// Writes the workload as JSON lines.
  ///
  /// - Returns: the number of events.
  mutating func write(to path: String) throws -> Int {
    guard FileManager.default.createFile(atPath: path, contents: nil) else { return 0 }
    guard let handle = FileHandle(forWritingAtPath: path) else { return 0 }
    var events = 0
    var from = 0
    while from < calls {
      let count = min(ConversationWorkload.concurrency, calls - from)
      let legs = (0..<count).map { call(from + $0, at: 1_767_600_000_000 + Int64(from) * 200) }
      var lines: [(time: Int64, json: String)] = legs.flatMap { $0 }
      lines.sort { $0.time < $1.time }
      var text = ""
      for line in lines { text += line.json + "\n" }
      try handle.write(contentsOf: Data(text.utf8))
      events += lines.count
      from += count
    }
    try handle.close()
    return events
  }

  private mutating func uuid() -> String {
    let (high, low) = (generator.next(), generator.next())
    func hex(_ value: UInt64) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    let digits = Array(hex(high) + hex(low))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }

  /// One call: it waits, is answered, transferred to another queue, answered there, and wrapped up twice.
  private mutating func call(_ number: Int, at start: Int64) -> [(time: Int64, json: String)] {
    let id = uuid()
    let people = (0..<5).map { _ in (participant: uuid(), session: uuid()) }
    let queues = ["queue-\(number % 40)", "queue-\(number * 7 % 40)"]
    let users = ["user-\(number % 900)", "user-\(number * 11 % 900)"]
    var time = start + Int64(generator.unit() * 100_000)
    var events: [(time: Int64, json: String)] = []
    func add(_ topic: String, _ who: Int, _ more: String = "") {
      let person = people[who]
      events.append(
        (
          time,
          "{\"topicName\":\"v2.detail.events.conversation.\(id).\(topic)\",\"eventBody\":{\"eventTime\":\(time),\"conversationId\":\"\(id)\",\"participantId\":\"\(person.participant)\",\"sessionId\":\"\(person.session)\",\"mediaType\":\"VOICE\",\"provider\":\"Edge\",\"direction\":\"INBOUND\",\"ani\":\"tel:+1555\(1_000_000 + number)\",\"dnis\":\"tel:+15550199000\",\"divisionId\":\"d1\"\(more)}}"
        ))
      time += 1_000 + Int64(number % 7) * 500
    }
    add("customer.start", 0)
    for stage in 0..<2 {
      let (queue, user) = (queues[stage], users[stage])
      add("acd.start", 1 + stage, ",\"queueId\":\"\(queue)\"")
      add(
        "acd.end", 1 + stage,
        ",\"queueId\":\"\(queue)\",\"acdOutcome\":\"ANSWERED\",\"answeredUserId\":\"\(user)\"")
      add("user.start", 3 + stage, ",\"userId\":\"\(user)\",\"queueId\":\"\(queue)\"")
      add(
        "user.end", 3 + stage,
        ",\"userId\":\"\(user)\",\"disconnectType\":\"\(stage == 0 ? "TRANSFER" : "PEER")\",\"interactingDurationMs\":4000"
      )
      add("wrapup", 3 + stage, ",\"queueId\":\"\(queue)\",\"wrapupCode\":\"code-\(number % 12)\"")
    }
    add("customer.end", 0, ",\"disconnectType\":\"ENDPOINT\",\"interactingDurationMs\":9000")
    return events
  }
}
