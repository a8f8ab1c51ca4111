internal import Bytes
public import JourneyModel

/// The sessions in which maps with conditions on predictions offer nothing, so that what they bring about can
/// be measured: a share of all, by the session's id alone.
///
/// Whoever is in it at one share is in it at each larger one.
public struct ControlGroup: Sendable, Hashable {
  /// Shares are millionths.
  public static let one = 1_000_000
  /// The largest share: more sessions without an offer than with one measure nothing better.
  public static let maxShare = 500_000

  /// Millionths of the sessions, 0 for none of them.
  public let share: Int

  /// Creates a group; a share out of bounds is the nearest one that is not.
  public init(share: Int) { self.share = min(max(share, 0), ControlGroup.maxShare) }

  /// Whether a session is in it.
  public func contains(_ session: SessionID) -> Bool {
    share > 0 && ControlGroup.place(of: session) < UInt64(share)
  }

  /// Where a session is between 0 and `one`. It has nothing to do with which sessions are learned from, which
  /// the id's lowest bits say.
  private static func place(of session: SessionID) -> UInt64 {
    var digest = FNV1a()
    for half in [session.high, session.low] {
      for shift in stride(from: 0, to: 64, by: 8) { digest.add(UInt8(truncatingIfNeeded: half >> shift)) }
    }
    // The last bytes have hardly reached the upper bits.
    var bits = digest.value
    bits = (bits ^ bits >> 32) &* 0xd6e8_feb8_6659_fd93
    bits = (bits ^ bits >> 32) &* 0xd6e8_feb8_6659_fd93
    bits ^= bits >> 32
    return bits.multipliedFullWidth(by: UInt64(one)).high
  }
}
