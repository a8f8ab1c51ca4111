package import JourneyModel

/// Bounds of everything that identity keeps. Part of the configuration's digest: results depend on them.
package struct IdentityLimits: Sendable, Hashable {
  /// Most mail addresses of one contact.
  package var emails = 5
  /// Most phone numbers of one contact.
  package var phones = 5
  /// Most external ids of one contact from one source.
  package var externalIDs = 1
  /// Most accounts of one contact in one network.
  package var socialIDs = 5
  /// Most contacts of an address book that one contact stands for without a decision of somebody.
  package var contactIDs = 1
  /// Most strong identifiers of one contact.
  package var maxIdentifiers = 50
  /// Most identifiers that one was ever joined with; beyond, it is shared.
  package var maxPartners = 20
  /// Most different owners of a device; beyond, it is shared.
  package var maxOwners = 8
  /// Most entries of a device's timeline; beyond, it is collapsed early, and if that does not help, shared.
  package var maxTimelineEntries = 128
  /// Most devices that a contact shows, the newest.
  package var maxDevices = 50
  /// Most strong identifiers of a cluster.
  package var maxClusterIdentifiers = 200
  /// Most assertions of a cluster.
  package var maxAssertions = 400
  /// Most bytes of a cluster, by `Cluster.weight`.
  package var maxClusterBytes = 65_536
  /// Most erasures that a cluster remembers, the newest.
  package var maxErasures = 400
  /// Most grants that an identifier remembers. Beyond, those that cannot be asked for again are forgotten,
  /// and if that does not help, none is given.
  package var maxGrants = 100
  /// Most claims that an identifier's register takes of one minute of event time; decisions are not counted.
  package var assertsPerMinute = 120
  /// Most contacts that one command merges.
  package var maxMerge = 25
  /// Most traits of a member.
  package var maxTraits = 20
  /// Most bytes of a trait's value, and of its name.
  package var maxTraitBytes = 256
  /// Most segments of a contact.
  package var maxSegments = 100
  /// Most refused links that a contact shows, the newest.
  package var maxSuggestions = 10
  /// Most lanes' cookies and sessions that an identifier's register tells of changes.
  package var maxWatchers = 200
  /// How much newer activity must be to be told to a cluster's root.
  package var activityStep = EventTime.Span.hours(7 * 24)
  /// How long a contact that nobody decided about is kept after its last activity.
  package var contactRetention = EventTime.Span.hours(60 * 24)
  /// How long an erased identifier refuses what is older; above the retention of inputs and dead letters.
  package var erasureMemory = EventTime.Span.hours(90 * 24)

  /// The defaults.
  package init() {}

  /// How many of a type, of one source where the type has sources, one contact may have.
  package func most(of type: IdentifierType) -> Int {
    switch type {
    case .email: emails
    case .phone: phones
    case .externalID: externalIDs
    case .social: socialIDs
    case .contact: contactIDs
    case .cookie, .guest, .appInstallation: 0
    }
  }

  /// Of what contacts depend on beside their cluster (FNV-1a, 64 bits): where it has changed, all are told
  /// anew.
  var digest: UInt64 {
    // Asked with each change of a cluster: without an array.
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ limit: Int) {
      digest = (digest ^ UInt64(bitPattern: Int64(limit))) &* 0x100_0000_01b3
    }
    add(emails)
    add(phones)
    add(externalIDs)
    add(socialIDs)
    add(contactIDs)
    add(maxIdentifiers)
    add(maxDevices)
    add(maxSegments)
    add(maxSuggestions)
    return digest
  }
}
