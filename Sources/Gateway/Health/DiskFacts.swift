/// What an embedded log takes of the disk, in bytes.
package struct DiskFacts: Sendable, Hashable {
  /// The file.
  package var fileBytes: Int64
  /// Its write-ahead log.
  package var walBytes: Int64
  /// Space inside the file that is free to be used again.
  package var freeBytes: Int64
  /// Keys, values and headers in the input topics.
  package var inputBytes: Int64
  /// What these may hold at most.
  package var maxInputBytes: Int64
  /// Space left on the disk; `nil` where the system does not say.
  package var availableBytes: Int64?

  /// Creates facts.
  package init(
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
