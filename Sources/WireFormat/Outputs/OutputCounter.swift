/// A family of metrics that counts what is written to a topic.
package struct OutputCounter: Sendable {
  /// What it counts.
  package enum Source: Sendable {
    /// What became of input records, by lane.
    case records(@Sendable (BatchCounts) -> Int)
    /// Refused records, by the topic that they were read from and by reason.
    case rejections
    /// Snapshots that leave something out.
    case shortenedSnapshots
    /// What rules gave: a series for each value of one label, or a single one without.
    case derived(label: String?, [Series])
  }

  /// One series of a family.
  package struct Series: Sendable {
    /// The label's value.
    package let value: String
    /// What it counts.
    package let count: @Sendable (DerivedCounts) -> Int
  }

  /// The family's name.
  package let name: String
  /// One sentence for whoever reads it.
  package let help: String
  /// What it counts.
  package let source: Source
}
