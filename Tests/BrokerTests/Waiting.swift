internal import Foundation

/// Something that had to happen did not.
struct WaitedInVain: Error, CustomStringConvertible {
  var description: String
}

/// How long to wait for anything. It only ends tests that hang; none expects to be faster than that.
let patience: Duration = .seconds(120)

/// Waits until the condition holds, without blocking a thread of the pool.
func wait(until what: String, _ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + patience
  while try await !condition() {
    if ContinuousClock.now >= deadline { throw WaitedInVain(description: "waited in vain: \(what)") }
    try await Task.sleep(for: .milliseconds(50))
  }
}

/// Waits until the condition holds, on a thread that may block.
func waitBlocking(until what: String, _ condition: () throws -> Bool) throws {
  let deadline = ContinuousClock.now + patience
  while try !condition() {
    if ContinuousClock.now >= deadline { throw WaitedInVain(description: "waited in vain: \(what)") }
    Thread.sleep(forTimeInterval: 0.05)
  }
}
