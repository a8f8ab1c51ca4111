/// What an identifier's contact is, as the root of its cluster found it.
package struct Resolution: Sendable, Hashable {
  /// What whoever asks wants to know.
  package struct Answer: Sendable, Hashable {
    package var contact: ContactID
    package var type: ContactType
    package var name: [UInt8]?
    package var segments: [SegmentAssignment]
    /// Whether the cluster had no room for the identifier: it is a contact of its own and joins nothing.
    package var isOverfull: Bool

    package init(
      contact: ContactID, type: ContactType, name: [UInt8]?, segments: [SegmentAssignment],
      isOverfull: Bool = false
    ) {
      self.contact = contact
      self.type = type
      self.name = name
      self.segments = segments
      self.isOverfull = isOverfull
    }
  }

  /// Who found it.
  package var root: NodeRef
  /// Rises with each change of the cluster, also when the cluster moves.
  package var revision: Int
  package var answer: Answer

  package init(root: NodeRef, revision: Int, answer: Answer) {
    self.root = root
    self.revision = revision
    self.answer = answer
  }

  /// When it was found.
  package var version: RootVersion { RootVersion(root: root, revision: revision) }

  /// Whether it says more recently what another says.
  package func isNewer(than other: Resolution) -> Bool { version.isNewer(than: other.version) }
}
