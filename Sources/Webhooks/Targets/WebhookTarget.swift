package import JourneyRules

/// Somebody who is sent triggers: which ones, where to, and how much at a time.
package struct WebhookTarget: Sendable {
  /// Most targets of one configuration: each is a member of a group, with clients of its own.
  package static let maxTargets = 32
  /// Most secrets of a target: the one in use, and the one that takes its place.
  package static let maxSecrets = 2

  /// Names it in metrics, logs, dead letters and the group: letters, digits, `-` and `_`.
  package var name: String
  /// Where it is.
  package var url: TargetURL
  /// Whether it may be in a private network.
  package var allowsPrivate = false
  /// Each signs every request.
  package var secrets: [SigningSecret]
  /// Media types that it is sent; empty for all.
  package var mediaTypes: Set<MediaType> = []
  /// Ids of action maps that it is sent; empty for all.
  package var actionMaps: Set<String> = []
  /// A file of certificates that are trusted beside none other; `nil` for the system's.
  package var trustFile: String?
  /// How much at a time, and how long.
  package var rules = DeliveryRules()

  /// Creates a target of all triggers.
  package init(name: String, url: TargetURL, secrets: [SigningSecret]) {
    self.name = name
    self.url = url
    self.secrets = secrets
  }

  /// Whether it is sent a trigger: both its kind and its map have to be asked for.
  package func wants(_ trigger: Trigger) -> Bool {
    (mediaTypes.isEmpty || mediaTypes.contains { $0.rawValue == trigger.mediaType })
      && (actionMaps.isEmpty || actionMaps.contains(trigger.actionMap))
  }

  /// The rules of its addresses.
  package var addressRules: AddressRules { AddressRules(url, allowsPrivate: allowsPrivate) }
}
