internal import Foundation
package import JourneyModel
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Why a certificate and its key cannot be used.
package struct CertificateFlaw: Error, Sendable, Hashable, CustomStringConvertible {
  package enum File: Sendable, Hashable { case certificate, key }

  /// The file at fault.
  package var file: File
  package var path: String
  package var reason: String

  package var description: String { "\(path) \(reason)" }
}

/// A server's certificate, the chain behind it, and their key. Read again when connections come and a while
/// has passed, so that a renewed certificate needs no restart; what cannot be used changes nothing.
package final class CertificateFiles: Sendable {
  /// Bytes of each file.
  package static let maxBytes = 1 << 20

  /// What a look found.
  package enum Report: Sendable, Hashable {
    /// A certificate is in use from now on, until the time given.
    case loaded(until: EventTime)
    /// The files have changed and cannot be used; the certificate from before stays.
    case kept(CertificateFlaw)
  }

  /// What connections are served with.
  private struct Loaded: Sendable {
    var context: NIOSSLContext
    var end: EventTime
  }

  private struct State {
    var loaded: Loaded
    /// Certificate and key as they were read last.
    var read: [Data]
    var lastLook: ContinuousClock.Instant
    var flaw: CertificateFlaw?

    /// Keeps what was read, and says whether it is another content.
    mutating func isChanged(by new: [Data]) -> Bool {
      defer { read = new }
      return read != new
    }
  }

  private let certificate: String
  private let key: String
  private let interval: Duration
  private let report: @Sendable (Report) -> Void
  private let state: Mutex<State>

  /// Reads both files for the first time.
  ///
  /// - Parameters:
  ///   - certificate: the path of PEM: the server's certificate first, then those that lead to its authority.
  ///   - key: the path of PEM without a password.
  ///   - interval: how long what was read counts, until a connection comes.
  ///   - report: told of each change, once, on any thread.
  package init(
    certificate: String, key: String, interval: Duration = .seconds(10),
    report: @escaping @Sendable (Report) -> Void
  ) throws(CertificateFlaw) {
    (self.certificate, self.key, self.interval, self.report) = (certificate, key, interval, report)
    let read = try CertificateFiles.read(certificate, key)
    let loaded = try CertificateFiles.load(read, certificate, key)
    state = Mutex(State(loaded: loaded, read: read, lastLook: .now))
    report(.loaded(until: loaded.end))
  }

  /// When the certificate in use ends.
  package var end: EventTime { state.withLock { $0.loaded.end } }

  /// What the next connection is served with. Files are looked at on a thread of the pool, so that no event
  /// loop waits for a disk: what is found there is for the connections after it.
  func current() -> NIOSSLContext {
    let (context, isDue) = state.withLock { state in
      let isDue = state.lastLook.duration(to: .now) >= interval
      if isDue { state.lastLook = .now }
      return (state.loaded.context, isDue)
    }
    if isDue { NIOThreadPool.singleton.submit { [self] _ in look() } }
    return context
  }

  /// Reads the files, and takes what is in them if it has changed.
  func look() {
    let found: Report?
    do throws(CertificateFlaw) {
      let read = try CertificateFiles.read(certificate, key)
      // The same content was judged before.
      guard state.withLock({ $0.isChanged(by: read) }) else { return }
      let loaded = try CertificateFiles.load(read, certificate, key)
      found = state.withLock { state in
        (state.loaded, state.flaw) = (loaded, nil)
        return .loaded(until: loaded.end)
      }
    } catch {
      found = state.withLock { state in
        defer { state.flaw = error }
        return state.flaw == error ? nil : .kept(error)
      }
    }
    if let found { report(found) }
  }

  private static func read(_ certificate: String, _ key: String) throws(CertificateFlaw) -> [Data] {
    [try read(.certificate, certificate), try read(.key, key)]
  }

  private static func read(_ file: CertificateFlaw.File, _ path: String) throws(CertificateFlaw) -> Data {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CertificateFlaw(
        file: file, path: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { try? handle.close() }
    let data: Data
    do { data = try handle.read(upToCount: maxBytes + 1) ?? Data() } catch {
      throw CertificateFlaw(file: file, path: path, reason: "cannot be read: it is no file")
    }
    guard data.count <= maxBytes else {
      throw CertificateFlaw(file: file, path: path, reason: "has more than \(maxBytes) bytes")
    }
    return data
  }

  private static func load(
    _ read: [Data], _ certificate: String, _ key: String
  ) throws(CertificateFlaw) -> Loaded {
    guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(read[0])), let first = chain.first else {
      throw CertificateFlaw(file: .certificate, path: certificate, reason: "has no certificate in PEM")
    }
    guard let secret = try? NIOSSLPrivateKey(bytes: Array(read[1]), format: .pem) else {
      throw CertificateFlaw(
        file: .key, path: key, reason: "has no private key in PEM, or one with a password")
    }
    var settings = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(secret))
    settings.minimumTLSVersion = .tlsv12
    settings.applicationProtocols = ["h2", "http/1.1"]
    guard let context = try? NIOSSLContext(configuration: settings) else {
      throw CertificateFlaw(
        file: .key, path: key, reason: "is not the key of the certificate in \(certificate)")
    }
    return Loaded(
      context: context, end: EventTime(milliseconds: Int64(first.notValidAfter) * 1_000))
  }
}
