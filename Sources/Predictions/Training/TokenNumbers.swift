/// Numbers of tokens, from 0 in the order in which they first come. Open addressing: training asks for tens
/// of millions, and a dictionary takes ten times as long for each.
struct TokenNumbers {
  /// The tokens by their numbers.
  private(set) var tokens: [UInt32] = []
  /// Tokens at their places, 0 for an empty one, and their numbers.
  private var keys: [UInt32]
  private var numbers: [UInt32]
  private var shift: UInt32

  init() {
    shift = 32 - 10
    keys = Array(repeating: 0, count: 1 << 10)
    numbers = keys
  }

  var count: Int { tokens.count }

  /// The number of a token; `nil` if it has none.
  func number(of token: Token) -> Int? {
    let place = place(of: token.bits)
    return keys[place] == 0 ? nil : Int(numbers[place])
  }

  /// The number of a token, which gets the next one if it has none.
  mutating func add(_ token: Token) -> Int {
    var place = place(of: token.bits)
    if keys[place] != 0 { return Int(numbers[place]) }
    // At most half full.
    if 2 * (tokens.count + 1) > keys.count {
      grow()
      place = self.place(of: token.bits)
    }
    keys[place] = token.bits
    numbers[place] = UInt32(tokens.count)
    tokens.append(token.bits)
    return tokens.count - 1
  }

  private func place(of key: UInt32) -> Int {
    let keys = keys.span
    var place = Int((key &* 0x9e37_79b1) >> shift)
    while keys[place] != key, keys[place] != 0 { place = (place + 1) & (keys.count - 1) }
    return place
  }

  private mutating func grow() {
    shift -= 1
    keys = Array(repeating: 0, count: 2 * keys.count)
    numbers = keys
    for (number, key) in tokens.enumerated() {
      let place = place(of: key)
      keys[place] = key
      numbers[place] = UInt32(number)
    }
  }
}
