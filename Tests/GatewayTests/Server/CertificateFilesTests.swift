import Foundation
import JourneyModel
import Synchronization
import Testing
import Threads

@testable import Gateway

@Suite struct CertificateFilesTests {
  private let files: TestCertificate

  init() async throws { files = try await onOwnThread { try TestCertificate() } }

  /// What is wrong is said with the file that it is in.
  @Test func filesThatCannotBeUsed() throws {
    let (certificate, key) = (files.certificate, files.key)
    try files.write("-----BEGIN", to: "text.pem")
    try files.write("", to: "empty.pem")
    try files.write(String(repeating: "x", count: CertificateFiles.maxBytes + 1), to: "large.pem")
    try files.renew(certificate: "other.pem", key: "other-key.pem")
    let cases: [(String, String, CertificateFlaw.File, String)] = [
      ("/nonexistent.pem", key, .certificate, "cannot be read: No such file or directory"),
      (files.path("text.pem"), key, .certificate, "has no certificate in PEM"),
      (files.path("large.pem"), key, .certificate, "has more than 1048576 bytes"),
      (key, key, .certificate, "has no certificate in PEM"),
      (certificate, "/nonexistent.pem", .key, "cannot be read: No such file or directory"),
      (certificate, files.path("text.pem"), .key, "has no private key in PEM, or one with a password"),
      (certificate, files.path("empty.pem"), .key, "has no private key in PEM, or one with a password"),
      (certificate, files.path("other-key.pem"), .key, "is not the key of the certificate in \(certificate)"),
    ]
    for (certificate, key, file, reason) in cases {
      let flaw = #expect(throws: CertificateFlaw.self, "\(certificate) \(key)") {
        try CertificateFiles(certificate: certificate, key: key) { _ in }
      }
      #expect(flaw?.file == file)
      #expect(flaw?.reason == reason)
    }
  }

  @Test func aRenewedCertificateIsTakenAndABrokenOneIsNot() throws {
    let reports = Reports()
    let used = try CertificateFiles(certificate: files.certificate, key: files.key) { reports.note($0) }
    let first = used.end
    #expect(reports.taken == [.loaded(until: first)])
    used.look()
    #expect(reports.taken.isEmpty)

    // Half of a pair.
    try files.renew(days: 9, certificate: "certificate.pem", key: "next-key.pem")
    used.look()
    used.look()
    let flaw = CertificateFlaw(
      file: .key, path: files.key, reason: "is not the key of the certificate in \(files.certificate)")
    #expect(reports.taken == [.kept(flaw)])
    #expect(used.end == first)

    try FileManager.default.removeItem(atPath: files.key)
    used.look()
    #expect(reports.taken.count == 1)
    try FileManager.default.moveItem(atPath: files.path("next-key.pem"), toPath: files.key)
    used.look()
    #expect(used.end > first)
    #expect(reports.taken == [.loaded(until: used.end)])
  }

  /// A connection finds out that there is a new certificate; those after it get it.
  @Test func connectionsLookAtTheFiles() async throws {
    let (renewed, tell) = AsyncStream<Void>.makeStream()
    let used = try CertificateFiles(certificate: files.certificate, key: files.key, interval: .zero) { _ in
      tell.yield()
    }
    let before = used.end
    try files.renew(days: 9)
    for await _ in renewed { break }
    _ = used.current()
    for await _ in renewed { break }
    #expect(used.end > before)
  }
}

/// What was reported since it was asked for last.
private final class Reports: Sendable {
  private let reports = Mutex<[CertificateFiles.Report]>([])

  func note(_ report: CertificateFiles.Report) { reports.withLock { $0.append(report) } }

  var taken: [CertificateFiles.Report] {
    reports.withLock { reports in
      defer { reports.removeAll() }
      return reports
    }
  }
}
