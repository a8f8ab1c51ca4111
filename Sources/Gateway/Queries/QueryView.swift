package import Views

/// What queries are answered from.
package struct QueryView: Sendable {
  package var queries: ViewQueries
  package var progress: ViewProgress
  /// Changes of sessions of all lanes.
  package var changes: ViewChanges
  /// Changes of sessions of this view's lanes.
  package var ownChanges: ViewChanges
  package var watch: ViewWatch
  /// The topic of decisions about persons.
  package var commands: String
  /// The input topic of each stream.
  package var inputs: [String]
  /// Which events have rows of their own.
  package var keptEvents: KeptEvents
  /// Who has the lanes that this view has not; `nil` if it has all.
  package var peers: PeerGroup?
  /// Tells of changes in peers' lanes; `nil` without peers.
  package var relay: ChangeRelay?

  package init(_ store: ViewStore, _ feed: ViewFeed, inputs: [String] = [], peers: PeerGroup? = nil) {
    self.inputs = inputs
    self.peers = peers
    relay = peers.map { ChangeRelay(feed.changes, $0) }
    ownChanges = feed.changes
    keptEvents = feed.keptEvents
    commands = feed.commands
    queries = ViewQueries(store)
    progress = feed.progress
    changes = relay?.all ?? feed.changes
    watch = feed.watch
  }
}
