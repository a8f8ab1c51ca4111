/// What becomes of a request, decided by its head.
package enum Admission: Sendable {
  /// It is answered without its body.
  case answer(Answer)
  /// It is answered bit by bit, without its body, until either side ends it.
  case stream(StreamPlan)
  /// Its body is read, and then worked on.
  case read(BodyPlan)
  /// Somebody has to be asked; he says once, from any thread, which of the others it is. Until then no body
  /// is read.
  case later(@Sendable (@escaping @Sendable (Admission) -> Void) -> Void)
}

/// How a body is read, and what is done with it.
package struct BodyPlan: Sendable {
  /// Largest body in bytes, as it comes over the wire; a larger one is refused with `tooLarge`.
  package var maxBytes: Int
  /// Where the memory of bodies is counted.
  package var budget: ByteBudget
  /// The answer to a body that is too large.
  package var tooLarge: Answer
  /// The answer when the memory for bodies is used up.
  package var overloaded: Answer
  /// Works on the body. Called on the connection's event loop, which it may not block; it answers once, from
  /// any thread.
  package var work: @Sendable (RequestBody, @escaping @Sendable (Answer) -> Void) -> Void

  package init(
    maxBytes: Int, budget: ByteBudget, tooLarge: Answer, overloaded: Answer,
    work: @escaping @Sendable (RequestBody, @escaping @Sendable (Answer) -> Void) -> Void
  ) {
    self.maxBytes = maxBytes
    self.budget = budget
    self.tooLarge = tooLarge
    self.overloaded = overloaded
    self.work = work
  }
}

/// A body that was read, with the memory that is reserved for it.
package struct RequestBody: Sendable {
  package var bytes: [UInt8]
  /// Gives the memory back once nobody holds it any more.
  package var reservation: ByteReservation
}

/// Decides about requests. Called on event loops, which it may not block.
package protocol RequestHandler: Sendable {
  /// Decides by the head.
  func admit(_ head: RequestHead) -> Admission
  /// The answer to a request that the server itself refuses, and to one whose work takes too long.
  func answer(_ problem: Problem, to head: RequestHead?) -> Answer
  /// Hears of an answer that was written, and how long the request took.
  func note(status: Int, to head: RequestHead?, after duration: Duration)
}
