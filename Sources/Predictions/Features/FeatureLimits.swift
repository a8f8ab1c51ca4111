/// Bounds of what features are made of. They are part of `Feature.version`: another bound is another version.
package enum FeatureLimits {
  /// Most event names that are counted each; further ones count together.
  package static let names = 24
  /// Most of these that make pairs.
  package static let pairedNames = 8
  /// Most prefixes of pages that are remembered.
  package static let seenPrefixes = 16
  /// Most attributes.
  package static let attributes = 16
  /// Most segments.
  package static let segments = 32
  /// Longer values are no features, in bytes.
  package static let maxValueBytes = 64
  /// Most features at a time: facts and the start's two, counts and their rest, last, bigram, pages, seen,
  /// attributes, gap, elapsed, position, pairs, segments.
  package static let features =
    FactSlot.allCases.count + names + 1 + 2 + PagePath.maxPrefixes + seenPrefixes + 2 * attributes + 3
    + pairedNames * (pairedNames - 1) / 2 + segments
}
