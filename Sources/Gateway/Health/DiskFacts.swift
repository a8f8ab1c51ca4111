/// What an embedded log takes of the disk, in bytes.
public struct DiskFacts: Sendable, Hashable {
  /// The file.
  public var fileBytes: Int64
  /// Its write-ahead log.
  public var walBytes: Int64
  /// Space inside the file that is free to be used again.
  public var freeBytes: Int64
  /// Keys, values and headers in the input topics.
  public var inputBytes: Int64
  /// What these may hold at most.
  public var maxInputBytes: Int64
  /// Space left on the disk; `nil` where the system does not say.
  public var availableBytes: Int64?

  /// Creates facts.
  public init(
    fileBytes: Int64, walBytes: Int64, freeBytes: Int64, inputBytes: Int64, maxInputBytes: Int64,
    availableBytes: Int64?
  ) {
    self.fileBytes = fileBytes
    self.walBytes = walBytes
    self.freeBytes = freeBytes
    self.inputBytes = inputBytes
    self.maxInputBytes = maxInputBytes
    self.availableBytes = availableBytes
  }
}
