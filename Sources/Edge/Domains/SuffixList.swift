internal import CEdge

/// The public suffix list: below which names somebody can register one.
final class SuffixList: Sendable {
  // Opaque and never written to after it was read: libpsl's look-ups only read.
  private nonisolated(unsafe) let list: OpaquePointer

  /// - Parameter path: a list's file; `nil` for the newest one that is installed.
  init(path: String?) throws(EdgeGap) {
    guard let list = cedge_suffixes_open(path) else {
      guard let path else {
        throw EdgeGap.package("publicsuffix", "edge.domains", seen: "no public suffix list")
      }
      throw EdgeGap(
        setting: "edge.suffixList", reason: "\(path) is no public suffix list", remedy: "name another file")
    }
    self.list = list
  }

  deinit { cedge_suffixes_free(list) }

  func registrableDomain(_ host: HostName) -> String? {
    // Lower case may have more bytes.
    let capacity = 4 * host.text.utf8.count
    let domain = String(unsafeUninitializedCapacity: capacity) { buffer in
      buffer.withMemoryRebound(to: CChar.self) {
        cedge_registrable_domain(list, host.text, $0.baseAddress, capacity)
      }
    }
    return domain.isEmpty ? nil : domain
  }
}
