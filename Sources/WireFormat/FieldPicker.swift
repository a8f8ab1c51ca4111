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

  /// Picks the fields of one record into the arena, behind the first `kept` of those that are there. `json`
  /// has 64 readable bytes behind it.
  func pick(
    _ json: UnsafeBufferPointer<UInt8>, into arena: inout ScratchArena, behind kept: Int = 0
  ) -> PickedRecord {
    // Compact copies are never longer than the source, and only of an object whose members are picked as well
    // there are two.
    arena.reserve(json.count * 2 + 64)
    let start = arena.count
    let status = cjson_pick(handle, json.baseAddress, json.count, arena.base, start, kept)
    guard status == CJSON_OK else {
      return PickedRecord(
        status: status, fields: kept..<kept, bytes: start..<start, hasEscapes: false,
        failedAt: status == CJSON_MALFORMED ? cjson_failed_at(handle) : nil)
    }
    arena.count = cjson_output_end(handle)
    return PickedRecord(
      status: status, fields: kept..<cjson_field_count(handle), bytes: start..<arena.count,
      hasEscapes: cjson_has_escapes(handle) != 0, failedAt: nil)
  }

  /// The fields of a record, until another one takes their place.
  func fields(of record: PickedRecord) -> UnsafeBufferPointer<cjson_field> {
    UnsafeBufferPointer(start: cjson_fields(handle) + record.fields.lowerBound, count: record.fields.count)
  }
}

/// What was picked of one record.
struct PickedRecord {
  var status: cjson_status
  /// Its fields among those that the picker holds.
  var fields: Range<Int>
  /// Its bytes in the arena.
  var bytes: Range<Int>
  /// Whether its texts may hold bytes that JSON escapes, NUL among them.
  var hasEscapes: Bool
  /// The byte from which on it is no JSON; `nil` where it is, or where nobody knows.
  var failedAt: Int?
}
