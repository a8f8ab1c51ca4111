/// Which changes of a session are published. It decides what is written, never what a session is: lanes under
/// different policies hold the same sessions and derive the same events.
package struct SnapshotPolicy: Sendable, Hashable {
  /// What of a session's life is written.
  package enum Mode: String, Sendable, CaseIterable {
    /// Every change, coalesced per commit.
    case changes
    /// Start, end, final, merge and changes of status only.
    case milestones
    /// Nothing while it is open; when it has ended, and whenever it changes after that.
    case ends
  }

  /// What becomes of the last change of all: that a session is final.
  package enum Final: String, Sendable, CaseIterable {
    /// A snapshot of its own.
    case separate
    /// One snapshot says that the session has ended and is final, once nothing can come late any more.
    case withEnd = "with-end"
    /// None that says nothing else.
    case never
  }

  package var mode = Mode.changes
  package var final = Final.separate

  package init(_ mode: Mode = .changes, final: Final = .separate) {
    self.mode = mode
    self.final = final
  }

  /// Whether a session that a batch has changed is left out of what the batch publishes. One that was merged
  /// never is.
  package func leavesOut(_ session: Session) -> Bool {
    switch mode {
    case .changes:
      // Only by time, or by an event that opened the next one; what has come in as well is told. Nothing new
      // since then, where only what is not shown has changed, is no reason to tell it either.
      if final == .withEnd, session.lifecycle == .ended, session.news.isSubset(of: .end) { return true }
    case .milestones:
      if session.news.isDisjoint(with: final == .withEnd ? .milestone : [.milestone, .end]) { return true }
    case .ends:
      if session.lifecycle == .open || final == .withEnd && session.lifecycle == .ended { return true }
    }
    return final == .never && session.isOnlyFinalSinceEmitted
  }
}

extension Session {
  /// What has happened to a session in the batch at hand.
  package struct News: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It counts a change.
    package static let change = News(rawValue: 1)
    /// A change that `SnapshotPolicy.Mode.milestones` tells.
    package static let milestone = News(rawValue: 2)
    /// It ended by time or by a limit: with no event of its own.
    package static let end = News(rawValue: 4)
    /// Its customer may be another one than it shows: it took in another session, or an event found it final.
    package static let customer = News(rawValue: 8)
  }

  /// Whether all that its newest snapshot does not say is that it is final.
  ///
  /// Becoming final counts as one change, and nothing but its contact changes a session that is final. Where
  /// something else was left out before, as under another policy, more than one is missing.
  fileprivate var isOnlyFinalSinceEmitted: Bool {
    guard lifecycle == .final || lifecycle == .forgotten else { return false }
    return revision == emittedRevision + 1 && !hasNewPerson
  }

  /// Whether what is shown of its customer has changed since its newest snapshot.
  package var hasNewPerson: Bool { hasPerson && (person.map { $0.revision > $0.emitted } ?? false) }
}
