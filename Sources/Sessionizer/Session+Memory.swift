internal import Identity
internal import JourneyRules
internal import Predictions

extension StoredValue {
  /// What a value weighs beside its arrays: the object itself, its entry in the lane's index by key (16 bytes
  /// at a load of 3/8 to 3/4), its entry in a timer queue, its entries among the changed or the clean values.
  /// It is a session's; others weigh less.
  package static let fixedBytes = 768

  /// What every kind weighs: `fixedBytes`, key and identity.
  var heldBytes: Int {
    StoredValue.fixedBytes + arrayBytes(key) + (identity.isInKey ? 0 : arrayBytes(identity.bytes))
  }
}

extension Session {
  /// Estimate of the memory that this session occupies, in bytes: `fixedBytes` and its arrays (`arrayBytes`).
  ///
  /// `sojourn-benchmark --only idle` compares it with what the allocator says is in use; see
  /// docs/design/memory.md.
  package var memoryBytes: Int {
    var total = heldBytes
    total += arrayBytes(facts.bytes) + arrayBytes(facts.facts) + arrayBytes(facts.collected)
    total += arrayBytes(facts.attributes) + arrayBytes(map.bytes) + arrayBytes(map.entries)
    if conversation.hasLegs {
      total +=
        conversation.legs.byteCount * 5 / 4 + conversation.legs.legs.count * MemoryLayout<Leg>.stride + 128
    }
    if !rules.isEmpty { total += rules.byteCount }
    if let person {
      total += 128 + person.named.reduce(0) { $0 + 256 + $1.identifier.value.count }
      if let link = person.link { total += 256 + (link.identifier?.value.count ?? 0) }
      total += person.grants.reduce(0) { $0 + 160 + $1.map.count + $1.assignment.count + $1.asker.id.count }
    }
    if let predictions { total += predictions.byteCount }
    return total + duplicates.memoryBytes
  }

  /// Frees what the session knows; for one that is dropped but still referred to.
  func releaseStores() {
    facts = FactStore()
    map = JourneyMap()
    duplicates = DuplicateFilter()
    rules = RuleState()
    person = nil
    predictions = nil
    conversation = ConversationState()
    next = nil
  }
}

extension DuplicateFilter {
  /// Estimate of the memory occupied beside the filter itself, in bytes.
  var memoryBytes: Int {
    let digestBytes = arrayBytes(digests)
    // A set's table has 4/3 of its capacity in buckets, and a bit for each.
    guard let indexed = indexedCapacity else { return digestBytes }
    return digestBytes + indexed * 4 / 3 * 8 + indexed / 6 + 64
  }
}

/// Estimate of the heap block of an array, in bytes: 32 of header, 8 of the allocator, rounded up to 16, and
/// a quarter more than its elements need.
///
/// A quarter, because an array that has grown holds up to twice what it needs and one that was restored
/// exactly that. Its `capacity` is not asked: it depends on what the allocator had to hand, and then so would
/// which sessions leave memory.
private func arrayBytes<Element>(_ array: [Element]) -> Int {
  let needed = array.count * MemoryLayout<Element>.stride
  return needed == 0 ? 0 : (needed + needed / 4 + 55) & ~15
}
