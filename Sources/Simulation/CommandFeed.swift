internal import EventLog
internal import JourneyModel

/// What agents and programs decide about the simulated customers: known from the number of the event that a
/// command is published with, so that it costs no draw.
struct CommandFeed {
  /// One command that was published.
  struct Published {
    var id: String
    /// Whether it can be read at all.
    var isValid: Bool
    /// Identifiers that it names.
    var identifiers: [String] = []
    /// The identifier whose person it erases.
    var erased: String?
    var time: EventTime
  }

  /// Where commands go.
  let topic: String
  /// Whether anybody is erased.
  let erases: Bool
  /// Every command, in order.
  private(set) var published: [Published] = []

  init(topic: String, erases: Bool) {
    self.topic = topic
    self.erases = erases
  }

  /// Publishes what is decided while an event is.
  mutating func append(_ number: Int, now: Int64, to batch: inout OutputBatch) {
    let email = "p\(number / 7 % 11)@example.com"
    let phone = "+155501\(10 + number / 3 % 8)"
    let (mail, call) = (identifier("email", email), identifier("phone", phone))
    if number % 31 == 4 {
      publish(
        number, "claim", "\"identifier\":\(mail),\"identifiers\":[\(call)]", [email, phone], now, &batch)
    }
    if number % 37 == 6 {
      publish(
        number, "separate", "\"identifier\":\(mail),\"identifiers\":[\(call)]", [email, phone], now, &batch)
    }
    if number % 41 == 8 {
      let segments = "\"assign\":[{\"segment\":\"vip\",\"days\":1},{\"segment\":\"press\"}]"
      publish(number, "segments", "\"identifier\":\(mail),\(segments)", [email], now, &batch)
    }
    if number % 43 == 10 { publish(number, "verify", "\"identifier\":\(mail)", [email], now, &batch) }
    if number % 47 == 11 {
      let entry = identifier("contact", "crm-\(number % 3)")
      publish(
        number, "put", "\"identifiers\":[\(entry),\(mail)],\"traits\":{\"givenName\":\"Put\"}", [email], now,
        &batch)
    }
    if number % 53 == 12, erases {
      publish(number, "erase", "\"identifier\":\(mail)", [email], now, &batch, erased: email)
    }
    if number % 59 == 13 { publish(number, "forgive", "\"identifier\":\(mail)", [], now, &batch) }
  }

  private func identifier(_ type: String, _ value: String) -> String {
    "{\"type\":\"\(type)\",\"value\":\"\(value)\"}"
  }

  private mutating func publish(
    _ number: Int, _ operation: String, _ members: String, _ identifiers: [String], _ now: Int64,
    _ batch: inout OutputBatch, erased: String? = nil
  ) {
    let (id, time) = ("k\(number)-\(operation)", EventTime(milliseconds: now))
    let text =
      "{\"id\":\"\(id)\",\"createdDate\":\"\(time.iso8601)\",\"operation\":\"\(operation)\",\(members)}"
    // Whatever its key: any lane takes it up.
    batch.append(topic, partition: -1, key: Array(id.utf8), value: Array(text.utf8))
    published.append(
      Published(
        id: id, isValid: !identifiers.isEmpty, identifiers: identifiers, erased: erased, time: time))
  }
}
