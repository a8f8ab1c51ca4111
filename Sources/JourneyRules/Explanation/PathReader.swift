package import JourneyModel

/// Reads the scalars that a path of members leads to in compact JSON, as text: for people and identifiers,
/// not for comparing.
package struct PathReader: Sendable {
  private let tree: MemberTree
  private let node: Int32

  /// Creates a reader of a path.
  package init(_ path: [String]) {
    var paths = MemberPaths()
    node = paths.addRoot()
    paths.add(path, key: 0, to: node)
    tree = MemberTree(paths)
  }

  /// The scalars, in their order.
  package func values(in json: ByteSlice, of bytes: borrowing [UInt8]) -> [String] {
    var leaves = ScratchList<MemberTree.Leaf>()
    tree.walk(json, of: bytes, from: node, to: &leaves)
    return leaves.indices.map { index in
      let leaf = leaves[index]
      var text: [UInt8] = []
      if leaf.isEscaped {
        JSONUnescaping.append(leaf.slice, of: bytes, to: &text)
      } else {
        text.append(leaf.slice, of: bytes)
      }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
