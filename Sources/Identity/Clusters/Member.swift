package import JourneyModel

/// A strong identifier of a cluster, with what is known of it.
package struct Member: Keyed {
  package let identifier: Identifier
  /// How often the identifier was erased before this: part of the id of the contact that it stands for.
  package var generation: Int
  /// The oldest evidence of this generation; `nil` if only its newest is known.
  package var created: EventTime?
  /// The newest evidence.
  package var last: EventTime
  /// The strongest evidence.
  package var strength: EvidenceStrength
  /// Whether readers have seen the contact that it stands for.
  package var isPublished: Bool
  package var traits: KeyedList<Trait>
  package var segments: KeyedList<SegmentAssignment>
  package var devices: KeyedList<DeviceUse>
  /// What was given to it once and is not given again.
  package var grants: KeyedList<Grant>

  /// A member of which nothing but a piece of evidence is known.
  package init(
    _ identifier: Identifier, at time: EventTime, _ strength: EvidenceStrength = .observed,
    generation: Int = 0
  ) {
    self.identifier = identifier
    self.generation = generation
    created = time
    last = time
    self.strength = strength
    isPublished = false
    traits = KeyedList()
    segments = KeyedList()
    devices = KeyedList()
    grants = KeyedList()
  }

  package var key: IdentifierKey { identifier.key }

  /// The id of the contact that it stands for, where it is the canonical identifier.
  package var contactID: ContactID { ContactID(of: identifier, generation: generation) }

  package static func precedes(_ left: Self, _ right: Self) -> Bool { left.key < right.key }

  package mutating func merge(_ other: Self) {
    if generation == other.generation {
      created = created.map { own in other.created.map { min(own, $0) } ?? own } ?? other.created
      strength = max(strength, other.strength)
      isPublished = isPublished || other.isPublished
    } else if generation < other.generation {
      generation = other.generation
      created = other.created
      strength = other.strength
      isPublished = other.isPublished
    }
    last = max(last, other.last)
    traits.merge(other.traits)
    segments.merge(other.segments)
    devices.merge(other.devices)
    grants.merge(other.grants)
  }

  /// Notes that somebody may act, if there is room. Where there is none, what cannot be asked for again is
  /// forgotten: its assignment does not stand, and is so old that nobody reads again what gave it.
  ///
  /// - Returns: whether there is.
  package mutating func grant(_ grant: Grant, _ limits: IdentityLimits) -> Bool {
    if grants.count >= limits.maxGrants {
      let old = grant.holder.time - limits.erasureMemory
      let standing = Set(segments.elements.filter(\.isAssigned).map(\.id))
      grants.removeAll { $0.holder.time <= old && !standing.contains($0.assignment) }
    }
    guard grants.count < limits.maxGrants else { return false }
    grants.insert(grant)
    return true
  }

  /// What is left of it after an erasure; `nil` if nothing is.
  func after(_ erasure: Erasure) -> Member? {
    guard last > erasure.time else { return nil }
    var rest = self
    if generation < erasure.generation {
      // Gathered before the erasure was known here: of its evidence only the newest is surely younger.
      rest.generation = erasure.generation
      rest.created = nil
      rest.strength = .observed
      rest.isPublished = false
    }
    rest.traits.removeAll { $0.stamp.time <= erasure.time }
    // A grant goes with its assignment, also where it was asked for later.
    let gone = rest.segments.elements.filter { $0.stamp.time <= erasure.time }
    let assignments = rest.grants.isEmpty ? [] : Set(gone.map(\.id))
    rest.segments.removeAll { $0.stamp.time <= erasure.time }
    rest.devices.transform { $0.after(erasure.time) }
    rest.grants.removeAll { $0.holder.time <= erasure.time || assignments.contains($0.assignment) }
    return rest
  }
}
