internal import EventLog

/// Makes a request again that failed and may succeed as it is: a broker that has just started, or a topic that was just made, needs a
/// moment until each partition has a leader. Blocks the calling thread meanwhile.
struct RetriedRequest {
  let maxRetries: Int
  let runtime: any WorkerRuntime
  let report: (ProcessorEvent) -> Void

  func run<Value>(_ request: () throws -> Value) throws -> Value {
    var attempt = 0
    while true {
      do {
        return try request()
      } catch let error as LogError where error.reaction == .retry && attempt < maxRetries {
        attempt += 1
        report(.retried(error))
        runtime.block(for: .milliseconds(min(50 * attempt, 500)))
      }
    }
  }
}
