/// Finds the minimum of a smooth convex function by L-BFGS: the curvature is guessed from the last steps. It
/// starts at a given point, knows no seed and no rate, and ends at the same bits every time.
struct Minimizer {
  /// Ends where the gradient is this part of what it was at first.
  var tolerance: Double
  var maxIterations: Int
  /// How many steps are remembered.
  var history = 8
  /// A step has to gain this part of what the slope promises.
  var sufficientDecrease = 1e-4
  /// How often a step is halved until it does.
  var maxHalvings = 30

  /// A step, and how the gradient changed with it.
  private struct Step {
    var move: [Double]
    var change: [Double]
    /// The inverse of their product.
    var scale: Double
  }

  /// The function at a point, and its gradient there.
  typealias Function = (_ point: [Double], _ gradient: inout [Double]) -> Double

  func minimize(from start: [Double], _ function: Function) -> [Double] {
    var point = start
    var gradient = [Double](repeating: 0, count: start.count)
    var value = function(point, &gradient)
    let first = Minimizer.product(gradient, gradient)
    var steps: [Step] = []
    var candidate = point
    var candidateGradient = gradient
    for _ in 0..<maxIterations {
      let length = Minimizer.product(gradient, gradient)
      guard length.squareRoot() > tolerance * first.squareRoot() else { break }
      let direction = self.direction(gradient, steps)
      let slope = Minimizer.product(direction, gradient)
      guard slope < 0 else { break }
      var size = 1.0
      var hasGained = false
      for _ in 0...maxHalvings {
        for index in point.indices { candidate[index] = point[index] + size * direction[index] }
        let reached = function(candidate, &candidateGradient)
        if reached <= value + sufficientDecrease * size * slope {
          value = reached
          hasGained = true
          break
        }
        size /= 2
      }
      guard hasGained else { break }
      remember(point, candidate, gradient, candidateGradient, &steps)
      swap(&point, &candidate)
      swap(&gradient, &candidateGradient)
    }
    return point
  }

  private func remember(
    _ old: [Double], _ new: [Double], _ oldGradient: [Double], _ newGradient: [Double], _ steps: inout [Step]
  ) {
    let move = zip(new, old).map { $0 - $1 }
    let change = zip(newGradient, oldGradient).map { $0 - $1 }
    let product = Minimizer.product(move, change)
    guard product > 0 else { return }
    if steps.count == history { steps.removeFirst() }
    steps.append(Step(move: move, change: change, scale: 1 / product))
  }

  /// Down the slope, bent by what the last steps say of the curvature.
  private func direction(_ gradient: [Double], _ steps: [Step]) -> [Double] {
    var direction = gradient.map { -$0 }
    guard let newest = steps.last else { return direction }
    var factors = [Double](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() {
      factors[index] = steps[index].scale * Minimizer.product(steps[index].move, direction)
      Minimizer.add(-factors[index], steps[index].change, to: &direction)
    }
    let scale = 1 / (newest.scale * Minimizer.product(newest.change, newest.change))
    for index in direction.indices { direction[index] *= scale }
    for index in steps.indices {
      let factor = steps[index].scale * Minimizer.product(steps[index].change, direction)
      Minimizer.add(factors[index] - factor, steps[index].move, to: &direction)
    }
    return direction
  }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
  }

  private static func add(_ factor: Double, _ vector: [Double], to sum: inout [Double]) {
    for index in sum.indices { sum[index] += factor * vector[index] }
  }
}
