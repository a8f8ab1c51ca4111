/// What a rule puts in place of a group: text, with `$1` to `$9` for the groups.
struct Replacement: Sendable, Hashable {
  private enum Piece: Sendable, Hashable {
    case text(String)
    case group(Int)
  }

  private let pieces: [Piece]

  init(_ template: String) {
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var bytes = Array(template.utf8)[...]
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "$"), let digit = bytes.first,
        (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(digit)
      else {
        text.append(byte)
        continue
      }
      bytes.removeFirst()
      if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
      text = []
      pieces.append(.group(Int(digit - UInt8(ascii: "0"))))
    }
    if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    self.pieces = pieces
  }

  /// - Returns: without blanks at the ends; `nil` if nothing is left.
  func expanded(_ groups: [Range<Int>?], of subject: MatchSubject) -> String? {
    let text = pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .group(let group): subject.text(groups[group]) ?? ""
      }
    }.joined()
    return Replacement.trimmed(text)
  }

  static func trimmed(_ text: String) -> String? {
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    let kept = text.utf8.drop(while: blanks.contains)
    let count = kept.reversed().drop(while: blanks.contains).count
    return count == 0 ? nil : String(decoding: kept.prefix(count), as: UTF8.self)
  }
}
