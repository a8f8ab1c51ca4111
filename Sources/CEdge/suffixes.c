#include "edge.h"

#ifdef EDGE_LIBRARIES

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

struct cedge_suffixes {
  psl_ctx_t *list;
};

cedge_suffixes *cedge_suffixes_open(const char *path) {
  psl_ctx_t *list = path != NULL ? psl_load_file(path) : psl_latest(NULL);
  if (list == NULL) {
    return NULL;
  }
  cedge_suffixes *suffixes = malloc(sizeof *suffixes);
  if (suffixes == NULL) {
    psl_free(list);
    return NULL;
  }
  suffixes->list = list;
  return suffixes;
}

void cedge_suffixes_free(cedge_suffixes *suffixes) {
  if (suffixes != NULL) {
    psl_free(suffixes->list);
    free(suffixes);
  }
}

size_t cedge_registrable_domain(const cedge_suffixes *suffixes, const char *host, char *found, size_t capacity) {
  char *lower = NULL;
  if (psl_str_to_utf8lower(host, "utf-8", NULL, &lower) != PSL_SUCCESS || lower == NULL) {
    return 0;
  }
  size_t length = 0;
  const char *domain = psl_registrable_domain(suffixes->list, lower);
  if (domain != NULL) {
    length = strlen(domain);
    if (length <= capacity) {
      memcpy(found, domain, length);
    } else {
      length = 0;
    }
  }
  psl_free_string(lower);
  return length;
}

#else

cedge_suffixes *cedge_suffixes_open(const char *path) { return NULL; }
void cedge_suffixes_free(cedge_suffixes *suffixes) {}
size_t cedge_registrable_domain(const cedge_suffixes *suffixes, const char *host, char *found, size_t capacity) {
  return 0;
}

#endif
