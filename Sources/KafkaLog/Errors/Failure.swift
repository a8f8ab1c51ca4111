import CRdKafka
import EventLog

/// What librdkafka says went wrong, copied out of its error object.
struct Failure: Sendable {
  /// librdkafka's or the broker's error code.
  var code: rd_kafka_resp_err_t
  /// The client instance is unusable from now on.
  var isFatal = false
  /// The open transaction must be aborted.
  var requiresAbort = false
  /// The same call may succeed.
  var isRetriable = false
  /// librdkafka's words.
  var message: String

  /// A failure known by its code alone.
  init(_ code: rd_kafka_resp_err_t, _ message: String? = nil) {
    self.code = code
    self.message = message ?? String(cString: rd_kafka_err2str(code))
  }

  /// Copies and destroys an error object; `nil` if there is none.
  init?(consuming error: OpaquePointer?) {
    guard let error else { return nil }
    code = rd_kafka_error_code(error)
    isFatal = rd_kafka_error_is_fatal(error) != 0
    requiresAbort = rd_kafka_error_txn_requires_abort(error) != 0
    isRetriable = rd_kafka_error_is_retriable(error) != 0
    message = String(cString: rd_kafka_error_string(error))
    rd_kafka_error_destroy(error)
  }

  /// The stable code for people and metrics, for example `ERR__FENCED`.
  var name: String { "ERR_" + String(cString: rd_kafka_err2name(code)) }

  /// The error for the caller, with what was tried.
  func error(during operation: Operation, _ attempt: String) -> LogError {
    if code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE {
      return LogError(
        reaction(during: operation), code: LogError.recordTooLarge,
        "\(attempt): \(message): \(LogError.recordTooLargeRemedy)")
    }
    return LogError(reaction(during: operation), code: name, "\(attempt): \(message)")
  }
}
