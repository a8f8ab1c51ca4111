package import Views

/// What queries are answered from.
package struct QueryView: Sendable {
  package var queries: ViewQueries
  package var progress: ViewProgress
  package var changes: ViewChanges
  package var watch: ViewWatch
  /// The input topic of each stream.
  package var inputs: [String]
  /// Which events have rows of their own.
  package var keptEvents: KeptEvents

  package init(_ store: ViewStore, _ feed: ViewFeed, inputs: [String] = []) {
    self.inputs = inputs
    keptEvents = feed.keptEvents
    queries = ViewQueries(store)
    progress = feed.progress
    changes = feed.changes
    watch = feed.watch
  }
}
