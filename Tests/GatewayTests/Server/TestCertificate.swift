import Foundation

/// A folder with a certificate that signs itself, made by openssl, and what else a server may find there.
final class TestCertificate: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "certificate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try renew()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path() }
  var certificate: String { path("certificate.pem") }
  var key: String { path("key.pem") }

  /// Makes another certificate and key.
  func renew(days: Int = 2, certificate: String = "certificate.pem", key: String = "key.pem") throws {
    let made = try Program.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
        "\(days)", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path(key),
        "-out", path(certificate),
      ])
    guard made.status == 0 else { throw Program.Failure(output: made.output) }
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }
}

/// A program that a test runs until it ends. Blocks the calling thread.
struct Program {
  struct Failure: Error { var output: String }
  struct Result {
    var status: Int32
    var output: String
  }

  /// - Parameter holdsInput: whether standard input stays open, with nothing in it, until the program ends.
  static func run(_ name: String, _ arguments: [String], holdsInput: Bool = false) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    let (output, input) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = holdsInput ? input : FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    withExtendedLifetime(input) {}
    return Result(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
  }
}
