internal import EventLog
internal import GRDB

/// Maps SQLite's failures to what the caller must do about them.
enum StorageFailure {
  /// The `LogError` for a failure of the file at `path`.
  static func logError(for error: any Error, path: String) -> LogError {
    if let error = error as? LogError { return error }
    guard let failure = error as? DatabaseError else {
      return LogError(.fatal, code: "storage", "\(path): \(error)")
    }
    let detail = failure.message ?? "no message"
    switch failure.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      // A write transaction that never began, or was rolled back whole: nothing of it is in the file.
      return LogError(
        .retry, code: "busy",
        "\(path) is locked by another process for longer than the busy timeout: \(detail)")
    case .SQLITE_FULL:
      return LogError(.fatal, code: "diskFull", "\(path): no space left to write: \(detail)")
    case .SQLITE_IOERR:
      return LogError(
        .fatal, code: "inputOutput",
        "\(path): reading or writing failed: \(detail) (SQLite \(failure.extendedResultCode.rawValue))")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return LogError(.fatal, code: "corrupt", "\(path) is damaged or not a SQLite file: \(detail)")
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
      return LogError(.fatal, code: "cannotOpen", "\(path) cannot be opened for writing: \(detail)")
    default:
      return LogError(
        .fatal, code: "storage", "\(path): \(detail) (SQLite \(failure.extendedResultCode.rawValue))")
    }
  }
}
