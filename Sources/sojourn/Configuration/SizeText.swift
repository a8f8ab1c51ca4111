/// Sizes as people write them: a whole number of bytes, or one with a unit.
enum SizeText {
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("KB", 1_000),
    ("B", 1), ("", 1),
  ]

  /// Bytes, or `nil` if the text is no size. `KiB`, `MiB` and so on are powers of 1024; `kB`, `MB` and so on
  /// of 1000.
  static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), let unit = units.first(where: { $0.name == text.dropFirst(digits.count) })
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes)
    return overflow ? nil : bytes
  }

  /// The size in the largest unit that leaves no rest: `64MiB`.
  static func text(_ bytes: Int) -> String {
    let binary = units.prefix(4).first { bytes >= $0.bytes && bytes.isMultiple(of: $0.bytes) }
    return binary.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B"
  }
}
