import CRdKafka
import EventLog

/// What was being done when librdkafka failed: the same code asks for different reactions.
enum Operation: CaseIterable, Sendable {
  /// Reading as a member of a group.
  case consume
  /// Everything in a transaction but its commit.
  case transaction
  /// The commit itself.
  case commit
  /// Writing without a transaction.
  case publish
  /// Reading without a group.
  case read
  /// Describing and creating topics.
  case administer
}

extension Failure {
  /// The only place where a librdkafka error becomes a reaction.
  func reaction(during operation: Operation) -> LogError.Reaction {
    if isDenied { return .fatal }
    return switch operation {
    case .commit: commitReaction
    case .transaction: transactionReaction
    case .consume: consumeReaction
    case .publish, .read, .administer: !isFatal && (isRetriable || isTransient) ? .retry : .fatal
    }
  }

  /// Once EndTxn may have been sent, no error proves that the broker did not commit: its answer to a first
  /// attempt may have been lost before a retry was refused. So a commit never asks for a plain retry or
  /// rewind.
  private var commitReaction: LogError.Reaction {
    if isProducerFenced { return .ownershipLost }
    return neverSent ? .fatal : .commitUnknown
  }

  /// librdkafka's own order: fatal, abort, retry, and nothing set means fatal; the codes in front are those
  /// whose flag says less than is known about them.
  private var transactionReaction: LogError.Reaction {
    if isProducerFenced { return .ownershipLost }
    switch code {
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
      // Routine: the group moved on. The next poll says what is still owned.
      return .abortAndRewind
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return .ownershipLost
    case RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
      RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID:
      // The broker ended the transaction by its own clock (a paused process, say). librdkafka calls some of
      // these fatal because the handle is dead; starting over with a new one needs no person.
      return isFatal || !requiresAbort ? .ownershipLost : .abortAndRewind
    default:
      if isFatal || isRefusedRecord { return .fatal }
      if requiresAbort { return .abortAndRewind }
      return isRetriable ? .retry : .fatal
    }
  }

  private var consumeReaction: LogError.Reaction {
    switch code {
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED,
      RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
      return .ownershipLost
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      // Two processes run under one instance id. Rejoining would only fence the other one in turn.
      return .fatal
    default:
      return !isFatal && (isRetriable || isTransient) ? .retry : .fatal
    }
  }

  /// A newer producer with the same transactional id exists, or the broker bumped the epoch after its
  /// timeout.
  private var isProducerFenced: Bool {
    switch code {
    case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
      RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
      true
    default: false
    }
  }

  /// Refused by librdkafka itself before anything left the process.
  private var neverSent: Bool {
    switch code {
    case RD_KAFKA_RESP_ERR__STATE, RD_KAFKA_RESP_ERR__NOT_CONFIGURED, RD_KAFKA_RESP_ERR__INVALID_ARG,
      RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
      !isRetriable && !requiresAbort
    default: false
    }
  }

  /// Writing the same again fails again: aborting and starting over would go round for ever.
  private var isRefusedRecord: Bool {
    switch code {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
      RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
      RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
      RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      !isRetriable
    default: false
    }
  }

  /// Permissions and credentials: only a person can help.
  private var isDenied: Bool {
    switch code {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
      RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION,
      RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_SECURITY_DISABLED,
      RD_KAFKA_RESP_ERR_DELEGATION_TOKEN_AUTHORIZATION_FAILED:
      true
    default: false
    }
  }
}
