/// Somebody asks to act on an assignment, once in a person's lifetime.
package struct GrantRequest: Sendable, Hashable {
  /// The identifier whose contact it is.
  package var identifier: NodeRef
  package var map: [UInt8]
  package var assignment: [UInt8]
  /// Who asks, and when: the same asks again under the same id and gets the same answer.
  package var asker: Stamp
  /// Where the answer goes.
  package var replyTo: NodeRef

  package init(
    _ identifier: NodeRef, map: [UInt8], assignment: [UInt8], asker: Stamp, replyTo: NodeRef
  ) {
    self.identifier = identifier
    self.map = map
    self.assignment = assignment
    self.asker = asker
    self.replyTo = replyTo
  }
}

/// The answer.
package struct GrantAnswer: Sendable, Hashable {
  package var map: [UInt8]
  package var assignment: [UInt8]
  /// Of whoever asked.
  package var asker: Stamp
  package var isGranted: Bool

  package init(_ request: GrantRequest, isGranted: Bool) {
    self.init(
      map: request.map, assignment: request.assignment, asker: request.asker, isGranted: isGranted)
  }

  package init(map: [UInt8], assignment: [UInt8], asker: Stamp, isGranted: Bool) {
    self.map = map
    self.assignment = assignment
    self.asker = asker
    self.isGranted = isGranted
  }
}
