package import JourneyModel

/// Where a processor keeps a file per lane on its own disk: the lane's state as of some committed batch, so
/// that a restart need not read all of it from the log.
///
/// Calls block; they are made on a lane's executor, or on a thread that is there for them. Whatever they
/// throw means only that the file is not used.
package protocol LaneFiles: Sendable {
  /// Opens a lane's file; `nil` if there is none.
  func open(_ lane: LaneNumber) throws -> (any LaneFileSource)?
  /// Starts a new file for a lane; nobody sees it before it is published.
  func create(_ lane: LaneNumber) throws -> any LaneFileDraft
}

/// A lane file that is read from its beginning.
package protocol LaneFileSource: AnyObject {
  /// Size of the file in bytes, as it lies on disk.
  var size: Int { get }
  /// How much of `size` has been read.
  var position: Int { get }
  /// The next bytes; `nil` at the end, once the storage's own checksum has held. Throws `LaneFileDoubt` on
  /// damage.
  func read() throws -> [UInt8]?
  /// Frees everything. Idempotent.
  func close()
}

/// A lane file that is being written. One thread at a time uses it; dropping it discards it.
package protocol LaneFileDraft: AnyObject, Sendable {
  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws
  /// Appends what ends the file.
  func complete() throws
  /// Makes the file durable, then visible in place of the one before.
  func publish() throws
  /// Removes what was written. Does nothing once published.
  func discard()
}

/// Why a lane file is not used: the lane is restored from the log instead, and nothing is lost.
package struct LaneFileDoubt: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of doubt.
  package enum Reason: String, Sendable, CaseIterable {
    /// It ends before its end mark.
    case torn
    /// A checksum or a form does not hold.
    case damaged
    /// It is another form, or its values are in another form, than this build reads.
    case unknownVersion
    /// It belongs to another log, group, lane, number of partitions or set of topics.
    case foreign
    /// The log no longer holds what happened after it.
    case stale
    /// The log does not reach as far as it does.
    case newerThanLog
    /// The log's journal has another record in its place.
    case differsFromLog
    /// It cannot be opened or read.
    case unreadable
  }

  /// The kind of doubt.
  package var reason: Reason
  /// What was found, for a person.
  package var detail: String

  /// Creates a doubt.
  package init(_ reason: Reason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }

  /// `reason: detail`.
  package var description: String { "\(reason.rawValue): \(detail)" }
}
