import Processor
import Sessionizer
import Views

/// Whether queries are answered, and what the view keeps.
struct ViewConfiguration: Sendable {
  /// When there is a view.
  enum Mode: String, CaseIterable {
    /// Where events are taken over HTTP; a file that cannot be had is a warning.
    case auto
    /// The same, but a file that cannot be had stops the start.
    case on
    case off
  }

  var mode = Mode.auto
  var limits = ViewLimits()
  var events = KeptEvents.all
  /// How lanes are shared among gateways.
  var peering = PeerConfiguration()
}

extension Settings {
  /// What a view cannot show, because its topic does not tell it; `nil` if it shows everything.
  var untoldToViews: String? {
    let policy = processor.lanes.snapshots
    if policy.mode == .ends {
      let end = policy.final == .withEnd ? "its end is final (finalSnapshots: with-end)" : "it ends"
      return
        "no session is told before \(end), as snapshots is ends: queries and the console show none that is open"
    }
    guard policy.final == .withEnd else { return nil }
    return
      "an end is told when nothing can come late any more, as finalSnapshots is with-end: until then queries and the console show the session as open"
  }
}

extension ConfigurationKey {
  /// What the view keeps.
  static let views: [ConfigurationKey] =
    [
      ConfigurationKey("views.enabled", "auto, on or off") { settings, text in
        guard let mode = ViewConfiguration.Mode(rawValue: text) else { return false }
        settings.views.mode = mode
        return true
      },
      ConfigurationKey("views.events", "all, attributes or off") { settings, text in
        guard let events = KeptEvents(rawValue: text) else { return false }
        settings.views.events = events
        return true
      },
      .size("views.maxBytes", 1_048_576...1_099_511_627_776, \.views.limits.maxBytes),
      .duration("views.retention", \.views.limits.retention),
      .duration("views.eventRetention", \.views.limits.eventRetention),
      .number("views.maxChanges", 1...10_000_000, \.views.limits.maxChanges),
      .number("views.maxRejected", 0...10_000_000, \.views.limits.maxRejected),
      .duration("views.pollInterval", \.views.limits.pollInterval),
      .duration("views.maxSilence", \.views.limits.maxSilence),
      .duration("views.purgeInterval", \.views.limits.purgeInterval),
    ] + peering
}
