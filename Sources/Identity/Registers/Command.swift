package import JourneyModel

/// What somebody decides about a contact. It goes to the lane of the contact's id, from there to the register
/// of the identifier that stands for it, and where it takes the whole contact, along parents to the root.
package struct Command: Sendable, Hashable {
  /// Where it goes next.
  package enum Subject: Sendable, Hashable {
    /// To the lane of a contact's id.
    case contact(ContactID)
    /// To an identifier's register.
    case identifier(NodeRef)
  }

  /// What is to be done.
  package enum Operation: Sendable, Hashable {
    /// Names and numbers are so.
    case put([Trait])
    /// An identifier is the contact's.
    case claim(Identifier)
    /// An identifier is not the contact's: it is kept apart from all of it.
    case release(Identifier)
    /// Two identifiers are two people's.
    case separate(Identifier)
    /// The contacts are one; found are identifiers of those that were looked up.
    case merge(rest: [ContactID], found: [NodeRef])
    /// The contacts of some identifiers are one, whatever was decided against it before.
    case reunite([NodeRef])
    /// Somebody vouches for the identifier.
    case verify
    /// Segments are given and taken away.
    case segments([SegmentChange])
    /// The person is to be forgotten.
    case erase(through: EventTime)
    /// A session is the contact's, whatever is named in it.
    case link(NodeRef)
  }

  /// One segment.
  package struct SegmentChange: Sendable, Hashable {
    package var segment: [UInt8]
    package var isAssigned: Bool
    /// Of an assignment; `nil`: until it is taken away.
    package var expires: EventTime?

    package init(_ segment: [UInt8], isAssigned: Bool, expires: EventTime? = nil) {
      self.segment = segment
      self.isAssigned = isAssigned
      self.expires = expires
    }
  }

  package var stamp: Stamp
  package var subject: Subject
  package var operation: Operation

  package init(_ operation: Operation, of subject: Subject, _ stamp: Stamp) {
    self.operation = operation
    self.subject = subject
    self.stamp = stamp
  }

  /// The contacts become one.
  ///
  /// - Throws: if there are fewer than two different ones, or more than allowed.
  package static func merge(_ contacts: [ContactID], _ stamp: Stamp, _ limits: IdentityLimits)
    throws(CommandProblem) -> Command
  {
    guard contacts.count <= limits.maxMerge else {
      throw .count(contacts.count, expected: 2...limits.maxMerge)
    }
    let different = Set(contacts).sorted()
    guard let first = different.first, different.count >= 2 else {
      throw .count(different.count, expected: 2...limits.maxMerge)
    }
    return Command(.merge(rest: different, found: []), of: .contact(first), stamp)
  }

  /// Segments are given for so many days, and taken away.
  ///
  /// - Throws: if there are none or too many, one has no name, or a time that is none.
  package static func segments(
    of subject: Subject, assign: [(segment: [UInt8], days: Int?)], unassign: [[UInt8]], _ stamp: Stamp,
    _ limits: IdentityLimits
  ) throws(CommandProblem) -> Command {
    let count = assign.count + unassign.count
    guard count >= 1, count <= limits.maxSegments else {
      throw .count(count, expected: 1...limits.maxSegments)
    }
    var changes: [SegmentChange] = []
    for (segment, days) in assign {
      guard let days else {
        changes.append(SegmentChange(segment, isAssigned: true))
        continue
      }
      guard days >= 1, days <= longestAssignment else { throw .days(days, expected: 1...longestAssignment) }
      let expires = stamp.time + .hours(Int64(days) * 24)
      changes.append(SegmentChange(segment, isAssigned: true, expires: min(expires, .latest)))
    }
    changes += unassign.map { SegmentChange($0, isAssigned: false) }
    for change in changes where change.segment.isEmpty || change.segment.count > Identifier.longest {
      throw .nameBytes(change.segment.count, expected: 1...Identifier.longest)
    }
    return Command(.segments(changes), of: subject, stamp)
  }

  /// Most days of an assignment: a hundred years.
  package static let longestAssignment = 36_525

  /// A contact of somebody's address book: its identifiers belong together and are known by those traits.
  package static func put(_ identifiers: [Identifier], _ traits: [Trait], _ stamp: Stamp) -> [Claim] {
    var unique: [Identifier] = []
    for identifier in identifiers where identifier.type.isStrong && !unique.contains(identifier) {
      unique.append(identifier)
    }
    guard let first = unique.first else { return [] }
    // All with the first: a circle says no more.
    return unique.enumerated().map { place, identifier in
      Claim(
        identifier, .curated, stamp, partners: place == 0 ? Array(unique.dropFirst()) : [first],
        traits: place == 0 ? traits : [])
    }
  }

  /// Where it goes.
  package func destination(_ rules: RegisterRules) -> NodeRef {
    switch subject {
    case .identifier(let node): node
    case .contact(let id): NodeRef(.none, lane: rules.placement(id.text))
    }
  }
}

/// Why something is no command.
package enum CommandProblem: Error, Sendable, Hashable {
  case count(Int, expected: ClosedRange<Int>)
  case days(Int, expected: ClosedRange<Int>)
  case nameBytes(Int, expected: ClosedRange<Int>)
}
