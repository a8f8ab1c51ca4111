package import JourneyModel

/// What a register does because time has passed.
extension Register {
  /// Lets segments, contacts and memories end that are due.
  ///
  /// - Parameter now: of the lane: an event time, or a tick's.
  package mutating func tick(at now: EventTime, _ rules: RegisterRules) -> RegisterOutput {
    var output = RegisterOutput()
    let limits = rules.limits
    if let known = stub, known.time + limits.erasureMemory <= now { stub = nil }
    guard isRoot, !cluster.isEmpty else { return output }
    guard let next = clusterDue(limits), next <= now else { return output }
    replace(
      rules, &output,
      { cluster in
        let millisecond = EventTime.Span(milliseconds: 1)
        cluster.forgetErasures(before: now - limits.erasureMemory + millisecond)
        cluster.change { member in
          member.segments.removeAll { segment in segment.expires.map { $0 <= now } ?? false }
        }
        return cluster.expire(at: now, limits)
      })
    return output
  }

  /// When a tick has something to do next; `nil`: never, as far as is known.
  package func due(_ rules: RegisterRules) -> EventTime? {
    let own = stub.map { $0.time + rules.limits.erasureMemory }
    guard isRoot, let cluster = clusterDue(rules.limits) else { return own }
    return own.map { min($0, cluster) } ?? cluster
  }

  private func clusterDue(_ limits: IdentityLimits) -> EventTime? {
    var due: EventTime?
    func consider(_ time: EventTime) { due = due.map { min($0, time) } ?? time }
    if !cluster.erasures.isEmpty {
      let created = Set(cluster.members.elements.filter { $0.created == nil }.map(\.key))
      for erasure in cluster.erasures.elements where !created.contains(erasure.key) {
        consider(erasure.time + limits.erasureMemory)
      }
    }
    for request in cluster.requests.elements { consider(request.time + limits.erasureMemory) }
    for member in cluster.members.elements {
      for segment in member.segments.elements { if let end = segment.expires { consider(end) } }
    }
    for contact in contacts(limits) { if let end = contact.end(limits) { consider(end) } }
    return due
  }
}

extension Contact {
  /// When it ends if nothing more is heard of it; `nil`: somebody decided about it, and it stays.
  ///
  /// Registers tell of activity once a step, so what the root knows may be that old: nobody goes sooner than
  /// was said.
  func end(_ limits: IdentityLimits) -> EventTime? {
    type == .curated ? nil : last + limits.contactRetention + limits.activityStep
  }
}

extension Cluster {
  /// Takes out contacts of which nothing was heard for long.
  mutating func expire(at now: EventTime, _ limits: IdentityLimits) -> [Register.Gone] {
    var gone: [Register.Gone] = []
    for contact in contacts(limits, isExplained: false).contacts {
      guard let end = contact.end(limits), end <= now else { continue }
      for member in contact.identifiers.compactMap({ member($0) }) {
        gone.append(
          Register.Gone(
            member: member, cause: .expired, time: contact.last, generation: member.generation))
      }
    }
    guard !gone.isEmpty else { return [] }
    let keys = Set(gone.map(\.member.key))
    keep(members: { !keys.contains($0.key) })
    keep(assertions: { !keys.contains($0.pair.one) && !keys.contains($0.pair.other) })
    keep(shared: { !keys.contains($0.key) })
    return gone
  }
}
