internal import CJSONFields

/// Owns the C++ picker; the only place that holds its handle.
final class FieldPicker {
  private let handle: OpaquePointer

  /// - Returns: `nil` without memory.
  init?(limits: DecodingLimits) {
    let all = limits.readsTraits ? InputRule.all + InputRule.traits : InputRule.all
    let rules = all.map { rule in
      cjson_rule(
        name: UnsafeRawPointer(rule.name.utf8Start).assumingMemoryBound(to: CChar.self),
        scope: rule.scope, field: rule.field, action: UInt16(rule.action.rawValue), inner: rule.inner)
    }
    guard
      let handle = cjson_create(
        rules, rules.count, UInt32(clamping: limits.maxEventDepth), UInt32(clamping: limits.maxEventFacts))
    else { return nil }
    self.handle = handle
  }

  deinit { cjson_destroy(handle) }

  /// Picks the fields of one record into the arena. `json` has 64 readable bytes behind it.
  func pick(_ json: UnsafeBufferPointer<UInt8>, into arena: inout ScratchArena) -> cjson_status {
    // Compact copies are never longer than the source, and only of an object whose members are picked as well
    // there are two.
    arena.reserve(json.count * 2 + 64)
    let status = cjson_pick(handle, json.baseAddress, json.count, arena.base, arena.count)
    if status == CJSON_OK { arena.count = cjson_output_end(handle) }
    return status
  }

  /// The byte of the last record from which on it is no JSON; for `CJSON_MALFORMED`.
  var failedAt: Int { cjson_failed_at(handle) }

  /// Whether texts of the last record may hold bytes that JSON escapes, NUL among them.
  var hasEscapes: Bool { cjson_has_escapes(handle) != 0 }

  /// The fields of the last record; valid until the next call of `pick`.
  var fields: UnsafeBufferPointer<cjson_field> {
    UnsafeBufferPointer(start: cjson_fields(handle), count: cjson_field_count(handle))
  }
}
