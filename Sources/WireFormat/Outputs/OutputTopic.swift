/// A topic that Sojourn writes. What there is to say about each is in `OutputCatalog`, once.
///
/// The order is that of the settings' digest and of `topics plan`; a new one goes to the end of those that
/// lanes write. The number is an index and is stored nowhere.
package enum OutputTopic: Int, CaseIterable, Sendable {
  /// Records for another lane: events that arrived in a lane which does not own them.
  case routed
  /// Session snapshots.
  case sessions
  /// Segments assigned and unassigned.
  case segments
  /// Outcomes achieved.
  case outcomes
  /// What happens to actions; triggers among them.
  case actions
  /// Dead letters.
  case rejected
  /// One record per committed batch and lane.
  case journal
  /// Final values of what each batch touched.
  case redo
  /// Checkpointed values.
  case state
  /// Persons: a record for each contact, and for each id that leads to one.
  case contacts
  /// What happens to persons, one by one: who was forgotten, and what was not done.
  case contactEvents
  /// Sessions that are over, as predictions are learned from: features, no id, no text.
  case examples
  /// Definitions in force and the bundles that the journal names.
  case definitions
  /// Models in force and those that the journal names.
  case models

  /// What the catalogue says about it.
  package var entry: OutputEntry { OutputCatalog.standard[self] }
}
