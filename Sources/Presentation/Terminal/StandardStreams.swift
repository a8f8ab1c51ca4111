import Foundation

/// Standard output. A full disk or a closed stream is an error to report; Foundation's own `write` would
/// crash.
package enum StandardOutput {
  package static func write(_ bytes: some Sequence<UInt8>) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    } catch {
      throw OutputFailure(reason: SystemReason.text(error))
    }
  }

  package static func print(_ line: String) throws { try write((line + "\n").utf8) }
}

/// Standard error, a line at a time. Where it cannot be written nobody reads it.
package enum StandardError {
  package static func print(_ line: String) { write(line + "\n") }

  package static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// What could not be written to standard output.
package struct OutputFailure: LocalizedError {
  package var reason: String
  package var errorDescription: String? { "standard output cannot be written: \(reason)" }
}

/// The three streams that every process has, unless it was started without.
package enum StandardStreams {
  /// Opens what is closed as /dev/null, so that no file of ours takes its number and receives what is meant
  /// for it.
  package static func open() {
    var descriptor: Int32 = 0
    while descriptor >= 0, descriptor <= 2 { descriptor = Foundation.open("/dev/null", O_RDWR) }
    if descriptor > 2 { close(descriptor) }
  }
}
