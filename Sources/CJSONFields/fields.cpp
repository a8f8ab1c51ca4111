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
    /// The rule of the member that came behind this one the last time.
    Rule *follower = nullptr;
    /// The first eight bytes of the name, 0 behind its end, and a mask of those that are its own.
    uint64_t head = 0, mask = 0;

    bool names(const char *key, size_t length) const {
      uint64_t word;
      std::memcpy(&word, key, 8);
      return name.size() == length && ((word ^ head) & mask) == 0
        && (length <= 8 || equal(name.data() + 8, key + 8, length - 8));
    }
  };

  explicit RuleTable(const cjson_rule *rules, size_t count) {
    size_t size = 16;
    while (size < count * 4) size *= 2;
    slots_.assign(size, -1);
    for (size_t index = 0; index < count; index++) {
      Rule rule{rules[index].name, rules[index].scope, rules[index].field, rules[index].action, rules[index].inner};
      size_t own = rule.name.size() < 8 ? rule.name.size() : 8;
      std::memcpy(&rule.head, rule.name.data(), own);
      std::memset(&rule.mask, 0xFF, own);
      size_t slot = hash(rule.scope, rule.name.data(), rule.name.size());
      while (slots_[slot & (size - 1)] >= 0) slot++;
      slots_[slot & (size - 1)] = static_cast<int32_t>(index);
      if (rule.scope >= beginnings_.size()) beginnings_.resize(rule.scope + size_t(1));
      rules_.push_back(std::move(rule));
    }
    if (beginnings_.empty()) beginnings_.resize(1);
  }

  /// What stands for the member before the first one of a scope.
  Rule *beginning(uint16_t scope) { return &beginnings_[scope < beginnings_.size() ? scope : 0]; }

  /// The rule of a member, which becomes `before` for the one behind it. Eight bytes from `name` on are readable.
  const Rule *find(uint16_t scope, const char *name, size_t length, Rule *&before) {
    // Records of one producer name their members in one order: the one that came next the last time comes next again.
    Rule *guess = before->follower;
    if (guess == nullptr || !guess->names(name, length)) {
      guess = search(scope, name, length);
      if (guess == nullptr) return nullptr;
      before->follower = guess;
    }
    before = guess;
    return guess;
  }

private:
  [[gnu::noinline]] Rule *search(uint16_t scope, const char *name, size_t length) {
    for (size_t slot = hash(scope, name, length);; slot++) {
      int32_t index = slots_[slot & (slots_.size() - 1)];
      if (index < 0) return nullptr;
      Rule &rule = rules_[static_cast<size_t>(index)];
      if (rule.scope == scope && rule.names(name, length)) return &rule;
    }
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
  /// By scope: only their followers mean something.
  std::vector<Rule> beginnings_;
};

bool is_blank(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }
bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

} // namespace

/// Walks the structural index of one record at a time.
struct cjson_picker {
  /// A place in the structural index. Functions that walk return the one behind what they have walked over, or null.
  using Token = const uint32_t *;

  RuleTable table;
  uint32_t max_depth;
  uint32_t max_fields;
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  size_t capacity = 0;
  /// What was picked: the first `picked` of these.
  std::vector<cjson_field> fields;
  size_t picked = 0;
  uint8_t *output = nullptr;
  size_t end = 0;

  // The record under the walk.
  const uint8_t *json = nullptr;
  /// Where the index ends; what is there is the record's length.
  Token last = nullptr;
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
  [[gnu::cold, gnu::noinline]] Token fail(cjson_status status, size_t where) {
    failure = status;
    failed_at = where;
    return nullptr;
  }

  /// Ends the walk at a token.
  Token malformed(Token token) { return fail(CJSON_MALFORMED, *token); }

  /// End of a token, without the white space behind it.
  size_t token_end(Token token) const {
    size_t limit = token[1];
    // All blanks are below this, and hardly any record has one.
    return json[limit - 1] > ' ' ? limit : before_blanks(limit);
  }

  [[gnu::cold, gnu::noinline]] size_t before_blanks(size_t limit) const {
    while (is_blank(json[limit - 1])) limit--;
    return limit;
  }

  /// Moves past a token, and notes white space behind it.
  Token past(Token token) {
    if (json[token[1] - 1] <= ' ') note_blanks(token);
    return token + 1;
  }

  /// Moves past a token of one byte.
  Token past_mark(Token token) {
    if (token[1] - 1 != token[0]) note_blanks(token);
    return token + 1;
  }

  [[gnu::cold, gnu::noinline]] void note_blanks(Token token) {
    if (is_blank(json[token[1] - 1])) spaced = true;
  }

  /// The byte that a token begins with; 0 behind the last one.
  uint8_t first(Token token) const { return token < last ? json[*token] : 0; }

  /// Whether a token is a string with both of its quotes; `size` is the length of what is between them.
  bool is_text(Token token, size_t &size) {
    size_t stop = token[1];
    if (json[stop - 1] != '"') {
      note_blanks(token);
      stop = before_blanks(stop);
      if (json[stop - 1] != '"') return false;
    }
    size = stop - *token - 2;
    // Of a single quote the length is less than nothing.
    return static_cast<ptrdiff_t>(size) >= 0;
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

  bool emit(uint16_t field, uint8_t kind, size_t from, size_t size, uint64_t digest, bool is_counted = true) {
    if (is_counted && counted++ >= max_fields) {
      fail(CJSON_TOO_MANY, 0);
      return false;
    }
    cjson_field &one = fields[picked++];
    one.digest = digest;
    one.offset = static_cast<uint32_t>(from);
    one.length = static_cast<uint32_t>(size);
    one.field = field;
    one.kind = kind;
    return true;
  }

  /// Copies sixteen bytes at a time. What is behind may come along: there is room, and it is written over.
  void copy(const uint8_t *from, size_t size) {
    uint8_t *to = output + end;
    end += size;
    for (const uint8_t *limit = from + size; from < limit; from += 16, to += 16) std::memcpy(to, from, 16);
  }

  /// Writes the bytes from `start` to `stop` as compact JSON.
  bool copy_raw(size_t start, size_t stop, bool has_space) {
    size_t from = end;
    if (has_space) {
      size_t size = 0;
      if (simdjson::minify(reinterpret_cast<const char *>(json + start), stop - start,
                           reinterpret_cast<char *>(output + from), size) != simdjson::SUCCESS) {
        fail(CJSON_MALFORMED, start);
        return false;
      }
      end += size;
    } else {
      copy(json + start, stop - start);
    }
    if (escaped) mend(output + from, output + end);
    return true;
  }

  /// Emits text from `start` on, unescaped. It is never compared by digest, so it gets none.
  [[gnu::always_inline]] bool emit_text(uint16_t field, size_t start, size_t size) {
    size_t from = end;
    if (!has_escape(json + start, size)) {
      copy(json + start, size);
    } else {
      ptrdiff_t written = unescape(json + start, json + start + size, output + from);
      if (written < 0) {
        fail(CJSON_MALFORMED, start - 1);
        return false;
      }
      end += static_cast<size_t>(written);
    }
    return emit(field, CJSON_STRING, from, end - from, 0);
  }

  bool has_escape(const uint8_t *text, size_t size) const {
    return escaped && std::memchr(text, '\\', size) != nullptr;
  }

  /// Whether the escapes of a string are ones that JSON knows.
  bool is_escaped_well(Token token, size_t size) const {
    const uint8_t *inside = json + *token + 1;
    return !has_escape(inside, size) || unescape(inside, inside + size, nullptr) >= 0;
  }

  /// Checks one value and moves past it; `kind` is set.
  Token skip(Token token, uint32_t depth, uint8_t &kind) {
    if (token >= last) return malformed(token);
    size_t start = *token;
    switch (json[start]) {
    case '{':
      kind = CJSON_OBJECT;
      return object(token, depth, -1);
    case '[':
      kind = CJSON_ARRAY;
      return array(token, depth);
    case '"': {
      kind = CJSON_STRING;
      size_t size;
      if (!is_text(token, size) || !is_escaped_well(token, size)) return malformed(token);
      return token + 1;
    }
    case 't':
      kind = CJSON_TRUE;
      return is_word(token, "true", 4) ? past(token) : malformed(token);
    case 'f':
      kind = CJSON_FALSE;
      return is_word(token, "false", 5) ? past(token) : malformed(token);
    case 'n':
      kind = CJSON_NULL;
      return is_word(token, "null", 4) ? past(token) : malformed(token);
    default:
      kind = CJSON_NUMBER;
      return is_number(json + start, json + token_end(token)) ? past(token) : malformed(token);
    }
  }

  bool is_word(Token token, const char *word, size_t size) const {
    return token_end(token) - *token == size && std::memcmp(json + *token, word, size) == 0;
  }

  /// Checks an array from its bracket on.
  [[gnu::noinline]] Token array(Token token, uint32_t depth) {
    if (depth >= max_depth) return fail(CJSON_TOO_DEEP, *token);
    token = past_mark(token);
    if (first(token) == ']') return past_mark(token);
    while (true) {
      uint8_t kind;
      token = skip(token, depth + 1, kind);
      if (!token) return nullptr;
      uint8_t next = first(token);
      if (next != ',' && next != ']') return malformed(token);
      token = past_mark(token);
      if (next == ']') return token;
    }
  }

  /// Checks one value, moves past it and emits it as compact JSON.
  Token raw(Token token, uint16_t field, uint32_t depth, bool is_counted = true) {
    if (first(token) == '"') {
      size_t size;
      if (!is_text(token, size) || !is_escaped_well(token, size)) return malformed(token);
      size_t from = end;
      copy(json + *token, size + 2);
      if (escaped) mend(output + from, output + end);
      return emit_raw(field, CJSON_STRING, from, is_counted) ? token + 1 : nullptr;
    }
    bool outer = spaced;
    spaced = false;
    uint8_t kind;
    Token behind = skip(token, depth, kind);
    if (!behind) return nullptr;
    bool inner = spaced && (kind == CJSON_OBJECT || kind == CJSON_ARRAY);
    spaced |= outer;
    size_t from = end;
    if (!copy_raw(*token, token_end(behind - 1), inner)) return nullptr;
    return emit_raw(field, kind, from, is_counted) ? behind : nullptr;
  }

  bool emit_raw(uint16_t field, uint8_t kind, size_t from, bool is_counted) {
    return emit(field, kind, from, end - from, XXH3_64bits(output + from, end - from), is_counted);
  }

  /// Emits an object as compact JSON and, behind it, what its scope knows of its members: in one walk.
  Token raw_and_scope(Token token, const RuleTable::Rule &rule, uint32_t depth) {
    // The object comes before its members, but where it ends is known after them.
    size_t place = picked;
    if (!emit(rule.field, CJSON_OBJECT, end, 0, 0)) return nullptr;
    bool outer = spaced;
    spaced = false;
    Token behind = object(token, depth, rule.inner);
    if (!behind) return nullptr;
    bool inner = spaced;
    spaced |= outer;
    size_t from = end;
    if (!copy_raw(*token, token_end(behind - 1), inner)) return nullptr;
    cjson_field &whole = fields[place];
    whole.digest = XXH3_64bits(output + from, end - from);
    whole.offset = static_cast<uint32_t>(from);
    whole.length = static_cast<uint32_t>(end - from);
    return behind;
  }

  /// Emits names and values of an object's members, from its brace on.
  Token map(Token token, uint16_t field, uint32_t depth) {
    if (depth >= max_depth) return fail(CJSON_TOO_DEEP, *token);
    token = past_mark(token);
    if (first(token) == '}') return past_mark(token);
    while (true) {
      size_t size;
      if (first(token) != '"' || !is_text(token, size)) return malformed(token);
      if (!emit_text(field, *token + 1, size)) return nullptr;
      token++;
      if (first(token) != ':') return malformed(token);
      token = raw(past_mark(token), static_cast<uint16_t>(field + 1), depth + 1, false);
      if (!token) return nullptr;
      uint8_t next = first(token);
      if (next != ',' && next != '}') return malformed(token);
      token = past_mark(token);
      if (next == '}') return token;
    }
  }

  /// Emits an array's elements, from its bracket on.
  [[gnu::noinline]] Token elements(Token token, uint16_t field, uint32_t depth) {
    if (depth >= max_depth) return fail(CJSON_TOO_DEEP, *token);
    token = past_mark(token);
    if (first(token) == ']') return past_mark(token);
    while (true) {
      token = raw(token, field, depth + 1);
      if (!token) return nullptr;
      uint8_t next = first(token);
      if (next != ',' && next != ']') return malformed(token);
      token = past_mark(token);
      if (next == ']') return token;
    }
  }

  /// Emits what is behind a URL's question mark.
  Token query(Token token, uint16_t field, uint32_t depth) {
    uint8_t kind;
    Token behind = skip(token, depth, kind);
    if (!behind || kind != CJSON_STRING) return behind;
    const uint8_t *inside = json + *token + 1;
    const uint8_t *close = json + token_end(token) - 1;
    const void *mark = std::memchr(inside, '?', static_cast<size_t>(close - inside));
    if (mark == nullptr) return behind;
    const uint8_t *text = static_cast<const uint8_t *>(mark) + 1;
    return emit_text(field, static_cast<size_t>(text - json), static_cast<size_t>(close - text)) ? behind : nullptr;
  }

  Token member(Token token, const RuleTable::Rule &rule, uint32_t depth) {
    if (token >= last) return malformed(token);
    uint8_t begin = json[*token];
    uint8_t kind;
    switch (rule.action) {
    case CJSON_TEXT: {
      if (begin != '"') return raw(token, rule.field, depth);
      size_t size;
      if (!is_text(token, size)) return malformed(token);
      return emit_text(rule.field, *token + 1, size) ? token + 1 : nullptr;
    }
    case CJSON_QUERY: return query(token, rule.field, depth);
    case CJSON_SCOPE: return begin == '{' ? object(token, depth, rule.inner) : skip(token, depth, kind);
    case CJSON_RAW_AND_SCOPE:
      return begin == '{' ? raw_and_scope(token, rule, depth) : raw(token, rule.field, depth);
    case CJSON_MAP: return begin == '{' ? map(token, rule.field, depth) : skip(token, depth, kind);
    case CJSON_ELEMENTS: return begin == '[' ? elements(token, rule.field, depth) : raw(token, rule.field, depth);
    default: return raw(token, rule.field, depth);
    }
  }

  /// Walks an object from its brace on; scope −1 knows no keys.
  Token object(Token token, uint32_t depth, int scope) {
    if (depth >= max_depth) return fail(CJSON_TOO_DEEP, *token);
    token = past_mark(token);
    if (first(token) == '}') return past_mark(token);
    RuleTable::Rule *before = table.beginning(static_cast<uint16_t>(scope));
    while (true) {
      size_t size;
      if (first(token) != '"' || !is_text(token, size) || !is_escaped_well(token, size)) return malformed(token);
      const uint8_t *key = json + *token + 1;
      token++;
      if (first(token) != ':') return malformed(token);
      token = past_mark(token);
      const RuleTable::Rule *rule =
        scope < 0 ? nullptr
                  : table.find(static_cast<uint16_t>(scope), reinterpret_cast<const char *>(key), size, before);
      uint8_t kind;
      token = rule ? member(token, *rule, depth + 1) : skip(token, depth + 1, kind);
      if (!token) return nullptr;
      uint8_t next = first(token);
      if (next != ',' && next != '}') return malformed(token);
      token = past_mark(token);
      if (next == '}') return token;
    }
  }

  /// Nothing but white space may follow the value.
  cjson_status ended(Token token, cjson_status status) {
    if (token == nullptr) return failure;
    if (token == last) return status;
    malformed(token);
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
    uint32_t *index = parser->structural_indexes.get();
    last = index + parser->n_structural_indexes;
    // simdjson keeps room for it.
    index[parser->n_structural_indexes] = static_cast<uint32_t>(size);
    spaced = false;
    escaped = std::memchr(from, '\\', size) != nullptr;
    failure = CJSON_OK;
    if (index == last) return CJSON_MALFORMED;
    // An attribute's name counts, and its value is one more.
    if (fields.size() < kept + 2 * size_t(max_fields)) fields.resize(2 * (kept + size_t(max_fields)));
    uint8_t kind;
    if (json[*index] != '{') return ended(skip(index, 0, kind), CJSON_NOT_OBJECT);
    return ended(object(index, 0, 0), CJSON_OK);
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
