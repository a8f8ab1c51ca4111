/// What a processor may keep on its own machine. Every part may be lost, stale or damaged at no harm: the log
/// is the truth, this only saves memory and time.
package struct LocalStorage: Sendable {
  /// A file per lane that a restart reads instead of the log; `nil` for none.
  package var laneFiles: (any LaneFiles)?
  /// Where sessions go that do not fit into memory; without it they all stay there.
  package var coldStores: (any ColdStores)?

  /// Creates storage that keeps nothing.
  package init() {}
}
