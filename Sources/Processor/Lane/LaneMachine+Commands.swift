internal import EventLog
internal import JourneyModel
internal import Sessionizer
internal import WireFormat

/// Commands about persons.
///
/// They are taken in the order of events, by the time that they were given at. They move no watermark and are
/// nobody's input as far as ticks go. Any lane takes any command: what it asks for goes on as messages to the
/// lanes that it concerns.
extension LaneMachine {
  /// Takes a command that was read.
  func obey(
    _ input: DecodedChunk, _ index: Int, _ records: inout OutputBatch, _ counts: inout BatchCounts
  ) {
    let received = input.commands[index]
    let time = received.command.time
    // What is decided tomorrow would prevail over everything that is decided today.
    if let bound = sessionizer.timeBound(ahead: time) {
      reject(
        input, record: received.record, .tooFarAhead, RejectionText.explanation(time, beyond: bound), &records
      )
      counts.rejected += 1
      return
    }
    handler?.obey(received.command, in: self)
    counts.commands += 1
    deliver(&records)
  }
}
