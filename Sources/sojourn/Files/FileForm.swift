/// What the first bytes of a file say that it is. Files of events are text; everything else is unpacked, or
/// refused by name.
enum FileForm: Equatable {
  case text
  case gzip
  case zstd
  /// Known, and nothing that is read here: its name.
  case foreign(String)

  /// Bytes that are enough to recognize it.
  static let headBytes = 4

  /// What a file is whose first bytes these are; four, or all that there are.
  init(head: some Collection<UInt8>) {
    let head = Array(head.prefix(FileForm.headBytes))
    func starts(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
    if starts(0x1f, 0x8b) {
      self = .gzip
    } else if starts(0x28, 0xb5, 0x2f, 0xfd) {
      self = .zstd
    } else if let name = FileForm.foreign(head) {
      self = .foreign(name)
    } else {
      self = .text
    }
  }

  private static func foreign(_ head: [UInt8]) -> String? {
    let names: [(bytes: [UInt8], name: String)] = [
      (Array("BZh".utf8), "bzip2"), ([0xfd, 0x37, 0x7a, 0x58], "xz"),
      ([0x50, 0x4b, 0x03, 0x04], "a zip archive"),
      ([0x04, 0x22, 0x4d, 0x18], "lz4"), (Array("PAR1".utf8), "Parquet"), (Array("Obj\u{1}".utf8), "Avro"),
      (Array("ORC".utf8), "ORC"), (Array("SQLi".utf8), "an SQLite file"), ([0xff, 0xfe], "text in UTF-16"),
      ([0xfe, 0xff], "text in UTF-16"), ([0x7b, 0x00], "text in UTF-16"), ([0x00, 0x7b], "text in UTF-16"),
      ([0x5b, 0x00], "text in UTF-16"), ([0x00, 0x5b], "text in UTF-16"),
    ]
    return names.first { head.starts(with: $0.bytes) }?.name
  }

  /// The byte order mark of UTF-8, which says nothing and is passed over.
  static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
}
