import JourneyModel
import SeededGenerator

/// A conversation as it went, made up from a seed: who came when, who talked from when to when, who set which
/// code. The records of the feed are written from it, and the obvious model of the card reads it directly.
struct ConversationStory {
  struct Customer { var who: String, start: Int, end: Int? }
  struct Queue { var who: String, name: String, start: Int, end: Int?, isAnswered = false, outcome = "" }
  struct Agent {
    var who: String, user: String, queue: String?, rang: Int, talked: Int?, left: Int?, reason = "",
      code: (time: Int, name: String)? = nil
  }
  struct Mailbox { var who: String, start: Int, end: Int? }

  private(set) var customers: [Customer] = []
  private(set) var queues: [Queue] = []
  private(set) var agents: [Agent] = []
  private(set) var mailboxes: [Mailbox] = []
  /// Time in milliseconds and the record.
  private(set) var records: [(time: Int, json: String)] = []
  let id: String
  private var clock = 0
  private var people = 0
  private var media = #""mediaType":"VOICE","direction":"INBOUND""#
  private var random: SeededGenerator

  static let start = 1_789_992_000_000
  static let noCode = "ININ-WRAP-UP-TIMEOUT"

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    id = "c\(seed)"
    begin()
    if random.chance(30) { flow() }
    wait()
    if customers.contains(where: { $0.end == nil }), random.chance(10) { addCustomer() }
    // Some are looked at while they go on.
    if random.chance(40), clock > 2 {
      cut(at: Int(random.pick(Int64(customers[0].start)...Int64(clock))))
    }
  }

  private mutating func step(_ longest: Int64 = 60_000) -> Int {
    clock += Int(random.pick(Int64(1)...longest))
    return clock
  }

  private mutating func person() -> String {
    people += 1
    return "x\(people)"
  }

  private mutating func write(_ time: Int, _ topic: String, _ who: String, _ more: String = "") {
    let json =
      #"{"topicName":"v2.detail.events.conversation.\#(id).\#(topic)","eventBody":{"eventTime":\#(ConversationStory.start + time),"conversationId":"\#(id)","participantId":"p-\#(who)","sessionId":"s-\#(who)",\#(media),"ani":"tel:+15550100001","dnis":"tel:+15550199000"\#(more.isEmpty ? "" : ",")\#(more)}}"#
    records.append((time, json))
  }

  // MARK: What happens

  private mutating func begin() {
    let kinds = [
      #""mediaType":"VOICE","direction":"INBOUND""#, #""mediaType":"CHAT","direction":"INBOUND""#,
      #""mediaType":"MESSAGE","messageType":"WEBMESSAGING","direction":"INBOUND""#,
      #""mediaType":"EMAIL","direction":"INBOUND""#,
    ]
    media = random.pick(kinds)
    addCustomer()
  }

  private mutating func addCustomer() {
    let (who, time) = (person(), step())
    customers.append(Customer(who: who, start: time, end: nil))
    write(time, "customer.start", who)
  }

  private mutating func customersLeave(_ reason: String) {
    for index in customers.indices where customers[index].end == nil {
      let time = step(2_000)
      customers[index].end = time
      write(
        time, "customer.end", customers[index].who,
        #""disconnectType":"\#(reason)","interactingDurationMs":5"#)
    }
  }

  private mutating func flow() {
    let who = person()
    write(step(), "flow.start", who, #""flowId":"f","flowType":"INBOUNDCALL""#)
    if random.chance(50) { write(step(), "flow.outcome", who, #""flowOutcomeId":"o""#) }
    write(step(), "flow.end", who, #""flowId":"f","exitReason":"TRANSFER","disconnectType":"TRANSFER""#)
  }

  /// The conversation waits in a queue, and something comes of it.
  private mutating func wait(depth: Int = 0) {
    let name = random.pick(["sales", "support", "returns"])
    let who = person()
    let place = queues.count
    queues.append(Queue(who: who, name: name, start: step(), end: nil))
    write(clock, "acd.start", who, #""queueId":"\#(name)""#)
    func leave(_ story: inout Self, _ outcome: String, _ more: String) {
      story.queues[place].end = story.step()
      story.queues[place].outcome = outcome
      story.write(story.clock, "acd.end", who, #""queueId":"\#(name)","acdOutcome":"\#(outcome)""# + more)
    }
    // It rings here and there without an answer.
    while random.chance(25) {
      let agent = ring(for: name)
      agents[agent].left = step()
      agents[agent].reason = random.pick(["CLIENT", "NO_ANSWER_TRANSFER"])
      write(
        clock, "user.end", agents[agent].who,
        #""userId":"\#(agents[agent].user)","queueId":"\#(name)","disconnectType":"\#(agents[agent].reason)","alertingDurationMs":4000"#
      )
    }
    switch random.pick(Int64(0)...9) {
    case 0:
      leave(&self, "ABANDON", "")
      customersLeave("ENDPOINT")
    case 1:
      leave(&self, "FLOW_OUT", #","disconnectType":"TRANSFER""#)
      mailbox()
    case 2 where depth < 3:
      leave(&self, "FLOW_OUT", "")
      wait(depth: depth + 1)
    case 3 where depth < 2:
      leave(&self, "FLOW_OUT", "")
      customersLeave("PEER")
      // Called back: another leg of the customer's while an agent is there.
      media = #""mediaType":"CALLBACK","direction":"INBOUND""#
      wait(depth: depth + 1)
    default:
      let agent = ring(for: name)
      leave(&self, "ANSWERED", #","answeredUserId":"\#(agents[agent].user)""#)
      queues[place].isAnswered = true
      agents[agent].talked = clock
      if customers.allSatisfy({ $0.end != nil }) { addCustomer() }
      talk(depth: depth)
    }
  }

  private mutating func mailbox() {
    let who = person()
    mailboxes.append(Mailbox(who: who, start: step(), end: nil))
    write(clock, "voicemail.start", who, #""queueId":"sales""#)
    mailboxes[mailboxes.count - 1].end = step()
    write(clock, "voicemail.end", who, #""disconnectType":"PEER","voicemailDurationMs":5"#)
    customersLeave("PEER")
  }

  /// - Returns: the agent's place.
  private mutating func ring(for queue: String?) -> Int {
    let who = person()
    agents.append(Agent(who: who, user: "u\(people)", queue: queue, rang: step(), talked: nil, left: nil))
    write(clock, "user.start", who, #""userId":"u\#(people)"\#(queue.map { #","queueId":"\#($0)""# } ?? "")"#)
    return agents.count - 1
  }

  private var here: [Int] { agents.indices.filter { agents[$0].talked != nil && agents[$0].left == nil } }

  private mutating func leave(_ agent: Int, _ reason: String) {
    agents[agent].left = step()
    agents[agent].reason = reason
    write(
      clock, "user.end", agents[agent].who,
      #""userId":"\#(agents[agent].user)","disconnectType":"\#(reason)","interactingDurationMs":\#(clock - (agents[agent].talked ?? 0))"#
    )
    guard random.chance(70) else { return }
    let code = random.chance(15) ? ConversationStory.noCode : random.pick(["Sold", "Complaint", "Solved"])
    // Set later: it may come when others are long at it.
    let time = clock + Int(random.pick(Int64(1)...200_000))
    agents[agent].code = (time, code)
    write(time, "wrapup", agents[agent].who, #""wrapupCode":"\#(code)""#)
    if random.chance(50) {
      write(time, "acw", agents[agent].who, #""userId":"\#(agents[agent].user)","wrapupCode":"\#(code)""#)
    }
  }

  /// Agents talk, join and leave, until one stage of the conversation is over.
  private mutating func talk(depth: Int) {
    for _ in 0..<Int(random.pick(Int64(0)...3)) {
      switch random.pick(Int64(0)...3) {
      case 0, 1:
        // A colleague is asked, or joins.
        let agent = ring(for: random.chance(50) ? "support" : nil)
        agents[agent].talked = agents[agent].rang
      case 2 where here.count > 1: leave(random.pick(here), random.pick(["CONSULT_TRANSFER", "ENDPOINT"]))
      default:
        if random.chance(30) {
          // It goes on in another medium.
          media = #""mediaType":"VOICE","direction":"OUTBOUND""#
          addCustomer()
        }
      }
    }
    if depth < 3, random.chance(30) {
      for agent in here { leave(agent, "TRANSFER") }
      wait(depth: depth + 1)
      return
    }
    if random.chance(50) {
      let last = here
      for agent in last { leave(agent, "CLIENT") }
      customersLeave("PEER")
    } else {
      customersLeave("ENDPOINT")
      for agent in here { leave(agent, "PEER") }
    }
    if depth < 2, random.chance(20) {
      // It comes back, hours later.
      clock += Int(random.pick(Int64(3_600_000)...10_000_000))
      addCustomer()
      wait(depth: depth + 1)
    }
  }

  /// Takes back what comes later.
  private mutating func cut(at time: Int) {
    records.removeAll { $0.time > time }
    customers.removeAll { $0.start > time }
    queues.removeAll { $0.start > time }
    agents.removeAll { $0.rang > time }
    mailboxes.removeAll { $0.start > time }
    for index in customers.indices where (customers[index].end ?? 0) > time { customers[index].end = nil }
    for index in queues.indices where (queues[index].end ?? 0) > time {
      (queues[index].end, queues[index].isAnswered) = (nil, false)
    }
    for index in agents.indices {
      if (agents[index].talked ?? 0) > time { agents[index].talked = nil }
      if (agents[index].left ?? 0) > time { agents[index].left = nil }
      if let code = agents[index].code, code.time > time { agents[index].code = nil }
    }
    for index in mailboxes.indices where (mailboxes[index].end ?? 0) > time { mailboxes[index].end = nil }
  }
}

/// The card of a story, as a person would write it who had watched.
extension ConversationStory {
  /// When the last of everybody had gone; `nil` while somebody is there.
  var over: Int? {
    guard customers.allSatisfy({ $0.end != nil }), let gone = customers.compactMap(\.end).max() else {
      return nil
    }
    var end = gone
    // A callback waits, or is being made, when the customer is gone already.
    let after: [(start: Int, end: Int?)] =
      queues.map { ($0.start, $0.end) } + agents.map { ($0.rang, $0.left ?? $0.code?.time) }
      + mailboxes.map { ($0.start, $0.end) }
    for one in after where one.start > gone {
      guard let left = one.end else { return nil }
      end = max(end, left)
    }
    return end
  }

  private static func titled(_ json: String) -> (String, String) {
    if json.contains("CHAT") { return ("Web Chat", "chat") }
    if json.contains("MESSAGE") { return ("Web Messaging", "message") }
    if json.contains("EMAIL") { return ("Email", "email") }
    return ("Inbound", "call-inbound")
  }

  /// What the card shows once the time for codes has run out.
  var card: ShownCard {
    let (title, icon) = ConversationStory.titled(records.min { $0.time < $1.time }?.json ?? "")
    let lastQueue = queues.max { $0.start < $1.start }?.name ?? "-"
    guard let end = over else {
      let talking = agents.filter { $0.talked != nil && $0.left == nil && $0.code == nil }.min {
        ($0.talked ?? 0) < ($1.talked ?? 0)
      }
      if let talking {
        return ShownCard(title, icon, "blue", "Active Now", talking.queue ?? lastQueue, talking.user)
      }
      if mailboxes.contains(where: { $0.end == nil }) {
        return ShownCard(title, icon, "blue", "Voicemail", lastQueue, "-")
      }
      let waiting = queues.filter { $0.end == nil }.max { $0.start < $1.start }?.name
      return ShownCard(title, icon, "blue", "Waiting", waiting ?? lastQueue, "-")
    }
    let connected = agents.filter { $0.talked != nil }
    func left(_ agent: Agent) -> Int { agent.left ?? agent.code?.time ?? end }
    let lastLeft = connected.map(left).max() ?? -1
    if let mailbox = mailboxes.last, mailbox.start > lastLeft {
      return ShownCard(title, icon, "white", "Voicemail", lastQueue, "-")
    }
    if connected.isEmpty || queues.contains(where: { $0.start > lastLeft && !$0.isAnswered }) {
      return ShownCard(title, icon + "-missed", "white", "Ended by Customer", lastQueue, "-")
    }
    var those = connected.filter { left($0) >= end }
    if those.isEmpty { those = connected.filter { left($0) == lastLeft } }
    guard let shown = those.min(by: { ($0.talked ?? 0) < ($1.talked ?? 0) }) else {
      return ShownCard("", "", "", "", "", "")
    }
    let queue = shown.queue ?? lastQueue
    let codes = those.compactMap(\.code)
    if let code = codes.filter({ $0.name != ConversationStory.noCode }).max(by: { $0.time < $1.time }) {
      return ShownCard(title, icon, "grey", "Wrap-up: \(code.name)", queue, shown.user)
    }
    if !codes.isEmpty { return ShownCard(title, icon, "grey-pending", "No wrap-up", queue, shown.user) }
    let reasons = those.map(\.reason).filter { !$0.isEmpty }
    let byAgent =
      !reasons.isEmpty && !reasons.contains("PEER")
      && !(reasons[0].hasSuffix("TRANSFER") && left(those[0]) < end)
    return ShownCard(
      title, icon, byAgent ? "grey-pending" : "white", byAgent ? "No wrap-up" : "Ended by Customer", queue,
      shown.user)
  }
}
