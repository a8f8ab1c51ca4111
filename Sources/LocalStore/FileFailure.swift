internal import Foundation

/// What the operating system said about a file.
struct FileFailure: Error, CustomStringConvertible {
  var description: String

  /// From `errno`, right after the call.
  init(_ call: String, _ path: String) {
    description = "\(call) \(path): \(String(cString: strerror(errno)))"
  }

  init(_ text: String) { description = text }
}
