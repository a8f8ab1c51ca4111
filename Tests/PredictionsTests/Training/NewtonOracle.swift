import Foundation
import Predictions

/// Logistic regression by Newton's method on a dense matrix: slow, simple, and by nothing of the trainer's.
struct NewtonOracle {
  private(set) var weights: [UInt32: Double] = [:]
  private(set) var bias = 0.0

  /// - Parameter samples: the tokens of each, with thresholds of counts spelled out, and its label.
  init(_ samples: [(tokens: Set<UInt32>, label: Bool)], vocabulary: [UInt32], regularization: Double) {
    let width = vocabulary.count + 1
    let rows = samples.map { sample in
      vocabulary.map { sample.tokens.contains($0) ? 1.0 : 0 } + [1.0]
    }
    var point = [Double](repeating: 0, count: width)
    for _ in 0..<40 {
      var gradient = point.map { $0 * regularization }
      gradient[width - 1] = 0
      var curvature = (0..<width).map { row in
        (0..<width).map { $0 == row && row < width - 1 ? regularization : 0 }
      }
      for (row, sample) in zip(rows, samples) {
        let sum = zip(row, point).reduce(0) { $0 + $1.0 * $1.1 }
        let chance = 1 / (1 + exp(-sum))
        let present = row.indices.filter { row[$0] > 0 }
        for left in present {
          gradient[left] += chance - (sample.label ? 1 : 0)
          for right in present { curvature[left][right] += chance * (1 - chance) }
        }
      }
      let step = NewtonOracle.solve(curvature, gradient)
      for index in point.indices { point[index] -= step[index] }
      if step.allSatisfy({ abs($0) < 1e-10 }) { break }
    }
    bias = point[width - 1]
    weights = Dictionary(uniqueKeysWithValues: zip(vocabulary, point))
  }

  /// Elimination with pivots.
  private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var rows = zip(matrix, right).map { $0 + [$1] }
    let count = rows.count
    for column in 0..<count {
      let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      for row in column + 1..<max(count, column + 1) {
        let factor = rows[row][column] / rows[column][column]
        for place in column...count { rows[row][place] -= factor * rows[column][place] }
      }
    }
    var result = [Double](repeating: 0, count: count)
    for row in stride(from: count - 1, through: 0, by: -1) {
      let known = (row + 1..<max(count, row + 1)).reduce(0) { $0 + rows[row][$1] * result[$1] }
      result[row] = (rows[row][count] - known) / rows[row][row]
    }
    return result
  }
}
