import Bytes
import Foundation
import Gateway
import Presentation
import Tokens

/// A file with the one token of an installation that nobody has set up yet: whoever may read the file may
/// send. It is made with a random token where there is none, so that no two installations share one.
struct TokenFile {
  /// Fewer characters can be guessed.
  static let minBytes = 32
  static let maxBytes = 1_024

  let path: String

  /// The token, and whether it was made just now.
  ///
  /// - Throws: `FileProblem`
  func token() throws -> (token: ListedToken, isNew: Bool) {
    let isNew = try !FileManager.default.fileExists(atPath: path) && make()
    let bytes: [UInt8]
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      bytes = Array(try handle.read(upToCount: TokenFile.maxBytes + 2) ?? Data())
    } catch {
      throw FileProblem(path: path, reason: SystemReason.text(error))
    }
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard (TokenFile.minBytes...TokenFile.maxBytes).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      throw FileProblem(
        path: path,
        reason:
          "it has no token: \(TokenFile.minBytes) to \(TokenFile.maxBytes) characters of ASCII without blanks"
      )
    }
    let access = Access(subject: "tokenFile", permissions: [Access.all], divisions: [Access.all])
    return (ListedToken(sha256: TokenFile.hex(WriteKey.hash(text)), access: access), isNew)
  }

  /// Writes a random token, for the owner's eyes only.
  ///
  /// - Returns: `false` if somebody else has just done so.
  private func make() throws -> Bool {
    let token = TokenFile.hex((0..<32).map { _ in UInt8.random(in: .min ... .max) })
    // Whole or not at all: processes that start together read the one that was first.
    let part = "\(path).\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: part) }
    guard
      FileManager.default.createFile(
        atPath: part, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o600])
    else { throw FileProblem(path: path, reason: "it is not there and cannot be made") }
    do {
      try FileManager.default.linkItem(atPath: part, toPath: path)
      return true
    } catch {
      if FileManager.default.fileExists(atPath: path) { return false }
      throw FileProblem(path: path, reason: "it cannot be made: \(SystemReason.text(error))")
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    for byte in bytes { Hex.append(byte, to: &digits) }
    return String(decoding: digits, as: UTF8.self)
  }
}
