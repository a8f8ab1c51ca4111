/// Ids of a cluster's contacts before it changed: most of them stay, and to derive one takes a digest.
struct KnownContactIDs {
  private var ids: [(identifier: Identifier, generation: Int, id: ContactID)] = []

  /// Of nobody.
  init() {}

  /// Of the contacts that a cluster had.
  init(_ contacts: [Contact], of cluster: Cluster) {
    for contact in contacts {
      guard let member = cluster.member(contact.canonical) else { continue }
      ids.append((member.identifier, member.generation, contact.id))
    }
  }

  /// The id of the contact that a member stands for.
  func id(of member: Member) -> ContactID {
    for known in ids where known.generation == member.generation && known.identifier == member.identifier {
      return known.id
    }
    return member.contactID
  }
}
