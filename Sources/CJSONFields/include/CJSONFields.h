#ifndef SOJOURN_CJSONFIELDS_H
#define SOJOURN_CJSONFIELDS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Picks known fields out of JSON objects, with simdjson's first stage (UTF-8 validation and the structural index)
/// and a walk of our own over that index, which checks the whole grammar while it copies what a table names.
///
/// simdjson's own two front ends do half of this each: the tape writes every value, and on-demand parsing does not
/// validate what it skips, while a snapshot must never carry a byte that no parser has seen.

/// What to do with the value of a known key.
enum cjson_action {
  /// Copy a string unescaped; copy any other value as compact JSON. The kind tells which.
  CJSON_TEXT = 0,
  /// Copy as compact JSON.
  CJSON_RAW = 1,
  /// Walk an object with another scope.
  CJSON_SCOPE = 2,
  /// Copy as compact JSON and walk it with another scope.
  CJSON_RAW_AND_SCOPE = 3,
  /// An object as a map: name (unescaped text) and value (compact JSON) of every member, as `field` and `field + 1`.
  CJSON_MAP = 4,
  /// Every element of an array as compact JSON; any other value as if it were the only element.
  CJSON_ELEMENTS = 5,
  /// Of a string that is a URL what stands behind its `?`, unescaped; nothing of one without, nor of any other value.
  CJSON_QUERY = 6,
};

/// JSON type of a copied value.
enum cjson_kind {
  CJSON_NULL = 0,
  CJSON_FALSE = 1,
  CJSON_TRUE = 2,
  CJSON_NUMBER = 3,
  CJSON_STRING = 4,
  CJSON_OBJECT = 5,
  CJSON_ARRAY = 6,
};

/// Result of one record.
enum cjson_status {
  CJSON_OK = 0,
  CJSON_MALFORMED = 1,
  CJSON_NOT_OBJECT = 2,
  CJSON_TOO_DEEP = 3,
  CJSON_TOO_MANY = 4,
  CJSON_OUT_OF_MEMORY = 5,
  /// Not UTF-8, a text that does not end, or a control character within one: the first stage, which does not say where.
  CJSON_NO_TEXT = 6,
};

/// One entry of the table: key `name` in scope `scope`.
struct cjson_rule {
  const char *name;
  uint16_t scope;
  uint16_t field;
  uint16_t action;
  /// Scope to walk with, for `CJSON_SCOPE` and `CJSON_RAW_AND_SCOPE`.
  uint16_t inner;
};

/// One picked value; the slice points into the output buffer.
struct cjson_field {
  /// XXH3 of compact JSON; 0 for unescaped text.
  uint64_t digest;
  uint32_t offset;
  uint32_t length;
  uint16_t field;
  uint8_t kind;
};

typedef struct cjson_picker cjson_picker;

/// Creates a picker. The rules are copied. An attribute counts once, with its value, among the fields. Returns NULL without memory.
cjson_picker *cjson_create(const struct cjson_rule *rules, size_t count, uint32_t max_depth, uint32_t max_fields);
void cjson_destroy(cjson_picker *picker);

/// Picks the fields of one record. `json` must be readable for 64 bytes past its end. Copied bytes go to `output`
/// from `output_offset` on, where there is room for twice `length` bytes and 64 more. Its fields come behind the
/// first `kept` of those that are there.
enum cjson_status cjson_pick(
  cjson_picker *picker, const uint8_t *json, size_t length, uint8_t *output, size_t output_offset, size_t kept);

/// The picked fields, those that were kept before those of the last record, which are in order of occurrence.
const struct cjson_field *cjson_fields(const cjson_picker *picker);
/// Number of picked fields, with those that were kept.
size_t cjson_field_count(const cjson_picker *picker);
/// The byte of the last record at which `CJSON_MALFORMED` was found: where the token begins that may not stand there.
size_t cjson_failed_at(const cjson_picker *picker);
/// One past the last byte written to the output by the last record.
size_t cjson_output_end(const cjson_picker *picker);
/// Whether the last record holds a backslash. If not, no text of it holds a byte that JSON would escape: the first stage refuses
/// control characters in strings.
int cjson_has_escapes(const cjson_picker *picker);

#ifdef __cplusplus
}
#endif
#endif
