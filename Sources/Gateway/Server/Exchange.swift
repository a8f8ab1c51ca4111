internal import NIOCore
internal import NIOHTTP1

/// One request under way on a connection.
struct Exchange {
  /// Counts the connection's requests, so that an answer that comes too late finds its request gone.
  var number: UInt64
  /// `nil` if there is no readable head.
  var head: RequestHead?
  var began: NIODeadline
  /// Whether the client wants and may go on with the connection.
  var isKeptAlive: Bool
  var isHTTP10 = false
  /// Length of the body as stated; `nil` if it comes in chunks, 0 without one.
  var statedBytes: Int? = 0
  var plan: BodyPlan?
  var reservation: ByteReservation?
  var body: [UInt8] = []
  var readBytes = 0

  /// Whether the client waits to be told that its body is wanted.
  var expectsContinue: Bool {
    head?.headers.first(name: "expect")?.utf8.elementsEqual("100-continue".utf8) { $0 | 0x20 == $1 | 0x20 }
      ?? false
  }
}

/// Where a connection is.
enum ConnectionPhase {
  /// No byte of a request is there.
  case idle
  /// Some of a head is there.
  case head
  /// Somebody decides whether the request is admitted; its body waits.
  case judging(Exchange)
  /// A body is read.
  case body(Exchange)
  /// A body is read and dropped, since the answer is known.
  case dropping(Exchange, Answer)
  /// Somebody works on the request.
  case working(Exchange)
  /// An answer is on its way to the client.
  case writing(closes: Bool)
  /// An answer is written bit by bit, as there is something to say.
  case streaming(Exchange, StreamPlan, isWriting: Bool)
  /// Nothing more is answered; what still comes is dropped, so that the client gets to read the last answer.
  case lingering
  case closed
}
