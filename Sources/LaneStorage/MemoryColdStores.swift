package import EventLog
package import JourneyModel

/// Cold stores in memory: for simulations and tests, where nothing may touch a disk. They save memory only in
/// so far as values are smaller than sessions.
package struct MemoryColdStores: ColdStores {
  private let damage: @Sendable (ColdValue) -> ColdValue?

  /// Creates stores.
  ///
  /// - Parameter damage: what becomes of a value before it is taken out; `nil` loses it. Default: it stays as
  ///   it is.
  package init(damage: @escaping @Sendable (ColdValue) -> ColdValue? = { $0 }) { self.damage = damage }

  /// An empty store.
  package func makeStore(lane: LaneNumber) throws(LogError) -> any ColdStore { Store(damage: damage) }

  private final class Store: ColdStore {
    private let damage: @Sendable (ColdValue) -> ColdValue?
    private var values: [UInt64: [UInt8]] = [:]

    init(damage: @escaping @Sendable (ColdValue) -> ColdValue?) { self.damage = damage }

    func put(_ values: [ColdValue]) throws(LogError) {
      for value in values { self.values[value.key] = value.bytes }
    }

    func take(_ keys: [UInt64]) throws(LogError) -> [ColdValue] {
      var taken: [ColdValue] = []
      for key in keys {
        guard let bytes = values.removeValue(forKey: key) else { continue }
        if let value = damage(ColdValue(key: key, bytes: bytes)) { taken.append(value) }
      }
      return taken
    }

    func values(after key: UInt64?, limit: Int) throws(LogError) -> [ColdValue] {
      let after = key.map { Int64(bitPattern: $0) }
      let keys = values.keys.map { Int64(bitPattern: $0) }.filter { key in after.map { key > $0 } ?? true }
      return keys.sorted().prefix(limit).map { key in
        ColdValue(key: UInt64(bitPattern: key), bytes: values[UInt64(bitPattern: key)] ?? [])
      }
    }

    func forEach(_ body: (ColdValue) throws -> Void) throws {
      for (key, bytes) in values { try body(ColdValue(key: key, bytes: bytes)) }
    }
  }
}
