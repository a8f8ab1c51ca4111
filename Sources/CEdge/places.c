// For memory that is a file.
#define _GNU_SOURCE
#include "edge.h"

#ifdef EDGE_LIBRARIES

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct cedge_places {
  MMDB_s database;
};

static int copy(int from, int to) {
  char buffer[65536];
  for (;;) {
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return (int)count;
    }
    for (ssize_t written = 0; written < count;) {
      ssize_t more = write(to, buffer + written, (size_t)(count - written));
      if (more < 0 && errno != EINTR) {
        return -1;
      }
      written += more > 0 ? more : 0;
    }
  }
}

/// A private copy of a file. The library maps its file, and whoever cuts a mapped file short ends the process.
static int private_copy(const char *path, uint64_t max_bytes, char *why, size_t why_capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    snprintf(why, why_capacity, "%s", strerror(errno));
    return -1;
  }
  struct stat status;
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    snprintf(why, why_capacity, "is no file");
    close(file);
    return -1;
  }
  if ((uint64_t)status.st_size > max_bytes) {
    snprintf(why, why_capacity, "has %lld bytes, more than %llu", (long long)status.st_size,
             (unsigned long long)max_bytes);
    close(file);
    return -1;
  }
  int memory = memfd_create("places", MFD_CLOEXEC);
  if (memory < 0 || copy(file, memory) != 0) {
    snprintf(why, why_capacity, "cannot be copied: %s", strerror(errno));
    if (memory >= 0) {
      close(memory);
    }
    memory = -1;
  }
  close(file);
  return memory;
}

cedge_places *cedge_places_open(const char *path, uint64_t max_bytes, char *why, size_t why_capacity) {
  cedge_places *places = calloc(1, sizeof *places);
  if (places == NULL) {
    snprintf(why, why_capacity, "no memory");
    return NULL;
  }
  int memory = private_copy(path, max_bytes, why, why_capacity);
  if (memory < 0) {
    free(places);
    return NULL;
  }
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", memory);
  int status = MMDB_open(name, MMDB_MODE_MMAP, &places->database);
  close(memory);
  if (status != MMDB_SUCCESS) {
    snprintf(why, why_capacity, "%s", MMDB_strerror(status));
    free(places);
    return NULL;
  }
  return places;
}

void cedge_places_close(cedge_places *places) {
  if (places != NULL) {
    MMDB_close(&places->database);
    free(places);
  }
}

static struct cedge_text text_at(MMDB_entry_s *entry, const char *const *path) {
  MMDB_entry_data_s data;
  struct cedge_text text = {NULL, 0};
  if (MMDB_aget_value(entry, &data, path) == MMDB_SUCCESS && data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING) {
    text.bytes = data.utf8_string;
    text.length = data.data_size;
  }
  return text;
}

static bool number_at(MMDB_entry_s *entry, const char *const *path, double *number) {
  MMDB_entry_data_s data;
  if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data) {
    return false;
  }
  if (data.type == MMDB_DATA_TYPE_DOUBLE) {
    *number = data.double_value;
    return true;
  }
  if (data.type == MMDB_DATA_TYPE_FLOAT) {
    *number = data.float_value;
    return true;
  }
  return false;
}

/// - Returns: the length of the socket address; 0 if the text is no address.
static socklen_t socket_address(const char *address, struct sockaddr_storage *storage) {
  memset(storage, 0, sizeof *storage);
  struct sockaddr_in *four = (struct sockaddr_in *)storage;
  if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    return sizeof *four;
  }
  struct in6_addr six;
  if (inet_pton(AF_INET6, address, &six) != 1) {
    return 0;
  }
  if (IN6_IS_ADDR_V4MAPPED(&six)) {
    // How a socket of both families names a peer of the older one.
    memcpy(&four->sin_addr, six.s6_addr + 12, 4);
    four->sin_family = AF_INET;
    return sizeof *four;
  }
  struct sockaddr_in6 *whole = (struct sockaddr_in6 *)storage;
  whole->sin6_family = AF_INET6;
  whole->sin6_addr = six;
  return sizeof *whole;
}

#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})

bool cedge_place_of(const cedge_places *places, const char *address, struct cedge_place *place) {
  memset(place, 0, sizeof *place);
  struct sockaddr_storage storage;
  if (socket_address(address, &storage) == 0) {
    return false;
  }
  int status = MMDB_SUCCESS;
  MMDB_lookup_result_s result =
      MMDB_lookup_sockaddr(&places->database, (const struct sockaddr *)&storage, &status);
  if (status != MMDB_SUCCESS || !result.found_entry) {
    return false;
  }
  MMDB_entry_s *entry = &result.entry;
  place->country = text_at(entry, PATH("country", "iso_code"));
  place->country_name = text_at(entry, PATH("country", "names", "en"));
  place->region = text_at(entry, PATH("subdivisions", "0", "iso_code"));
  place->region_name = text_at(entry, PATH("subdivisions", "0", "names", "en"));
  place->locality = text_at(entry, PATH("city", "names", "en"));
  place->postal_code = text_at(entry, PATH("postal", "code"));
  place->time_zone = text_at(entry, PATH("location", "time_zone"));
  place->organization = text_at(entry, PATH("autonomous_system_organization"));
  place->has_position = number_at(entry, PATH("location", "latitude"), &place->latitude) &&
                        number_at(entry, PATH("location", "longitude"), &place->longitude);
  return true;
}

#else

#include <stdio.h>

cedge_places *cedge_places_open(const char *path, uint64_t max_bytes, char *why, size_t why_capacity) {
  snprintf(why, why_capacity, "not in this build");
  return NULL;
}
void cedge_places_close(cedge_places *places) {}
bool cedge_place_of(const cedge_places *places, const char *address, struct cedge_place *place) { return false; }

#endif
