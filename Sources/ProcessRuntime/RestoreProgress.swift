/// How far a lane's restore has come: reported at most once for each hundredth, so that the number of reports
/// does not grow with what is read.
package final class RestoreProgress {
  private static let steps = 100
  private let report: (_ read: Int, _ of: Int) -> Void
  private var total = 0
  private var read = 0
  private var reported = 0

  package init(_ report: @escaping (_ read: Int, _ of: Int) -> Void) { self.report = report }

  /// There is so much more to read.
  package func expect(_ amount: Int) { total += amount }

  /// So much more was read.
  package func advance(by amount: Int) {
    guard amount > 0, total > 0 else { return }
    read = min(read + amount, total)
    let step = read * RestoreProgress.steps / total
    guard step > reported else { return }
    reported = step
    report(read, total)
  }

  /// Another way is taken; what was read counts for nothing.
  package func reset() {
    total = 0
    read = 0
    reported = 0
  }
}
