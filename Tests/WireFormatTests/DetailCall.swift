import JourneyModel

/// Records of the conversation detail feed, in the notification envelope, seconds after a start.
struct DetailCall {
  static let start: Int64 = 1_789_992_000_000

  let id: String
  /// What every record says as well.
  var common =
    #""mediaType":"VOICE","provider":"Edge","direction":"INBOUND","ani":"tel:+15550100001","dnis":"tel:+15550199000""#
  private(set) var records: [String] = []

  init(_ id: String = "c1") { self.id = id }

  /// Adds a record.
  ///
  /// - Parameters:
  ///   - who: participant and media session, `a` becoming `p-a` and `s-a`; nothing for a record without them.
  ///   - more: further members.
  mutating func add(_ seconds: Double, _ topic: String, _ who: String = "", _ more: String = "") {
    let ids = who.isEmpty ? "" : #","participantId":"p-\#(who.prefix(1))","sessionId":"s-\#(who)""#
    let members = more.isEmpty ? "" : "," + more
    let time = DetailCall.start + Int64(seconds * 1_000)
    records.append(
      #"{"topicName":"v2.detail.events.conversation.\#(id).\#(topic)","eventBody":{"eventTime":\#(time),"conversationId":"\#(id)"\#(ids)\#(common.isEmpty ? "" : ",")\#(common)\#(members)}}"#
    )
  }

  /// The customer comes, waits, and an agent takes the call.
  mutating func answered(by user: String, _ who: String, in queue: String, at seconds: Double = 20) {
    add(0, "customer.start", "c")
    add(1, "acd.start", "c", #""queueId":"\#(queue)""#)
    add(
      seconds, "acd.end", "c",
      #""queueId":"\#(queue)","acdOutcome":"ANSWERED","answeredUserId":"\#(user)","disconnectType":"TRANSFER""#
    )
    add(seconds, "user.start", who, #""userId":"\#(user)","queueId":"\#(queue)","divisionId":"d""#)
  }

  /// An agent leaves after having talked.
  mutating func leaves(
    _ user: String, _ who: String, at seconds: Double, _ reason: String, talked: Int = 1_000
  ) {
    add(
      seconds, "user.end", who,
      #""userId":"\#(user)","disconnectType":"\#(reason)","interactingDurationMs":\#(talked)"#)
  }

  /// The customer's leg ends.
  mutating func customerLeaves(_ who: String = "c", at seconds: Double, _ reason: String = "ENDPOINT") {
    add(seconds, "customer.end", who, #""disconnectType":"\#(reason)","interactingDurationMs":1"#)
  }
}

/// What a card shows.
struct ShownCard: Equatable, CustomStringConvertible {
  var title: String
  var icon: String
  var color: String
  var status: String
  var queue: String
  var agent: String

  /// An inbound call.
  init(_ color: String, _ status: String, _ queue: String, _ agent: String) {
    self.init("Inbound", "call-inbound", color, status, queue, agent)
  }

  init(_ title: String, _ icon: String, _ color: String, _ status: String, _ queue: String, _ agent: String) {
    (self.title, self.icon, self.color, self.status, self.queue, self.agent) = (
      title, icon, color, status, queue, agent
    )
  }

  init(_ snapshot: [String: Any]) {
    let card = snapshot["card"] as? [String: Any] ?? [:]
    func text(_ key: String) -> String { card[key] as? String ?? "?" }
    self.init(text("title"), text("icon"), text("color"), text("status"), text("queue"), text("agent"))
  }

  var description: String { "\(title), \(icon), \(color), \(status), queue \(queue), agent \(agent)" }
}
