internal import JourneyModel

/// Finds every one of many texts in one pass over a value: an Aho-Corasick automaton as one flat table.
///
/// A class, built once and then only read, so that a look costs no reference counts.
final class TextMatcher: Sendable {
  /// Most cells of the table, 4 bytes each; texts that need more are not matched together.
  static let maxCells = 2_097_152

  /// The column of each byte; column 0 is shared by all bytes that stand in no text.
  private let columns: [UInt8]
  /// A row for each state: the next state by column, and in the last cell the state at whose texts to begin, itself or a shorter one.
  /// States are named by where their row begins; 0 is the start, where no text ends.
  private let table: [Int32]
  private let width: Int
  /// By number of the state: the text that ends there, and the next shorter state at which one does; 0 for none.
  private let texts: [Int32]
  private let shorter: [Int32]

  /// Builds the table.
  ///
  /// - Parameters:
  ///   - texts: distinct texts, none of them empty.
  ///   - maxCells: the bound, if not the usual one.
  /// - Returns: `nil` if the table would be larger.
  init?(_ texts: [[UInt8]], maxCells: Int = TextMatcher.maxCells) {
    var columns = [UInt8](repeating: 0, count: 256)
    var count = 1
    for text in texts {
      for byte in text where columns[Int(byte)] == 0 {
        guard count < 256 else { return nil }
        columns[Int(byte)] = UInt8(count)
        count += 1
      }
    }
    var builder = Builder(columns: count, maxCells: maxCells)
    for (number, text) in texts.enumerated() {
      guard builder.add(text, number: Int32(number), columns) else { return nil }
    }
    builder.link()
    self.columns = columns
    width = builder.width
    table = builder.table()
    self.texts = builder.texts
    shorter = builder.shorter
  }

  /// Calls for every place at which a text ends: the text's number, and how many bytes of the value stand before its end.
  @inline(__always)
  func scan(_ value: ByteSlice, of bytes: borrowing [UInt8], _ found: (_ text: Int, _ end: Int) -> Void) {
    var row = 0
    let start = Int(value.offset)
    for index in value.indices {
      row = Int(table[row + Int(columns[Int(bytes[index])])])
      var state = Int(table[row + width - 1])
      while state != 0 {
        found(Int(texts[state]), index + 1 - start)
        state = Int(shorter[state])
      }
    }
  }

  /// A trie that becomes the table.
  private struct Builder {
    /// Cells of a row: one for each column, and one more.
    let width: Int
    let maxCells: Int
    var moves: [Int32]
    var texts: [Int32] = [-1]
    var shorter: [Int32] = [0]

    init(columns: Int, maxCells: Int) {
      width = columns + 1
      self.maxCells = maxCells
      moves = Array(repeating: -1, count: width)
    }

    /// - Returns: whether it fits.
    mutating func add(_ text: [UInt8], number: Int32, _ columns: [UInt8]) -> Bool {
      var state = 0
      for byte in text {
        let cell = state * width + Int(columns[Int(byte)])
        if moves[cell] < 0 {
          guard moves.count + width <= maxCells else { return false }
          moves[cell] = Int32(texts.count)
          moves.append(contentsOf: repeatElement(-1, count: width))
          texts.append(-1)
          shorter.append(0)
        }
        state = Int(moves[cell])
      }
      texts[state] = number
      return true
    }

    /// Fills the missing moves, nearest states first: from a state that knows no way on, the way of the longest suffix that does.
    mutating func link() {
      var suffixes = [Int32](repeating: 0, count: texts.count)
      var queue: [Int32] = [0]
      var next = 0
      while next < queue.count {
        let state = Int(queue[next])
        next += 1
        let suffix = Int(suffixes[state])
        for column in 0..<width - 1 {
          let cell = state * width + column
          let onward = state == 0 ? 0 : moves[suffix * width + column]
          guard moves[cell] >= 0 else {
            moves[cell] = onward
            continue
          }
          let child = Int(moves[cell])
          suffixes[child] = onward
          shorter[child] = texts[Int(onward)] >= 0 ? onward : shorter[Int(onward)]
          queue.append(Int32(child))
        }
      }
    }

    /// The cells with states named by their rows.
    func table() -> [Int32] {
      var table = moves
      for state in texts.indices {
        let row = state * width
        for cell in row..<row + width - 1 { table[cell] *= Int32(width) }
        table[row + width - 1] = texts[state] >= 0 ? Int32(state) : shorter[state]
      }
      return table
    }
  }
}
