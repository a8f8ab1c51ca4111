internal import EventLog
internal import Foundation

/// Creates files that only their owner may read: events name people.
enum PrivateFile {
  /// Creates an empty file with mode 0600 if there is none. SQLite gives its companions (`-wal`, `-shm`) the
  /// same mode.
  static func create(_ path: String) throws(LogError) {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      // SQLite finds the same and says what is wrong in its own words; a file that may only be read is its to
      // judge.
      return
    }
    close(descriptor)
  }
}
