#include "CJSONFields.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <simdjson.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace {

/// `memcmp` for the few bytes of a member's name, of which every record has a dozen: a call costs more than the comparison.
bool equal(const char *left, const char *right, size_t length) {
  auto word = [](const char *at) { uint64_t value; std::memcpy(&value, at, 8); return value; };
  auto half = [](const char *at) { uint32_t value; std::memcpy(&value, at, 4); return value; };
  if (length >= 8) {
    for (size_t at = 0; at + 8 < length; at += 8) {
      if (word(left + at) != word(right + at)) return false;
    }
    // The last eight bytes, which may overlap with what was compared.
    return word(left + length - 8) == word(right + length - 8);
  }
  if (length >= 4) return half(left) == half(right) && half(left + length - 4) == half(right + length - 4);
  for (size_t at = 0; at < length; at++) {
    if (left[at] != right[at]) return false;
  }
  return true;
}

/// The rules of all scopes in one open-addressed table, keyed by scope and name.
class RuleTable {
public:
  struct Rule {
    std::string name;
    uint16_t scope, field, action, inner;
  };

  explicit RuleTable(const cjson_rule *rules, size_t count) {
    size_t size = 16;
    while (size < count * 4) size *= 2;
    slots_.assign(size, -1);
    for (size_t index = 0; index < count; index++) {
      rules_.push_back({rules[index].name, rules[index].scope, rules[index].field,
                        rules[index].action, rules[index].inner});
      size_t slot = hash(rules[index].scope, rules_.back().name.data(), rules_.back().name.size());
      while (slots_[slot & (size - 1)] >= 0) slot++;
      slots_[slot & (size - 1)] = static_cast<int32_t>(index);
      if (rules[index].scope >= scopes_) scopes_ = rules[index].scope + size_t(1);
    }
    followers_.assign(rules_.size() + scopes_, -1);
  }

  /// What stands for the member before the first one of a scope.
  size_t beginning(uint16_t scope) const { return rules_.size() + (scope < scopes_ ? scope : 0); }

  /// The rule of a member, which becomes `before` for the one behind it.
  const Rule *find(uint16_t scope, const char *name, size_t length, size_t &before) {
    // Records of one producer name their members in one order: the one that came next the last time comes next again.
    int32_t guess = followers_[before];
    if (guess >= 0 && is(rules_[static_cast<size_t>(guess)], scope, name, length)) {
      before = static_cast<size_t>(guess);
      return &rules_[before];
    }
    for (size_t slot = hash(scope, name, length);; slot++) {
      int32_t index = slots_[slot & (slots_.size() - 1)];
      if (index < 0) return nullptr;
      const Rule &rule = rules_[static_cast<size_t>(index)];
      if (!is(rule, scope, name, length)) continue;
      followers_[before] = index;
      before = static_cast<size_t>(index);
      return &rule;
    }
  }

private:
  static bool is(const Rule &rule, uint16_t scope, const char *name, size_t length) {
    return rule.scope == scope && rule.name.size() == length && equal(rule.name.data(), name, length);
  }

  static size_t hash(uint16_t scope, const char *name, size_t length) {
    // Length, ends and middle tell the few known names apart; a collision only costs a comparison.
    size_t value = scope * 131 + length * 31;
    if (length > 0) {
      value = value * 33 + static_cast<uint8_t>(name[0]);
      value = value * 33 + static_cast<uint8_t>(name[length / 2]);
      value = value * 33 + static_cast<uint8_t>(name[length - 1]);
    }
    return value ^ (value >> 7);
  }

  std::vector<Rule> rules_;
  std::vector<int32_t> slots_;
  size_t scopes_ = 1;
  /// By rule, then by scope: the rule of the member that came behind this one the last time; −1 for none yet.
  std::vector<int32_t> followers_;
};

bool is_blank(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

} // namespace

/// Walks the structural index of one record at a time.
struct cjson_picker {
  RuleTable table;
  uint32_t max_depth;
  uint32_t max_fields;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  size_t capacity = 0;
  /// What was picked: the first `picked` of these.
  std::vector<cjson_field> fields = std::vector<cjson_field>(64);
  size_t picked = 0;
  uint8_t *output = nullptr;
  size_t end = 0;

  // The record under the walk.
  const uint8_t *json = nullptr;
  size_t length = 0;
  const uint32_t *index = nullptr;
  size_t count = 0;
  size_t at = 0;
  bool spaced = false;
  /// Whether the record holds any backslash; most do not, and then no string has to be searched for one.
  bool escaped = false;
  cjson_status failure = CJSON_OK;
  size_t failed_at = 0;
  /// Bytes of the byte order mark in front of the record.
  size_t mark = 0;
  /// Fields of the record that count: an attribute's value goes with its name.
  size_t counted = 0;

  cjson_picker(const cjson_rule *rules, size_t rule_count, uint32_t depth, uint32_t field_limit)
      : table(rules, rule_count), max_depth(depth), max_fields(field_limit) {}

  /// Ends the walk at the byte `where`.
  bool fail(cjson_status status, size_t where) {
    failure = status;
    failed_at = where;
    return false;
  }

  /// Where the next token begins.
  size_t here() const { return at < count ? index[at] : length; }

  /// Ends the walk at the next token, or at the one before it.
  bool malformed() { return fail(CJSON_MALFORMED, here()); }
  bool malformed_before() { return fail(CJSON_MALFORMED, index[at - 1]); }

  /// End of the token that starts at structural index `token`, without the white space behind it.
  size_t token_end(size_t token) {
    size_t limit = token + 1 < count ? index[token + 1] : length;
    // All blanks are below this, and hardly any record has one.
    if (json[limit - 1] > ' ') return limit;
    size_t last = limit;
    while (is_blank(json[last - 1])) last--;
    if (last != limit) spaced = true;
    return last;
  }

  bool take(uint8_t byte) {
    if (at >= count || json[index[at]] != byte) return malformed();
    token_end(at);
    at++;
    return true;
  }

  static int hex(uint8_t byte) {
    if (is_digit(byte)) return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
  }

  static bool hex4(const uint8_t *from, const uint8_t *limit, uint32_t &value) {
    if (limit - from < 4) return false;
    value = 0;
    for (int place = 0; place < 4; place++) {
      int digit = hex(from[place]);
      if (digit < 0) return false;
      value = value << 4 | static_cast<uint32_t>(digit);
    }
    return true;
  }

  /// Unescapes the inside of a string; with no `to` it only checks. Returns the length, or −1.
  static ptrdiff_t unescape(const uint8_t *from, const uint8_t *limit, uint8_t *to) {
    ptrdiff_t written = 0;
    auto put = [&](uint8_t byte) {
      if (to) to[written] = byte;
      written++;
    };
    while (from < limit) {
      if (*from != '\\') {
        put(*from++);
        continue;
      }
      if (++from == limit) return -1;
      switch (*from++) {
      case '"': put('"'); break;
      case '\\': put('\\'); break;
      case '/': put('/'); break;
      case 'b': put('\b'); break;
      case 'f': put('\f'); break;
      case 'n': put('\n'); break;
      case 'r': put('\r'); break;
      case 't': put('\t'); break;
      case 'u': {
        uint32_t point;
        if (!hex4(from, limit, point)) return -1;
        from += 4;
        if (point >= 0xD800 && point <= 0xDFFF) {
          uint32_t low;
          if (point <= 0xDBFF && limit - from >= 6 && from[0] == '\\' && from[1] == 'u' && hex4(from + 2, limit, low)
              && low >= 0xDC00 && low <= 0xDFFF) {
            from += 6;
            point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
          } else {
            // Half of a character, as a text that was cut by its sender has it: no text in Unicode, but the rest of the event is good.
            point = 0xFFFD;
          }
        }
        if (point < 0x80) {
          put(static_cast<uint8_t>(point));
        } else if (point < 0x800) {
          put(static_cast<uint8_t>(0xC0 | point >> 6));
          put(static_cast<uint8_t>(0x80 | (point & 0x3F)));
        } else if (point < 0x10000) {
          put(static_cast<uint8_t>(0xE0 | point >> 12));
          put(static_cast<uint8_t>(0x80 | (point >> 6 & 0x3F)));
          put(static_cast<uint8_t>(0x80 | (point & 0x3F)));
        } else {
          put(static_cast<uint8_t>(0xF0 | point >> 18));
          put(static_cast<uint8_t>(0x80 | (point >> 12 & 0x3F)));
          put(static_cast<uint8_t>(0x80 | (point >> 6 & 0x3F)));
          put(static_cast<uint8_t>(0x80 | (point & 0x3F)));
        }
        break;
      }
      default: return -1;
      }
    }
    return written;
  }

  /// Lets halves of characters be U+FFFD in compact JSON that has been checked, in their place: both take six bytes.
  static void mend(uint8_t *from, uint8_t *limit) {
    while (from < limit) {
      from = static_cast<uint8_t *>(std::memchr(from, '\\', static_cast<size_t>(limit - from)));
      if (from == nullptr) return;
      uint32_t point;
      if (limit - from < 6 || from[1] != 'u' || !hex4(from + 2, limit, point)) {
        from += 2;
        continue;
      }
      uint32_t low;
      if (point < 0xD800 || point > 0xDFFF) {
        from += 6;
      } else if (point <= 0xDBFF && limit - from >= 12 && from[6] == '\\' && from[7] == 'u'
                 && hex4(from + 8, limit, low) && low >= 0xDC00 && low <= 0xDFFF) {
        from += 12;
      } else {
        std::memcpy(from + 2, "fffd", 4);
        from += 6;
      }
    }
  }

  /// RFC 8259's grammar; the value itself is never computed, so no number is too large.
  static bool is_number(const uint8_t *from, const uint8_t *limit) {
    if (from < limit && *from == '-') from++;
    if (from == limit || !is_digit(*from)) return false;
    if (*from == '0') {
      from++;
    } else {
      while (from < limit && is_digit(*from)) from++;
    }
    if (from < limit && *from == '.') {
      from++;
      if (from == limit || !is_digit(*from)) return false;
      while (from < limit && is_digit(*from)) from++;
    }
    if (from < limit && (*from == 'e' || *from == 'E')) {
      from++;
      if (from < limit && (*from == '+' || *from == '-')) from++;
      if (from == limit || !is_digit(*from)) return false;
      while (from < limit && is_digit(*from)) from++;
    }
    return from == limit;
  }

  /// Text is never compared by digest, so it gets none.
  bool emit(uint16_t field, uint8_t kind, size_t from, size_t size, bool digested, bool is_counted = true) {
    if (is_counted && counted++ >= max_fields) return fail(CJSON_TOO_MANY, here());
    if (picked == fields.size()) fields.resize(picked * 2);
    cjson_field &one = fields[picked++];
    one.digest = digested ? XXH3_64bits(output + from, size) : 0;
    one.offset = static_cast<uint32_t>(from);
    one.length = static_cast<uint32_t>(size);
    one.field = field;
    one.kind = kind;
    return true;
  }

  /// Writes the bytes from `start` to `stop` as compact JSON.
  bool copy_raw(size_t start, size_t stop, bool has_space) {
    size_t from = end;
    if (has_space) {
      size_t size = 0;
      if (simdjson::minify(reinterpret_cast<const char *>(json + start), stop - start,
                           reinterpret_cast<char *>(output + from), size) != simdjson::SUCCESS) {
        return fail(CJSON_MALFORMED, start);
      }
      end += size;
    } else {
      std::memcpy(output + from, json + start, stop - start);
      end += stop - start;
    }
    if (escaped) mend(output + from, output + end);
    return true;
  }

  /// Emits the inside of a string, unescaped. `start` is the opening quote, `stop` one past the closing one.
  bool emit_text(uint16_t field, size_t start, size_t stop) {
    size_t from = end;
    const uint8_t *inside = json + start + 1;
    size_t size = stop - start - 2;
    if (!escaped || std::memchr(inside, '\\', size) == nullptr) {
      std::memcpy(output + from, inside, size);
      end += size;
    } else {
      ptrdiff_t written = unescape(inside, inside + size, output + from);
      if (written < 0) return fail(CJSON_MALFORMED, start);
      end += static_cast<size_t>(written);
    }
    return emit(field, CJSON_STRING, from, end - from, false);
  }

  /// Checks one value and moves past it; `kind` and `stop` (end of its last byte) are set.
  bool skip(uint32_t depth, uint8_t &kind, size_t &stop) {
    if (at >= count) return malformed();
    size_t start = index[at];
    switch (json[start]) {
    case '{':
      kind = CJSON_OBJECT;
      return object(depth, -1, stop);
    case '[': {
      kind = CJSON_ARRAY;
      if (depth >= max_depth) return fail(CJSON_TOO_DEEP, here());
      token_end(at++);
      if (at < count && json[index[at]] == ']') {
        stop = index[at] + 1;
        token_end(at++);
        return true;
      }
      while (true) {
        uint8_t inner;
        size_t inner_stop;
        if (!skip(depth + 1, inner, inner_stop)) return false;
        if (at >= count) return malformed();
        uint8_t next = json[index[at]];
        stop = index[at] + 1;
        token_end(at++);
        if (next == ']') return true;
        if (next != ',') return malformed_before();
      }
    }
    case '"': {
      kind = CJSON_STRING;
      stop = token_end(at++);
      if (stop < start + 2 || json[stop - 1] != '"') return fail(CJSON_MALFORMED, start);
      const uint8_t *inside = json + start + 1;
      size_t size = stop - start - 2;
      if (escaped && std::memchr(inside, '\\', size) != nullptr && unescape(inside, inside + size, nullptr) < 0) {
        return fail(CJSON_MALFORMED, start);
      }
      return true;
    }
    case 't':
      kind = CJSON_TRUE;
      stop = token_end(at++);
      return (stop - start == 4 && std::memcmp(json + start, "true", 4) == 0) || fail(CJSON_MALFORMED, start);
    case 'f':
      kind = CJSON_FALSE;
      stop = token_end(at++);
      return (stop - start == 5 && std::memcmp(json + start, "false", 5) == 0) || fail(CJSON_MALFORMED, start);
    case 'n':
      kind = CJSON_NULL;
      stop = token_end(at++);
      return (stop - start == 4 && std::memcmp(json + start, "null", 4) == 0) || fail(CJSON_MALFORMED, start);
    default:
      kind = CJSON_NUMBER;
      stop = token_end(at++);
      return is_number(json + start, json + stop) || fail(CJSON_MALFORMED, start);
    }
  }

  /// Checks one value, moves past it and emits it as compact JSON.
  bool raw(uint16_t field, uint32_t depth, bool is_counted = true) {
    if (at >= count) return malformed();
    size_t start = index[at];
    bool outer = spaced;
    spaced = false;
    uint8_t kind;
    size_t stop = start;
    if (!skip(depth, kind, stop)) return false;
    bool inner = spaced;
    spaced = outer || inner;
    size_t from = end;
    if (!copy_raw(start, stop, inner && (kind == CJSON_OBJECT || kind == CJSON_ARRAY))) return false;
    return emit(field, kind, from, end - from, true, is_counted);
  }

  /// Emits an object as compact JSON and, behind it, what its scope knows of its members: in one walk.
  bool raw_and_scope(const RuleTable::Rule &rule, uint32_t depth) {
    size_t start = index[at];
    // The object comes before its members, but where it ends is known after them.
    size_t place = picked;
    if (!emit(rule.field, CJSON_OBJECT, end, 0, false)) return false;
    bool outer = spaced;
    spaced = false;
    size_t stop;
    if (!object(depth, rule.inner, stop)) return false;
    bool inner = spaced;
    spaced = outer || inner;
    size_t from = end;
    if (!copy_raw(start, stop, inner)) return false;
    cjson_field &whole = fields[place];
    whole.digest = XXH3_64bits(output + from, end - from);
    whole.offset = static_cast<uint32_t>(from);
    whole.length = static_cast<uint32_t>(end - from);
    return true;
  }

  bool member(const RuleTable::Rule &rule, uint32_t depth) {
    if (at >= count) return malformed();
    uint8_t first = json[index[at]];
    uint8_t kind;
    size_t stop;
    switch (rule.action) {
    case CJSON_TEXT: {
      size_t start = index[at];
      if (first != '"') return raw(rule.field, depth);
      stop = token_end(at++);
      if (stop < start + 2 || json[stop - 1] != '"') return fail(CJSON_MALFORMED, start);
      return emit_text(rule.field, start, stop);
    }
    case CJSON_QUERY: {
      size_t start = index[at];
      if (!skip(depth, kind, stop)) return false;
      if (kind != CJSON_STRING) return true;
      const void *mark = std::memchr(json + start + 1, '?', stop - start - 2);
      if (mark == nullptr) return true;
      // As if the string began with the question mark.
      return emit_text(rule.field, static_cast<size_t>(static_cast<const uint8_t *>(mark) - json), stop);
    }
    case CJSON_SCOPE:
      if (first == '{') return object(depth, rule.inner, stop);
      return skip(depth, kind, stop);
    case CJSON_RAW_AND_SCOPE:
      return first == '{' ? raw_and_scope(rule, depth) : raw(rule.field, depth);
    case CJSON_MAP: {
      if (first != '{') return skip(depth, kind, stop);
      if (depth >= max_depth) return fail(CJSON_TOO_DEEP, here());
      token_end(at++);
      if (at < count && json[index[at]] == '}') {
        token_end(at++);
        return true;
      }
      while (true) {
        if (at >= count || json[index[at]] != '"') return malformed();
        size_t start = index[at];
        stop = token_end(at++);
        if (stop < start + 2 || json[stop - 1] != '"') return fail(CJSON_MALFORMED, start);
        if (!emit_text(rule.field, start, stop)) return false;
        if (!take(':')) return false;
        if (!raw(static_cast<uint16_t>(rule.field + 1), depth + 1, false)) return false;
        if (at >= count) return malformed();
        uint8_t next = json[index[at]];
        token_end(at++);
        if (next == '}') return true;
        if (next != ',') return malformed_before();
      }
    }
    case CJSON_ELEMENTS: {
      if (first != '[') return raw(rule.field, depth);
      if (depth >= max_depth) return fail(CJSON_TOO_DEEP, here());
      token_end(at++);
      if (at < count && json[index[at]] == ']') {
        token_end(at++);
        return true;
      }
      while (true) {
        if (!raw(rule.field, depth + 1)) return false;
        if (at >= count) return malformed();
        uint8_t next = json[index[at]];
        token_end(at++);
        if (next == ']') return true;
        if (next != ',') return malformed_before();
      }
    }
    default: return raw(rule.field, depth);
    }
  }

  /// Walks an object; scope −1 knows no keys.
  bool object(uint32_t depth, int scope, size_t &stop) {
    if (depth >= max_depth) return fail(CJSON_TOO_DEEP, here());
    if (!take('{')) return false;
    if (at < count && json[index[at]] == '}') {
      stop = index[at] + 1;
      token_end(at++);
      return true;
    }
    size_t before = scope < 0 ? 0 : table.beginning(static_cast<uint16_t>(scope));
    while (true) {
      if (at >= count || json[index[at]] != '"') return malformed();
      size_t start = index[at];
      size_t key_stop = token_end(at++);
      if (key_stop < start + 2 || json[key_stop - 1] != '"') return fail(CJSON_MALFORMED, start);
      const uint8_t *key = json + start + 1;
      size_t key_length = key_stop - start - 2;
      if (escaped && std::memchr(key, '\\', key_length) != nullptr
          && unescape(key, key + key_length, nullptr) < 0) {
        return fail(CJSON_MALFORMED, start);
      }
      if (!take(':')) return false;
      const RuleTable::Rule *rule =
        scope < 0 ? nullptr
                  : table.find(
                      static_cast<uint16_t>(scope), reinterpret_cast<const char *>(key), key_length, before);
      if (rule) {
        if (!member(*rule, depth + 1)) return false;
      } else {
        uint8_t kind;
        size_t value_stop;
        if (!skip(depth + 1, kind, value_stop)) return false;
      }
      if (at >= count) return malformed();
      uint8_t next = json[index[at]];
      stop = index[at] + 1;
      token_end(at++);
      if (next == '}') return true;
      if (next != ',') return malformed_before();
    }
  }

  /// Nothing but white space may follow the value.
  cjson_status ended(cjson_status status) {
    if (at == count) return status;
    malformed();
    return failure;
  }

  cjson_status pick(const uint8_t *from, size_t size, uint8_t *to, size_t offset, size_t kept) {
    picked = kept;
    counted = 0;
    // A byte order mark says what is known already.
    mark = size >= 3 && from[0] == 0xEF && from[1] == 0xBB && from[2] == 0xBF ? 3 : 0;
    from += mark;
    size -= mark;
    output = to;
    end = offset;
    failed_at = 0;
    if (size == 0) return CJSON_MALFORMED;
    if (size > capacity) {
      size_t wanted = capacity == 0 ? 4096 : capacity;
      while (wanted < size) wanted *= 2;
      parser.reset();
      capacity = 0;
      if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            wanted, simdjson::DEFAULT_MAX_DEPTH, parser) != simdjson::SUCCESS) {
        return CJSON_OUT_OF_MEMORY;
      }
      capacity = wanted;
    }
    if (parser->stage1(from, size, simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
      return CJSON_NO_TEXT;
    }
    json = from;
    length = size;
    index = parser->structural_indexes.get();
    count = parser->n_structural_indexes;
    at = 0;
    spaced = false;
    escaped = std::memchr(from, '\\', size) != nullptr;
    failure = CJSON_OK;
    if (count == 0) return CJSON_MALFORMED;
    if (json[index[0]] != '{') {
      uint8_t kind;
      size_t stop;
      if (!skip(0, kind, stop)) return failure;
      return ended(CJSON_NOT_OBJECT);
    }
    size_t stop;
    if (!object(0, 0, stop)) return failure;
    return ended(CJSON_OK);
  }
};

extern "C" {

cjson_picker *cjson_create(
  const cjson_rule *rules, size_t count, uint32_t max_depth, uint32_t max_fields) {
  return new (std::nothrow) cjson_picker(rules, count, max_depth, max_fields);
}

void cjson_destroy(cjson_picker *picker) { delete picker; }

cjson_status cjson_pick(
  cjson_picker *picker, const uint8_t *json, size_t length, uint8_t *output, size_t output_offset, size_t kept) {
  return picker->pick(json, length, output, output_offset, kept);
}

const cjson_field *cjson_fields(const cjson_picker *picker) { return picker->fields.data(); }
size_t cjson_field_count(const cjson_picker *picker) { return picker->picked; }
size_t cjson_output_end(const cjson_picker *picker) { return picker->end; }
size_t cjson_failed_at(const cjson_picker *picker) { return picker->mark + picker->failed_at; }
int cjson_has_escapes(const cjson_picker *picker) { return picker->escaped; }
}
