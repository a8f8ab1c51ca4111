/// A small seeded generator (xoshiro256**, seeded by splitmix64): the same seed gives the same numbers
/// everywhere.
///
/// Use `below(_:)` and `chance(_:)`: what the standard library makes of a generator's bits may change between
/// its releases, and with it the meaning of a seed.
package struct SeededRandom: RandomNumberGenerator, Sendable, Hashable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Creates the generator of a seed.
  package init(seed: UInt64) {
    var mixed = seed
    func split() -> UInt64 {
      mixed &+= 0x9e37_79b9_7f4a_7c15
      var value = mixed
      value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
      return value ^ (value >> 31)
    }
    state = (split(), split(), split(), split())
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    let scrambled = state.1 &* 5
    let result = ((scrambled << 7) | (scrambled >> 57)) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }

  /// A number from 0 to `bound` − 1; 0 if the bound is not positive.
  package mutating func below(_ bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// `true` once in `interval` times on average; never if the interval is not positive.
  package mutating func chance(oneIn interval: Int) -> Bool {
    interval > 0 && below(interval) == 0
  }

  /// A generator of its own, so that two parts of a simulation do not shift each other's numbers.
  package mutating func fork() -> SeededRandom { SeededRandom(seed: next()) }

  /// Whether both would go on with the same numbers.
  package static func == (left: Self, right: Self) -> Bool { left.state == right.state }

  /// Hashes the state.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(state.0)
    hasher.combine(state.1)
    hasher.combine(state.2)
    hasher.combine(state.3)
  }
}
