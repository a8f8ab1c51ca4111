package import EventLog
package import JourneyModel

/// One form in which clients send events over HTTP.
///
/// Pure: the body and what is known of its request go in, an answer for each event comes out, in the events'
/// order. A body that cannot be told apart into events has one answer, of index 0.
package protocol Dialect: Sendable {
  /// Reads a body. Nothing in it traps, and each event that is wrong is named by its own answer.
  func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem]
}

/// The answer for one event of a body.
package enum IntakeItem: Sendable {
  /// It can be published.
  case accepted(IntakeRecord)
  /// It cannot: `path` is the JSON path of what is wrong, within the event.
  case refused(index: Int, id: String?, code: String, explanation: String, path: String)
}

/// A record of an input stream.
package struct IntakeRecord: Sendable {
  package var stream: JourneyModel.Stream
  /// What the processor places the event by; `nil` where only decoding tells.
  package var key: [UInt8]?
  /// The event's id; `nil` where only decoding tells.
  package var id: String?
  /// One JSON object.
  package var value: [UInt8]
  package var headers: HeaderBlock

  package init(
    stream: JourneyModel.Stream, key: [UInt8]? = nil, id: String? = nil, value: [UInt8],
    headers: HeaderBlock = HeaderBlock()
  ) {
    self.stream = stream
    self.key = key
    self.id = id
    self.value = value
    self.headers = headers
  }
}

/// Who sends: what an administrator says of one site, app or server.
package struct IntakeSource: Sendable, Hashable {
  /// What it is.
  package enum Kind: String, Sendable, CaseIterable {
    /// The visitor's own browser.
    case browser
    /// The customer's own device.
    case app
    /// A machine that speaks for customers.
    case server
  }

  /// Its name, in headers, metrics and logs.
  package var id: String
  package var kind: Kind
  /// Where it may write.
  package var streams: Set<JourneyModel.Stream>

  package init(id: String, kind: Kind, streams: Set<JourneyModel.Stream>) {
    self.id = id
    self.kind = kind
    self.streams = streams
  }
}

/// What the server knows of a request besides its body.
package struct IntakeRequest: Sendable {
  /// When it was received, in epoch milliseconds by the server's clock.
  package var receivedAt: Int64
  /// The client's address as text, without a port; `nil` if it is not known.
  package var clientAddress: String?
  package var contentType: String?
  /// The query parameter `stream`.
  package var stream: String?
  /// What no other request is called.
  package var requestID: String?

  package init(receivedAt: Int64) { self.receivedAt = receivedAt }
}
