package import Views

/// What queries are answered from.
package struct QueryView: Sendable {
  package var queries: ViewQueries
  package var progress: ViewProgress

  package init(_ store: ViewStore, _ progress: ViewProgress) {
    queries = ViewQueries(store)
    self.progress = progress
  }
}
