package import JourneyModel
package import Sessionizer

/// What redo says of the values that were touched after some batch: the newest value of each, or that it is
/// gone.
package struct RedoOverlay {
  /// The newest value of an id, `nil` if it is gone, and the sequence of the redo record that says so.
  package var entries: [SessionID: (value: StoredValue?, sequence: BatchSequence)] = [:]
  /// The lowest sequence that was seen.
  package private(set) var first: BatchSequence?

  /// Knows of nothing yet.
  package init() {}

  /// Applies a record, unless its sequence is below `start`.
  package mutating func apply(_ record: [UInt8], from start: BatchSequence) throws {
    let sequence = try RedoRecord.read(record, from: start) { operation, sequence in
      switch operation {
      case .put(let value): entries[value.id] = (value, sequence)
      case .delete(let id): entries[id] = (nil, sequence)
      }
    }
    if first == nil { first = sequence }
  }
}
