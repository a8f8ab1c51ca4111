/// One form in which clients send events over HTTP.
///
/// Pure: the body and what is known of its request go in, the answers for its events come out, in the events'
/// order. A body that cannot be told apart into events has one answer, of index 0.
package protocol Dialect: Sendable {
  /// Reads a body. Nothing in it traps, and each event that is wrong is named by its own answer.
  func read(_ body: [UInt8], source: IntakeSource, request: IntakeRequest) -> [IntakeItem]
}
