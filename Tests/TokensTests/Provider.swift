import Foundation
import JourneyModel
import Synchronization

@testable import Tokens

/// An identity provider with its file of keys, and the verifier that trusts it.
final class Provider: Sendable {
  static let issuer = "https://id.example.com/"
  static let audience = "sojourn"
  /// 2026-01-05T10:00:00Z.
  static let now = EventTime(milliseconds: 1_767_607_200_000)

  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)")
  let file: KeySetFile
  let verifier: SignedTokens
  /// What the file of keys has told, in order.
  let reports: Reports

  final class Reports: Sendable {
    private let list = Mutex<[KeySetFile.Report]>([])

    var all: [KeySetFile.Report] { list.withLock { $0 } }

    func note(_ report: KeySetFile.Report) { list.withLock { $0.append(report) } }
  }

  /// - Parameter algorithms: that tokens may have.
  init(
    _ entries: [[String: String]], algorithms: [TokenAlgorithm] = SignedTokens.usualAlgorithms,
    claims: ClaimSettings = ClaimSettings(issuer: Provider.issuer, audience: Provider.audience)
  ) async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("jwks.json")
    try Data(keySet(entries)).write(to: path)
    let reports = Reports()
    self.reports = reports
    file = try await KeySetFile(path: path.path, allowed: algorithms) { reports.note($0) }
    verifier = SignedTokens(keys: file, claims: claims, algorithms: algorithms)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  var path: String { folder.appendingPathComponent("jwks.json").path }

  /// Puts other content in the file's place, as a provider's own tool does: whole, under the same name.
  func replace(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  func access(_ token: String, now: EventTime = Provider.now) async -> Result<Access, TokenFlaw> {
    await verifier.verify(token, now: now)
  }

  func flaw(_ token: String, now: EventTime = Provider.now) async -> TokenFlaw? {
    if case .failure(let flaw) = await access(token, now: now) { flaw } else { nil }
  }

  /// Claims that are right, but for those that are given; `nil` leaves one out. Values are JSON.
  static func claims(_ changed: [String: String?] = [:]) -> String {
    var claims: [String: String?] = [
      "iss": "\"\(issuer)\"", "aud": "\"\(audience)\"", "sub": "\"desk\"",
      "exp": "\(now.milliseconds / 1_000 + 600)", "permissions": "[\"journey:session:view\"]",
    ]
    for (name, value) in changed { claims[name] = value }
    let members = claims.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { "\"\(name)\":\($0)" }
    }
    return "{\(members.joined(separator: ","))}"
  }

  static func header(_ key: SigningKey, _ more: String = "") -> String {
    "{\"alg\":\"\(key.algorithm.rawValue)\",\"kid\":\"\(key.name)\",\"typ\":\"JWT\"\(more)}"
  }

  /// A token with any header and claims, signed by a key.
  static func token(_ key: SigningKey, header: String? = nil, claims: String = Provider.claims()) throws
    -> String
  {
    let signed =
      SigningKey.base64URL((header ?? Provider.header(key)).utf8) + "." + SigningKey.base64URL(claims.utf8)
    return signed + "." + SigningKey.base64URL(try key.sign(Array(signed.utf8)))
  }
}
