#include "edge.h"

#ifdef EDGE_LIBRARIES

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

bool cedge_is_built(void) { return true; }

struct cedge_pattern {
  pcre2_code *code;
};

struct cedge_scratch {
  pcre2_match_data *data;
  pcre2_match_context *context;
};

/// Memory of one match that backtracks, in KiB: a pattern that wants more is given up.
static const uint32_t heap_limit = 1024;

cedge_pattern *cedge_pattern_compile(
    const char *text, size_t length, bool ignores_case, char *why, size_t why_capacity) {
  snprintf(why, why_capacity, "no memory");
  pcre2_compile_context *context = pcre2_compile_context_create(NULL);
  if (context == NULL) {
    return NULL;
  }
  // As the rules' own dialect has it: a dot matches neither end of a line, a dollar only the end of the text.
  pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
  const uint32_t options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY |
                           (ignores_case ? PCRE2_CASELESS : 0);
  int code = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)text, length, options, &code, &offset, context);
  pcre2_compile_context_free(context);
  if (compiled == NULL) {
    PCRE2_UCHAR message[160];
    if (pcre2_get_error_message(code, message, sizeof message) < 0) {
      message[0] = 0;
    }
    snprintf(why, why_capacity, "%s at byte %zu", (const char *)message, (size_t)offset);
    return NULL;
  }
  // Machine code if the system allows it; without, the same matches take longer.
  pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
  cedge_pattern *pattern = malloc(sizeof *pattern);
  if (pattern == NULL) {
    pcre2_code_free(compiled);
    return NULL;
  }
  pattern->code = compiled;
  return pattern;
}

void cedge_pattern_free(cedge_pattern *pattern) {
  if (pattern != NULL) {
    pcre2_code_free(pattern->code);
    free(pattern);
  }
}

cedge_scratch *cedge_scratch_new(uint32_t steps) {
  cedge_scratch *scratch = calloc(1, sizeof *scratch);
  if (scratch == NULL) {
    return NULL;
  }
  scratch->data = pcre2_match_data_create(CEDGE_GROUPS, NULL);
  scratch->context = pcre2_match_context_create(NULL);
  if (scratch->data == NULL || scratch->context == NULL) {
    cedge_scratch_free(scratch);
    return NULL;
  }
  pcre2_set_match_limit(scratch->context, steps);
  pcre2_set_heap_limit(scratch->context, heap_limit);
  return scratch;
}

void cedge_scratch_free(cedge_scratch *scratch) {
  if (scratch != NULL) {
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->context);
    free(scratch);
  }
}

enum cedge_match cedge_pattern_match(
    const cedge_pattern *pattern, cedge_scratch *scratch, const uint8_t *subject, size_t length, size_t *bounds) {
  // An empty subject may have no address, which PCRE2 takes for an error.
  const uint8_t *start = subject != NULL ? subject : (const uint8_t *)"";
  int count = pcre2_match(pattern->code, start, length, 0, 0, scratch->data, scratch->context);
  if (count == PCRE2_ERROR_NOMATCH) {
    return CEDGE_NO_MATCH;
  }
  if (count < 0) {
    return CEDGE_STOPPED;
  }
  // Zero: the pattern has more groups than are reported.
  const int reported = count == 0 ? CEDGE_GROUPS : count;
  const PCRE2_SIZE *found = pcre2_get_ovector_pointer(scratch->data);
  for (int group = 0; group < CEDGE_GROUPS; group++) {
    const bool is_set = group < reported && found[2 * group] != PCRE2_UNSET && found[2 * group] <= found[2 * group + 1];
    bounds[2 * group] = is_set ? found[2 * group] : SIZE_MAX;
    bounds[2 * group + 1] = is_set ? found[2 * group + 1] : SIZE_MAX;
  }
  return CEDGE_MATCH;
}

#else

#include <stdio.h>

bool cedge_is_built(void) { return false; }

cedge_pattern *cedge_pattern_compile(
    const char *text, size_t length, bool ignores_case, char *why, size_t why_capacity) {
  snprintf(why, why_capacity, "not in this build");
  return NULL;
}
void cedge_pattern_free(cedge_pattern *pattern) {}
cedge_scratch *cedge_scratch_new(uint32_t steps) { return NULL; }
void cedge_scratch_free(cedge_scratch *scratch) {}
enum cedge_match cedge_pattern_match(
    const cedge_pattern *pattern, cedge_scratch *scratch, const uint8_t *subject, size_t length, size_t *bounds) {
  return CEDGE_NO_MATCH;
}

#endif
