/// A binary fact of a session that models weigh: what family it is of, and what it is about, as digests.
///
/// No id of a person, session, event or device is a feature's source.
package struct Feature: Sendable, Hashable, BitwiseCopyable {
  /// The version of the rules by which features are made of a session. Models and examples name it.
  package static let version: UInt8 = 1

  /// What a feature says. The raw values are in every token: never renumber, only append.
  package enum Family: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// A fact of the session has this value: `first` is a `FactSlot`.
    case fact = 1
    /// The event name has come at least so often: `second` is a bucket of `Steps.counts`.
    case count = 2
    /// The newest event has this name.
    case last = 3
    /// The two newest events have these names, 0 for none.
    case bigram = 4
    /// The visitor is on a page below this path.
    case page = 5
    /// The visitor has been on a page below this path.
    case seen = 6
    /// The attribute has this text.
    case attribute = 7
    /// Time since the previous event: `first` is an octave of seconds.
    case gap = 8
    /// Time since the first event: `first` is an octave of seconds.
    case elapsed = 9
    /// How many events there were: `first` is a step of `Steps.positions`.
    case position = 10
    /// Events of both names have come.
    case pair = 11
    /// The segment is assigned.
    case segment = 12
    /// The attribute is a number of this sign and octave.
    case octave = 13
    /// The attribute is a number of this sign and quarter octave.
    case quarter = 14
  }

  package var family: Family
  package var first: UInt32
  package var second: UInt32

  package init(_ family: Family, _ first: UInt32, _ second: UInt32 = 0) {
    self.family = family
    self.first = first
    self.second = second
  }

  /// What models know it by.
  package var token: Token { Token(self) }
}
