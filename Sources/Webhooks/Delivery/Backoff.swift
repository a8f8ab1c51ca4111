internal import Bytes
internal import SeededGenerator

/// The pause between two attempts of a trigger: doubles each time, and half of it is drawn.
///
/// Drawn from the action's id and the attempt's number, so that triggers which failed together come back one
/// by one, and a trigger's times are the same in every run.
struct Backoff {
  let first: Duration
  let longest: Duration

  init(_ rules: DeliveryRules) {
    first = rules.firstPause
    longest = rules.longestPause
  }

  /// The pause after attempt `number`, from 1.
  func pause(after number: Int, of action: String) -> Duration {
    let full = doubled(first, number - 1, longest)
    var seed = FNV1a()
    for byte in action.utf8 { seed.add(byte) }
    var generator = SeededGenerator(seed: seed.value ^ UInt64(truncatingIfNeeded: number))
    return .microseconds(Int64(Double(full.microseconds) * (0.5 + generator.unit() / 2)))
  }
}

/// A duration that doubled so often, `longest` at most.
func doubled(_ duration: Duration, _ times: Int, _ longest: Duration) -> Duration {
  // More would not fit, and is far beyond any limit.
  min(longest, duration * (1 << min(max(times, 0), 30)))
}

extension Duration {
  /// Whole microseconds.
  var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
  /// Whole milliseconds, rounded down.
  var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
  /// Seconds, to the microsecond.
  var secondsValue: Double { Double(microseconds) / 1_000_000 }
}
