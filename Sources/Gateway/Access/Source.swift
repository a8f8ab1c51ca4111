internal import Crypto
package import Intake

/// One site, app or server that may send, and what it may.
package struct Source: Sendable {
  /// What is made of its events.
  package var intake: IntakeSource
  /// SHA-256 of each of its write keys.
  package var keyHashes: Set<[UInt8]>
  /// Ids under which the Journey API's paths know it.
  package var deployments: Set<String>
  /// Origins of pages that may send; `*` for any.
  package var origins: Set<String>
  package var limits: SourceLimits
  /// Addresses whose requests are answered and dropped: the own office, a load test, a monitor.
  package var ipFilters = AddressNetworks()

  package init(
    _ intake: IntakeSource, keyHashes: Set<[UInt8]> = [], deployments: Set<String> = [],
    origins: Set<String> = [], limits: SourceLimits? = nil
  ) {
    self.intake = intake
    self.keyHashes = keyHashes
    self.deployments = deployments
    self.origins = origins
    self.limits = limits ?? SourceLimits(intake.kind)
  }

  /// Whether a page of this origin may send.
  func allows(origin: String) -> Bool { origins.contains("*") || origins.contains(origin.lowercased()) }
}

/// How much a source may send. Each process counts for itself.
package struct SourceLimits: Sendable, Hashable {
  /// Events a minute, over all addresses.
  package var eventsPerMinute = 600_000
  /// Requests a minute of one address; `nil` for any number.
  package var requestsPerMinutePerAddress: Int?
  /// Events a minute of one address; `nil` for any number.
  package var eventsPerMinutePerAddress: Int?

  /// Questions a minute whether there are offers for one visitor.
  package var pingsPerMinutePerCustomer = 60

  /// The limits of a kind: a server's address is one for all of its customers.
  package init(_ kind: IntakeSource.Kind) {
    guard kind != .server else { return }
    requestsPerMinutePerAddress = 1_200
    eventsPerMinutePerAddress = 6_000
  }
}

/// Write keys, which are kept as hashes only.
package enum WriteKey {
  private static let prefix = "sha256:"

  /// The hash of a key as a client sends it.
  package static func hash(_ key: String) -> [UInt8] { Array(SHA256.hash(data: Array(key.utf8))) }

  /// The hash that the configuration means: `sha256:` and 64 hexadecimal digits, or a key; `nil` if it is
  /// neither.
  package static func configured(_ text: String) -> [UInt8]? {
    guard text.hasPrefix(prefix) else { return (8...255).contains(text.utf8.count) ? hash(text) : nil }
    let digits = Array(text.utf8.dropFirst(prefix.utf8.count))
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(byte)
    }
    return bytes
  }
}
