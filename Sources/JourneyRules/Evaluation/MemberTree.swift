internal import JourneyModel

/// The paths of keys, joined into trees: what a `MemberTree` is made of.
struct MemberPaths: Sendable {
  struct Node: Sendable {
    /// The key whose value stands here; -1 for none.
    var key: Int32 = -1
    var firstMember: Int32 = -1
  }

  struct Member: Sendable {
    var name: ByteSlice
    var node: Int32
    var next: Int32
  }

  private(set) var bytes: [UInt8] = []
  private(set) var nodes: [Node] = []
  private(set) var members: [Member] = []

  /// Adds the node that a value starts at.
  mutating func addRoot() -> Int32 {
    nodes.append(Node())
    return Int32(nodes.count - 1)
  }

  /// Adds a path, and says which key's values it leads to.
  mutating func add(_ path: [String], key: Int32, to root: Int32) {
    var node = root
    for name in path { node = member(Array(name.utf8), of: node) }
    nodes[Int(node)].key = key
  }

  private mutating func member(_ name: [UInt8], of node: Int32) -> Int32 {
    var at = nodes[Int(node)].firstMember
    while at >= 0 {
      let member = members[Int(at)]
      if ByteSearch.equals(
        ByteSlice(offset: 0, length: name.count), of: name, member.name, of: bytes)
      {
        return member.node
      }
      at = member.next
    }
    let kept = ByteSlice(offset: bytes.count, length: name.count)
    bytes.append(contentsOf: name)
    let new = addRoot()
    members.append(Member(name: kept, node: new, next: nodes[Int(node)].firstMember))
    nodes[Int(node)].firstMember = Int32(members.count - 1)
    return new
  }
}

/// Which members of JSON objects are read, and as what.
///
/// Values are the compact JSON that decoding has checked. Restored bytes are not checked again, so a walk over anything else ends
/// early or finds nonsense, but never traps.
///
/// A class, built once and then only read, so that a look costs no reference counts.
final class MemberTree: Sendable {
  /// A scalar that was found.
  struct Leaf: BitwiseCopyable {
    var key: Int32
    /// Of a string the bytes between the quotes, of others the text as written.
    var slice: ByteSlice
    /// Whether the bytes hold escapes.
    var isEscaped: Bool
  }

  /// Arrays in arrays are followed this far.
  private static let maxDepth = 64

  private let bytes: [UInt8]
  private let nodes: [MemberPaths.Node]
  private let members: [MemberPaths.Member]

  init(_ paths: MemberPaths) {
    bytes = paths.bytes
    nodes = paths.nodes
    members = paths.members
  }

  /// A tree of its own, with the same members.
  init(copying other: MemberTree) {
    bytes = other.bytes
    nodes = other.nodes
    members = other.members
  }

  /// Appends the scalars that stand where a key's path leads. An array's elements stand where the array does; null and objects are
  /// no scalars.
  func walk(
    _ slice: ByteSlice, of json: borrowing [UInt8], from root: Int32, to leaves: inout ScratchList<Leaf>
  ) {
    guard slice.indices.upperBound <= json.count else { return }
    var at = Int(slice.offset)
    walk(&at, slice.indices.upperBound, json, root, 0, &leaves)
  }

  private func walk(
    _ at: inout Int, _ end: Int, _ json: borrowing [UInt8], _ node: Int32, _ depth: Int,
    _ leaves: inout ScratchList<Leaf>
  ) {
    guard at < end else { return }
    switch json[at] {
    case ASCII.openBrace where depth < MemberTree.maxDepth && nodes[Int(node)].firstMember >= 0:
      walkMembers(&at, end, json, node, depth, &leaves)
    case ASCII.openBracket where depth < MemberTree.maxDepth:
      at += 1
      while at < end, json[at] != ASCII.closeBracket {
        let before = at
        walk(&at, end, json, node, depth + 1, &leaves)
        if at < end, json[at] == ASCII.comma { at += 1 }
        if at == before { return at = end }
      }
      if at < end { at += 1 }
    case ASCII.quote:
      let start = at + 1
      let isEscaped = skipString(&at, end, json)
      let key = nodes[Int(node)].key
      guard key >= 0, at > start else { return }
      leaves.append(
        Leaf(key: key, slice: ByteSlice(offset: start, length: at - 1 - start), isEscaped: isEscaped))
    case ASCII.openBrace, ASCII.openBracket: skip(&at, end, json)
    default:
      let start = at
      skip(&at, end, json)
      let key = nodes[Int(node)].key
      guard key >= 0, at > start, json[start] != UInt8(ascii: "n") else { return }
      leaves.append(Leaf(key: key, slice: ByteSlice(offset: start, length: at - start), isEscaped: false))
    }
  }

  private func walkMembers(
    _ at: inout Int, _ end: Int, _ json: borrowing [UInt8], _ node: Int32, _ depth: Int,
    _ leaves: inout ScratchList<Leaf>
  ) {
    at += 1
    while at < end, json[at] == ASCII.quote {
      let start = at + 1
      let isEscaped = skipString(&at, end, json)
      let name = ByteSlice(offset: start, length: max(at - 1 - start, 0))
      guard at < end, json[at] == ASCII.colon else { return at = end }
      at += 1
      let member = find(name, isEscaped: isEscaped, of: json, in: node)
      let before = at
      if member >= 0 { walk(&at, end, json, member, depth + 1, &leaves) } else { skip(&at, end, json) }
      guard at > before else { return at = end }
      if at < end, json[at] == ASCII.comma { at += 1 }
    }
    if at < end { at += 1 }
  }

  private func find(
    _ name: ByteSlice, isEscaped: Bool, of json: borrowing [UInt8], in node: Int32
  ) -> Int32 {
    if isEscaped {
      // Rare enough to be made an array of.
      var text: [UInt8] = []
      JSONUnescaping.append(name, of: json, to: &text)
      return find(ByteSlice(offset: 0, length: text.count), isEscaped: false, of: text, in: node)
    }
    var at = nodes[Int(node)].firstMember
    while at >= 0 {
      let member = members[Int(at)]
      if ByteSearch.equals(name, of: json, member.name, of: bytes) { return member.node }
      at = member.next
    }
    return -1
  }

  /// Moves behind a string that starts at `at`.
  ///
  /// - Returns: whether it holds escapes.
  private func skipString(_ at: inout Int, _ end: Int, _ json: borrowing [UInt8]) -> Bool {
    var isEscaped = false
    at += 1
    let bytes = json.span.bytes
    while at < end {
      // Unsafe by name only: the load checks its bounds, and any eight bytes are a number.
      if at + 8 <= end {
        let ends = JSONText.ends(bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
        guard ends != 0 else {
          at += 8
          continue
        }
        at += ends.trailingZeroBitCount >> 3
      }
      let byte = json[at]
      if byte == ASCII.quote {
        at += 1
        return isEscaped
      }
      if byte == ASCII.backslash {
        isEscaped = true
        at += 1
      }
      at += 1
    }
    at = end
    return isEscaped
  }

  /// Moves behind any value.
  private func skip(_ at: inout Int, _ end: Int, _ json: borrowing [UInt8]) {
    if at < end, json[at] == ASCII.quote {
      _ = skipString(&at, end, json)
      return
    }
    var depth = 0
    while at < end {
      switch json[at] {
      case ASCII.quote: _ = skipString(&at, end, json)
      case ASCII.openBrace, ASCII.openBracket:
        depth += 1
        at += 1
      case ASCII.closeBrace, ASCII.closeBracket:
        if depth == 0 { return }
        depth -= 1
        at += 1
      case ASCII.comma where depth == 0: return
      default: at += 1
      }
      if depth == 0, at < end,
        json[at] == ASCII.comma || json[at] == ASCII.closeBrace || json[at] == ASCII.closeBracket
      {
        return
      }
    }
  }
}
