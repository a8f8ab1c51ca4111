package import JourneyModel

/// Erasure: what goes at once, and what goes when it comes.
extension Cluster {
  /// A member that was erased, as it was before, and what stands in its place.
  package struct Erased: Sendable, Hashable {
    package var member: Member
    package var erasure: Erasure
  }

  /// Erases identifiers: what was said of them at a time or before goes, and what still comes goes too. One
  /// that was erased at that time or later already stays as it is.
  ///
  /// - Parameter time: above every time that was admitted so far.
  /// - Returns: what was known of them.
  @discardableResult
  package mutating func erase(_ keys: [IdentifierKey], at time: EventTime) -> [Member] {
    let due = keys.filter { key in erasure(of: key).map { $0.time < time } ?? true }
    let erased = due.compactMap { member($0) }
    for key in due {
      let before = max(member(key)?.generation ?? 0, erasure(of: key)?.generation ?? 0)
      note(Erasure(key, at: time, generation: before + 1))
    }
    dropErased()
    return erased
  }

  /// Erases the contacts of which it was requested, as far as they are here.
  ///
  /// - Returns: what was erased, by key within each contact.
  package mutating func settleErasures(_ limits: IdentityLimits) -> [Erased] {
    guard !requests.isEmpty else { return [] }
    var erased: [Erased] = []
    dropSettled()
    for request in requests.elements {
      guard let named = member(request.key) else { continue }
      // Whoever came after it is somebody else, whose contact is no business of it.
      let isLater = created(named) > request.time
      let keys = isLater ? nil : contacts(limits, isExplained: false).contact(of: request.key)?.identifiers
      for member in erase(keys ?? [request.key], at: request.time) {
        guard let erasure = erasure(of: member.key) else { continue }
        erased.append(Erased(member: member, erasure: erasure))
      }
    }
    dropSettled()
    return erased
  }

  /// Leaves the newest erasures and requests. The registers of what was erased refuse older evidence for
  /// longer: here they only meet what is under way.
  mutating func boundErasures(_ limits: IdentityLimits) {
    guard erasures.count + requests.count > limits.maxErasures else { return }
    let all = erasures.elements.map { ($0.time, $0.key) } + requests.elements.map { ($0.time, $0.key) }
    let last = all.sorted(by: >)[limits.maxErasures - 1]
    keep(erasures: { ($0.time, $0.key) >= last }, requests: { ($0.time, $0.key) >= last })
  }

  /// Forgets erasures and requests that nothing on its way can be older than any more.
  package mutating func forgetErasures(before time: EventTime) {
    // Where only the erasure says when a member began, it stays with it.
    let needed = Set(members.elements.filter { $0.created == nil }.map(\.key))
    keep(erasures: { $0.time >= time || needed.contains($0.key) }, requests: { $0.time >= time })
  }

  /// A request is settled once what it asks for was done.
  private mutating func dropSettled() {
    let known = self
    keep(
      erasures: { _ in true },
      requests: { request in known.erasure(of: request.key).map { $0.time < request.time } ?? true })
  }
}
