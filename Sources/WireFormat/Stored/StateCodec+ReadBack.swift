extension StateCodec {
  /// Whether the section that begins at `start` holds a value that is written as the same bytes once it has
  /// been read. For checks in debug builds: it costs more than the writing.
  package static func isReadBack(_ bytes: [UInt8], from start: Int) -> Bool {
    var reader = BinaryReader(bytes, start..<bytes.count)
    guard var body = try? reader.section().body else { return false }
    guard let session = try? decode(&body) else { return false }
    var again = BinaryWriter()
    again.section(0) { encode(session, to: &$0) }
    return again.bytes.elementsEqual(bytes[start...])
  }
}
