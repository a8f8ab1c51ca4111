package import JourneyModel

/// Reads the scalars that several paths of members lead to in compact JSON, in one walk.
package struct ScalarReader {
  private let tree: MemberTree
  private let node: Int32
  private var leaves = ScratchList<MemberTree.Leaf>()
  private var text: [UInt8] = []

  /// Creates a reader of paths; an empty one leads to the value itself.
  package init(_ paths: [[String]]) {
    var members = MemberPaths()
    node = members.addRoot()
    for (number, path) in paths.enumerated() { members.add(path, key: Int32(number), to: node) }
    tree = MemberTree(members)
  }

  /// Offers every scalar that is there: the number of its path, and its text, of strings without escapes.
  package mutating func read(
    _ json: ByteSlice, of bytes: borrowing [UInt8],
    _ body: (_ path: Int, _ text: ByteSlice, _ bytes: borrowing [UInt8]) -> Void
  ) {
    leaves.truncate()
    tree.walk(json, of: bytes, from: node, to: &leaves)
    for index in leaves.indices {
      let leaf = leaves[index]
      offer(leaf, of: bytes) { body(Int(leaf.key), $0, $1) }
    }
  }

  /// Offers one of the scalars that are there: the last one of the first path, or else the first of any.
  package mutating func readPreferred(
    _ json: ByteSlice, of bytes: borrowing [UInt8],
    _ body: (_ text: ByteSlice, _ bytes: borrowing [UInt8]) -> Void
  ) {
    leaves.truncate()
    tree.walk(json, of: bytes, from: node, to: &leaves)
    guard !leaves.isEmpty else { return }
    let preferred = leaves.indices.last { leaves[$0].key == 0 }
    offer(leaves[preferred ?? 0], of: bytes, body)
  }

  private mutating func offer(
    _ leaf: MemberTree.Leaf, of bytes: borrowing [UInt8],
    _ body: (_ text: ByteSlice, _ bytes: borrowing [UInt8]) -> Void
  ) {
    guard leaf.isEscaped else { return body(leaf.slice, bytes) }
    text.removeAll(keepingCapacity: true)
    JSONUnescaping.append(leaf.slice, of: bytes, to: &text)
    body(ByteSlice(offset: 0, length: text.count), text)
  }
}
