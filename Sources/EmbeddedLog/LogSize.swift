/// What an embedded log takes of the disk, in bytes.
public struct LogSize: Sendable, Hashable {
  /// The file itself.
  public var fileBytes: Int64
  /// Its write-ahead log beside it.
  public var walBytes: Int64
  /// Space inside the file that is free to be used again.
  public var freeBytes: Int64
  /// Keys, values and headers in the bounded topics.
  public var inputBytes: Int64
  /// What these may hold at most; `nil` if there are none.
  public var maxInputBytes: Int64?

  /// Creates a size.
  public init(
    fileBytes: Int64, walBytes: Int64, freeBytes: Int64, inputBytes: Int64, maxInputBytes: Int64?
  ) {
    self.fileBytes = fileBytes
    self.walBytes = walBytes
    self.freeBytes = freeBytes
    self.inputBytes = inputBytes
    self.maxInputBytes = maxInputBytes
  }
}
