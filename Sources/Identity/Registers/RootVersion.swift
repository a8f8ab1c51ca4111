/// When a root found something: what registers of one cluster are told is ordered by it.
package struct RootVersion: Sendable, Hashable {
  package var root: NodeRef
  /// Rises with each change of the cluster, also when the cluster moves.
  package var revision: Int

  package init(root: NodeRef, revision: Int) {
    self.root = root
    self.revision = revision
  }

  /// The smaller root is the later one, as clusters only ever move to smaller keys.
  package func isNewer(than other: RootVersion) -> Bool {
    root.key == other.root.key ? revision > other.revision : root.key < other.root.key
  }
}
