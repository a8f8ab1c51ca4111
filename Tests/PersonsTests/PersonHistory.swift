import JourneyModel

/// A random history of visits, calls and deliveries of a few people, in order of time.
struct PersonHistory {
  struct Event {
    var stream: JourneyModel.Stream
    var json: String
  }

  private var state: UInt64
  private(set) var events: [Event] = []

  init(seed: UInt64, events count: Int) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    var seconds = 0
    for number in 0..<count {
      seconds += 1 + below(40)
      events.append(event(number, at: seconds))
    }
  }

  private mutating func below(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: (state >> 11) % UInt64(bound))
  }

  private mutating func event(_ number: Int, at seconds: Int) -> Event {
    let time = PersonHistory.time(seconds)
    switch below(8) {
    case 0:
      return Event(
        stream: .conversation,
        json:
          #"{"topicName":"v2.detail.events.conversation.customer.start","eventBody":{"eventTime":"\#(time)","#
          + #""conversationId":"call-\#(number)","participantId":"p","sessionId":"s","mediaType":"VOICE","#
          + #""direction":"INBOUND","ani":"+1555010\#(below(6))"}}"#)
    case 1:
      return Event(
        stream: .custom,
        json:
          #"{"id":"e\#(number)","eventName":"delivered","createdDate":"\#(time)","sessionType":"delivery","#
          + #""customerId":"p\#(below(7))@example.com","customerIdType":"email","externalId":"d\#(below(5))"}"#
      )
    default:
      let stream: JourneyModel.Stream = below(5) == 0 ? .app : .web
      let name = stream == .web ? "page_viewed" : "screen_viewed"
      let authenticated = below(4) == 0 ? #""authenticated":true,"# : ""
      return Event(
        stream: stream,
        json:
          #"{"id":"e\#(number)","eventName":"\#(name)","createdDate":"\#(time)","customerId":"c\#(below(9))","#
          + authenticated + #""customerIdType":"cookie"\#(traits())}"#)
    }
  }

  private mutating func traits() -> String {
    guard below(3) == 0 else { return "" }
    var members: [String] = []
    if below(2) == 0 { members.append(#""email":"P\#(below(7))@example.com""#) }
    if below(2) == 0 { members.append(#""cellPhone":"+1 555 010\#(below(6))""#) }
    if below(4) == 0 { members.append(#""userId":"u\#(below(6))""#) }
    if below(4) == 0 { members.append(#""givenName":"N\#(below(5))""#) }
    if below(9) == 0 { members.append(#""email2":"null""#) }
    return #","traits":{\#(members.joined(separator: ","))}"#
  }

  static func time(_ seconds: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return
      "2026-01-0\(5 + seconds / 86_400)T\(two(seconds / 3_600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).000Z"
  }
}
