internal import Crypto
internal import Foundation

/// The key that requests to a target are signed with. Shows itself nowhere.
package struct SigningSecret: Sendable, CustomStringConvertible, CustomReflectable {
  /// What was expected of a text that is no secret. Never the text itself.
  package struct Problem: Error, Sendable, Hashable {
    package var expected: String
  }

  /// Bytes that a key may have: fewer can be guessed, more adds nothing.
  package static let keyBytes = 16...256

  private let key: [UInt8]

  /// Reads a secret: `whsec_` and base64, as senders of webhooks write them, or any text, whose bytes are the
  /// key.
  package init(_ text: String) throws(Problem) {
    let prefix = "whsec_"
    if text.hasPrefix(prefix) {
      guard let data = Data(base64Encoded: String(text.dropFirst(prefix.count))) else {
        throw Problem(expected: "base64 behind whsec_")
      }
      key = Array(data)
    } else {
      key = Array(text.utf8)
    }
    guard SigningSecret.keyBytes.contains(key.count) else {
      throw Problem(
        expected:
          "a key of \(SigningSecret.keyBytes.lowerBound) to \(SigningSecret.keyBytes.upperBound) bytes")
    }
  }

  /// The signature of a request: `v1,` and the base64 of HMAC-SHA256 over `ID.SECONDS.BODY`.
  package func signature(id: String, seconds: Int64, body: [UInt8]) -> String {
    var mac = HMAC<SHA256>(key: SymmetricKey(data: key))
    mac.update(data: Array("\(id).\(seconds).".utf8))
    mac.update(data: body)
    return "v1," + Data(mac.finalize()).base64EncodedString()
  }

  /// `…`
  package var description: String { "…" }
  /// Nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
