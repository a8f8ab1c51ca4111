internal import CZlib

/// A text of the program's own that clients load: as it is, or packed for those that take that.
struct ServedText: Sendable {
  let plain: [UInt8]
  /// In gzip; `nil` where that is not shorter.
  let packed: [UInt8]?

  init(_ plain: [UInt8]) {
    self.plain = plain
    packed = ServedText.pack(plain).flatMap { $0.count < plain.count ? $0 : nil }
  }

  /// Whether it is sent packed to who asks so.
  func isPacked(for head: RequestHead) -> Bool {
    packed != nil && ServedText.takesGzip(head.all("accept-encoding"))
  }

  /// What is sent, and the fields that say how.
  func body(for head: RequestHead) -> (bytes: [UInt8], fields: [Answer.Field]) {
    let varies = Answer.Field("Vary", "Accept-Encoding")
    guard let packed, isPacked(for: head) else { return (plain, [varies]) }
    return (packed, [varies, Answer.Field("Content-Encoding", "gzip")])
  }

  /// Whether `Accept-Encoding` fields name gzip, and not with a weight of 0 (RFC 9110, 12.5.3).
  static func takesGzip(_ fields: [String]) -> Bool {
    var takes = false
    for entry in fields.flatMap({ $0.split(separator: ",") }) {
      let parts = entry.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
      guard parts.first == "gzip" || parts.first == "x-gzip" else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
      takes = weight.map { (Double($0) ?? 0) > 0 } ?? true
    }
    return takes
  }

  /// - Returns: `nil` without memory.
  private static func pack(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    // 15 bits of window, and 16 for the header of gzip.
    guard
      deflateInit2_(
        &stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, UInt(bytes.count)))
    var source = bytes
    var isComplete = false
    // Pointers, because zlib takes nothing else.
    let packed = [UInt8](unsafeUninitializedCapacity: room) { memory, written in
      source.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(clamping: source.count)
        stream.next_out = memory.baseAddress
        stream.avail_out = UInt32(clamping: room)
        isComplete = deflate(&stream, Z_FINISH) == Z_STREAM_END
      }
      written = room - Int(stream.avail_out)
    }
    return isComplete ? packed : nil
  }
}
