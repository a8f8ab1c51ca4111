extension Session {
  /// What a session weighs beside its arrays: the object itself, its entry in the lane's index by key (16 bytes at a load of 3/8
  /// to 3/4), its entry in a timer queue, its entries among the changed or the clean values.
  package static let fixedBytes = 720

  /// Estimate of the memory that this session occupies, in bytes: `fixedBytes` and what its arrays have reserved, each with
  /// its header and the allocator's.
  ///
  /// `sojourn-benchmark --only idle` compares it with what the allocator says is in use; see docs/design/memory.md.
  package var memoryBytes: Int {
    func array(_ capacity: Int, _ stride: Int) -> Int {
      // 32 bytes of header, 8 of the allocator, rounded up to 16.
      capacity == 0 ? 0 : (capacity * stride + 55) & ~15
    }
    var total = Session.fixedBytes
    total += array(idText.capacity, 1) + array(key.capacity, 1) + array(identity.bytes.capacity, 1)
    total += array(facts.bytes.capacity, 1)
    total += array(facts.facts.capacity, MemoryLayout<FactStore.Fact>.stride)
    total += array(facts.collected.capacity, MemoryLayout<FactStore.Collected>.stride)
    total += array(facts.attributes.capacity, MemoryLayout<FactStore.Attribute>.stride)
    total += array(map.bytes.capacity, 1)
    total += array(map.entries.capacity, MemoryLayout<JourneyMap.Entry>.stride)
    return total + duplicates.memoryBytes
  }

  /// Frees what the session knows; for one that is dropped but still referred to.
  func releaseStores() {
    facts = FactStore()
    map = JourneyMap()
    duplicates = DuplicateFilter()
    next = nil
  }
}

extension DuplicateFilter {
  /// Estimate of the memory occupied beside the filter itself, in bytes.
  var memoryBytes: Int {
    let digestBytes = digests.capacity == 0 ? 0 : (digests.capacity * 8 + 55) & ~15
    // A set's table has 4/3 of its capacity in buckets, and a bit for each.
    guard let indexed = indexedCapacity else { return digestBytes }
    return digestBytes + indexed * 4 / 3 * 8 + indexed / 6 + 64
  }
}
