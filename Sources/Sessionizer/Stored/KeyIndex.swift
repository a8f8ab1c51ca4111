/// The values of one kind in memory, by the digest of their key: for kinds that few events look for.
struct KeyIndex<Value: StoredValue> {
  private var values: [UInt64: [Value]] = [:]

  var isEmpty: Bool { values.isEmpty }

  /// Those of a key's digest; more than one where digests collide.
  subscript(digest: UInt64) -> [Value] { values[digest] ?? [] }

  /// All, in no order.
  var all: [Value] { values.values.flatMap { $0 } }

  mutating func insert(_ value: Value) { values[value.keyDigest, default: []].append(value) }

  /// - Returns: whether it was here.
  mutating func remove(_ value: Value) -> Bool {
    guard var rest = values[value.keyDigest], let index = rest.firstIndex(where: { $0 === value }) else {
      return false
    }
    rest.remove(at: index)
    values[value.keyDigest] = rest.isEmpty ? nil : rest
    return true
  }
}
