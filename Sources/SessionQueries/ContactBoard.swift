/// The newest record of each contact, as a subscriber of the compacted topic holds them.
package struct ContactBoard: Sendable {
  private var values: [String: [UInt8]] = [:]

  package init() {}

  /// Takes a record. A later record of a contact replaces the earlier one; one without value removes it.
  package mutating func take(_ record: SessionRecord) { values[record.key] = record.value }

  /// A contact's record as it is on the topic.
  package func value(_ id: String) -> [UInt8]? { values[id] }

  /// The contacts that stand for somebody, those first of whom something was heard last.
  package func contacts() -> [ContactSnapshot] {
    values.values.compactMap { ContactSnapshot($0) }.filter { $0.mergedTo == nil }.sorted { left, right in
      let (one, other) = (left.modifyDate ?? "", right.modifyDate ?? "")
      return one == other ? left.id < right.id : one > other
    }
  }

  /// The contacts that an identifier is of; its case does not matter.
  ///
  /// - Parameter source: of an id that several systems may have given; `nil` for any.
  package func contacts(of type: String, _ value: String, source: String?) -> [ContactSnapshot] {
    contacts().filter { contact in
      (contact.identifiers ?? []).contains {
        $0.type == type && $0.value.lowercased() == value.lowercased()
          && (source == nil || $0.externalSource == source)
      }
    }
  }

  /// The contacts that a text means: an id, also of one that was merged, or the value of an identifier, whose
  /// case does not matter.
  package func contacts(of text: String) -> [ContactSnapshot] {
    if let value = values[text], let contact = ContactSnapshot(value) {
      guard let into = contact.mergedTo else { return [contact] }
      return values[into].flatMap { ContactSnapshot($0) }.map { [$0] } ?? []
    }
    let wanted = text.lowercased()
    return contacts().filter { contact in
      contact.id.hasPrefix(wanted) && wanted.count >= SessionMatch.minCharacters
        || (contact.identifiers ?? []).contains { $0.value.lowercased() == wanted }
    }
  }
}
