/// What callgrind counts of a piece of work.
struct CostCounts {
  var instructions = 0
  /// Misses of the first caches, of instructions and of data.
  var instructionMisses = 0
  var dataMisses = 0
  /// Misses of the second one, of both.
  var cacheMisses = 0

  /// The columns of a profile by their names: https://valgrind.org/docs/manual/cg-manual.html.
  static func members(_ events: [Substring]) -> [WritableKeyPath<CostCounts, Int>?] {
    events.map { event in
      switch event {
      case "Ir": \.instructions
      case "I1mr": \.instructionMisses
      case "D1mr", "D1mw": \.dataMisses
      case "ILmr", "DLmr", "DLmw": \.cacheMisses
      default: nil
      }
    }
  }

  static func += (left: inout CostCounts, right: CostCounts) {
    left.instructions += right.instructions
    left.instructionMisses += right.instructionMisses
    left.dataMisses += right.dataMisses
    left.cacheMisses += right.cacheMisses
  }
}
