/// The form of a lane file, before compression: eleven bytes, then sections (tag, length, body) in this order:
///
///     magic, form version, codec version, redo version
///     identity, base
///     value …
///     queue …, tombstones …
///     end, digest
///
/// The file may be written in slices while the lane goes on: `base` is the journal record of the batch after which writing began, `end` that
/// of the batch after which it ended. A value is of some moment in between, so whoever reads the file applies
/// all redo after `base`; what stands behind the values is of the moment of `end`.
///
/// A section's body may grow at its end. A section with another tag is a doubt, as leaving out what it says could lose something.
enum LaneFileForm {
  static let magic: [UInt8] = Array("SJLANE\r\n".utf8)
  /// Raised when an older build could not read the file.
  static let version: UInt8 = 1
  static let preambleBytes = 11
  /// Largest section that is read; a damaged length must not ask for the machine's memory.
  static let maxSectionBytes = 64 << 20
  /// Entries of a `queue` or `tombstones` section.
  static let maxEntries = 16_384

  enum Tag {
    /// `LaneFileIdentity`.
    static let identity: UInt8 = 1
    /// A journal record.
    static let base: UInt8 = 2
    /// Flags (1: a value of it may be in `state`; 2: it waited for its checkpoint when it was written here), then a
    /// `StateCodec` value.
    static let value: UInt8 = 3
    /// Ids that wait for their checkpoint, oldest change first: id, sequence, time of the change.
    static let queue: UInt8 = 4
    /// Ids that `state` still has and the lane has not: id.
    static let tombstones: UInt8 = 5
    /// A journal record, and the number of values, queue entries and tombstones.
    static let end: UInt8 = 6
    /// XXH3 of everything before, chained over preamble and sections.
    static let digest: UInt8 = 7
  }
}
