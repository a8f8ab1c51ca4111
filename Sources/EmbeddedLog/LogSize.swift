/// What an embedded log takes of the disk, in bytes.
package struct LogSize: Sendable, Hashable {
  /// The file itself.
  package var fileBytes: Int64
  /// Its write-ahead log beside it.
  package var walBytes: Int64
  /// Space inside the file that is free to be used again.
  package var freeBytes: Int64
  /// Keys, values and headers in the bounded topics.
  package var inputBytes: Int64
  /// What these may hold at most; `nil` if there are none.
  package var maxInputBytes: Int64?

  /// Creates a size.
  package init(
    fileBytes: Int64, walBytes: Int64, freeBytes: Int64, inputBytes: Int64, maxInputBytes: Int64?
  ) {
    self.fileBytes = fileBytes
    self.walBytes = walBytes
    self.freeBytes = freeBytes
    self.inputBytes = inputBytes
    self.maxInputBytes = maxInputBytes
  }
}
