package import JourneyModel

extension Session {
  /// Time between first and last event, cut to whole seconds.
  package var durationInSeconds: Int { Int((last.milliseconds - first.milliseconds) / 1_000) }

  /// When the session ended; `nil` while it is open.
  ///
  /// A session that timed out ended one gap after its last event; one that a limit ended, with its last event.
  package func endedDate(_ settings: SessionSettings) -> EventTime? {
    guard lifecycle != .open else { return nil }
    switch endReason {
    case .none: return nil
    case .conversationEnded: return conversation.endTime
    case .maxDuration, .maxEvents, .maxBytes: return last
    case .timeout:
      switch stream.profile.ending {
      case .webGap: return last + settings.webGap
      case .appGap: return last + settings.appGap
      case .events: return conversation.endTime
      case .typeTimeout:
        let timeout = settings.types[identity.text(identity.type)]?.timeout
        return last + (timeout ?? EventTime.Span(milliseconds: 0))
      }
    }
  }
}
