import CRdKafka
import EventLog

extension GroupMember {
  /// Longest wait for the group's committed offsets. It exceeds the time after which a broker gives up on the
  /// open transaction of a crashed predecessor, which keeps its offsets unstable until then.
  static let committedTimeout: Duration = .seconds(60)

  /// Serves a rebalance, inside `poll`. librdkafka waits, so a transaction can still be finished here.
  func rebalanced(_ code: rd_kafka_resp_err_t, _ partitions: [TopicPartition]) {
    generation += 1
    // Records of the former assignment may not be handed out any more.
    pump.assembler.discard()
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && breakage == nil {
      assign(partitions.sorted())
    } else {
      release(partitions.sorted())
    }
  }

  private func assign(_ partitions: [TopicPartition]) {
    do throws(LogError) {
      let starts = try stableOffsets(partitions)
      table.replace(partitions.map { PartitionSlot($0, start: starts[$0] ?? nil) })
      if !partitions.isEmpty {
        isAssigning = true
        handler?(.assigned(partitions))
        isAssigning = false
      }
      let list = PartitionList(table.slots.map { ($0.source, $0.rawPosition) })
      let code = list.pass { rd_kafka_assign(client.raw, $0) }
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw Failure(code).error(during: .consume, "taking over \(partitions)")
      }
      try setPaused(table.slots.filter(\.isPaused).map(\.source), true)
    } catch {
      // A member that is assigned nothing sits idle and looks healthy. So it ends, and is joined anew.
      isAssigning = false
      breakage = error.reaction == .fatal ? error : LogError(.ownershipLost, code: error.code, error.message)
      table.replace([])
      rd_kafka_assign(client.raw, nil)
    }
  }

  private func release(_ partitions: [TopicPartition]) {
    let isLost = rd_kafka_assignment_lost(client.raw) != 0
    if !partitions.isEmpty { handler?(isLost ? .lost(partitions) : .revoked(partitions)) }
    table.replace([])
    // Cannot fail in a way that matters: an empty assignment is what is left either way.
    rd_kafka_assign(client.raw, nil)
  }
}
