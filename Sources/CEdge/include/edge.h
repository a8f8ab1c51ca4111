#ifndef SOJOURN_CEDGE_H
#define SOJOURN_CEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The C and C++ libraries that know user agents' patterns, public suffixes, numbering plans and places, behind
/// functions that Swift can call. A build without the package trait `EdgeLibraries` has the same functions, and
/// they find nothing.
///
/// All texts are bytes with a length. Nothing here throws, logs, or keeps a pointer that it was given.

/// Whether the libraries are in this build.
bool cedge_is_built(void);

// Patterns (PCRE2). Bytes, not characters: no text is malformed.

/// A compiled pattern. Read only, so any thread may match with it.
typedef struct cedge_pattern cedge_pattern;

/// - Parameters:
///   - why: gets a text, ended by NUL, if the pattern is none.
/// - Returns: NULL if the pattern is none. To be freed.
cedge_pattern *cedge_pattern_compile(
    const char *text, size_t length, bool ignores_case, char *why, size_t why_capacity);
void cedge_pattern_free(cedge_pattern *pattern);

/// What one thread needs for matching: the groups' bounds and the limits.
typedef struct cedge_scratch cedge_scratch;

/// Groups that are reported: the whole match and nine more.
enum { CEDGE_GROUPS = 10 };

/// - Parameter steps: after so many a match is given up.
/// - Returns: NULL without memory. To be freed.
cedge_scratch *cedge_scratch_new(uint32_t steps);
void cedge_scratch_free(cedge_scratch *scratch);

enum cedge_match {
  CEDGE_NO_MATCH = 0,
  CEDGE_MATCH = 1,
  /// It took more steps or memory than a match may.
  CEDGE_STOPPED = 2,
};

/// Looks for the first match in a subject.
///
/// - Parameter bounds: gets `CEDGE_GROUPS` pairs of start and end; `SIZE_MAX` twice for a group that took no part.
enum cedge_match cedge_pattern_match(
    const cedge_pattern *pattern, cedge_scratch *scratch, const uint8_t *subject, size_t length, size_t *bounds);

// Registrable domains (libpsl).

/// The public suffix list. Read only.
typedef struct cedge_suffixes cedge_suffixes;

/// - Parameter path: a list's file, compiled or not; NULL for the newest of the library's own and the system's.
/// - Returns: NULL if there is none. To be freed.
cedge_suffixes *cedge_suffixes_open(const char *path);
void cedge_suffixes_free(cedge_suffixes *suffixes);

/// - Parameter host: UTF-8, ended by NUL, without a dot at its end.
/// - Returns: bytes written to `found`, without NUL; 0 if nothing in the host can be registered.
size_t cedge_registrable_domain(const cedge_suffixes *suffixes, const char *host, char *found, size_t capacity);

// Phone numbers (libphonenumber).

enum cedge_number {
  /// No number of that region.
  CEDGE_NO_NUMBER = 0,
  /// A number that the region's plan has.
  CEDGE_NUMBER = 1,
  /// As long as numbers there are, but in no range that the library knows.
  CEDGE_POSSIBLE_NUMBER = 2,
};

/// - Parameters:
///   - region: two upper-case letters (ISO 3166), ended by NUL; `ZZ` for none: then only numbers with `+` are known.
///   - found: gets the number in E.164, ended by NUL; at least 32 bytes.
enum cedge_number cedge_e164(const char *number, size_t length, const char *region, char *found, size_t capacity);

// Places (libmaxminddb).

/// A database of addresses, in memory of its own: whoever changes the file changes nothing here.
typedef struct cedge_places cedge_places;

/// - Parameter why: gets a text, ended by NUL, if the file is no database.
/// - Returns: NULL then. To be closed.
cedge_places *cedge_places_open(const char *path, uint64_t max_bytes, char *why, size_t why_capacity);
void cedge_places_close(cedge_places *places);

/// A text within the database: valid until that is closed. NULL if it says nothing.
struct cedge_text {
  const char *bytes;
  size_t length;
};

/// What a database says of an address.
struct cedge_place {
  struct cedge_text country, country_name, region, region_name, locality, postal_code, time_zone, organization;
  double latitude, longitude;
  bool has_position;
};

/// - Parameter address: IPv4 or IPv6 in text, ended by NUL.
/// - Returns: whether the database has the address.
bool cedge_place_of(const cedge_places *places, const char *address, struct cedge_place *place);

#ifdef __cplusplus
}
#endif

#endif
