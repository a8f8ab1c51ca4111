import Bytes

/// The members of a JSON object: those at the top, and those in the objects that hold an event's body. Reads
/// no values.
struct MemberScan {
  struct Member: Hashable {
    var name: String
    /// Whether it is in an event's body and not at the top.
    var isInBody: Bool
  }

  private(set) var members: [Member] = []

  /// Reads what is well-formed; of other bytes, whatever comes out.
  init(_ bytes: ArraySlice<UInt8>, bodies: Set<String>) {
    var at = bytes.startIndex
    var depth = 0
    var isInBody = false
    var newest = ""
    while at < bytes.endIndex {
      let byte = bytes[at]
      at += 1
      switch byte {
      case ASCII.quote:
        let start = at
        while at < bytes.endIndex, bytes[at] != ASCII.quote { at += bytes[at] == ASCII.backslash ? 2 : 1 }
        let end = min(at, bytes.endIndex)
        at = end + 1
        var next = at
        while next < bytes.endIndex,
          [ASCII.space, ASCII.tab, ASCII.newline, ASCII.carriageReturn].contains(bytes[next])
        { next += 1 }
        guard depth == 1 || (depth == 2 && isInBody), next < bytes.endIndex, bytes[next] == ASCII.colon else {
          continue
        }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        members.append(Member(name: name, isInBody: depth == 2))
        if depth == 1 { newest = name }
      case ASCII.openBrace, ASCII.openBracket:
        depth += 1
        if depth == 2 { isInBody = byte == ASCII.openBrace && bodies.contains(newest) }
      case ASCII.closeBrace, ASCII.closeBracket: depth -= 1
      default: break
      }
    }
  }
}
