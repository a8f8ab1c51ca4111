package import JourneyModel
package import WireFormat

/// Whose state a lane file holds: a file of anybody else is not used.
package struct LaneFileIdentity: Sendable, Hashable {
  package var log: String
  package var group: String
  package var lane: LaneNumber
  package var partitions: Int32
  package var journal: String
  package var redo: String
  package var state: String

  /// Creates an identity.
  package init(
    log: String, group: String, lane: LaneNumber, partitions: Int32, journal: String, redo: String,
    state: String
  ) {
    self.log = log
    self.group = group
    self.lane = lane
    self.partitions = partitions
    self.journal = journal
    self.redo = redo
    self.state = state
  }

  package init(_ body: inout BinaryReader) throws(CodecError) {
    func number(_ body: inout BinaryReader) throws(CodecError) -> Int32 {
      guard let number = Int32(exactly: try body.number()) else { throw CodecError("a number is too large") }
      return number
    }
    func text(_ body: inout BinaryReader) throws(CodecError) -> String {
      String(decoding: try body.text(), as: UTF8.self)
    }
    lane = LaneNumber(try number(&body))
    partitions = try number(&body)
    log = try text(&body)
    group = try text(&body)
    journal = try text(&body)
    redo = try text(&body)
    state = try text(&body)
  }

  package func write(to writer: inout BinaryWriter) {
    writer.number(lane.index)
    writer.number(Int(partitions))
    for text in [log, group, journal, redo, state] { writer.text(text.utf8) }
  }

  /// Where another identity differs, for a person; `nil` if it does not.
  package func difference(from other: LaneFileIdentity) -> String? {
    for (name, own, its) in [
      ("log", log, other.log), ("group", group, other.group), ("lane", "\(lane)", "\(other.lane)"),
      ("partitions", "\(partitions)", "\(other.partitions)"), ("journal", journal, other.journal),
      ("redo", redo, other.redo), ("state", state, other.state),
    ] where own != its {
      return "the file's \(name) is \(its), it should be \(own)"
    }
    return nil
  }
}
