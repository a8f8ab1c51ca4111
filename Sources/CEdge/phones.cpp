#include "edge.h"

#ifdef EDGE_LIBRARIES

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

/// The library's only instance. Its own logger writes to standard output, which is not ours to give.
const PhoneNumberUtil &plans() {
  static const PhoneNumberUtil *const instance = [] {
    PhoneNumberUtil *made = PhoneNumberUtil::GetInstance();
    made->SetLogger(new NullLogger());
    return made;
  }();
  return *instance;
}

}  // namespace

extern "C" enum cedge_number cedge_e164(
    const char *number, size_t length, const char *region, char *found, size_t capacity) {
  try {
    PhoneNumber parsed;
    if (plans().Parse(std::string(number, length), region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) {
      return CEDGE_NO_NUMBER;
    }
    if (!plans().IsPossibleNumber(parsed)) {
      return CEDGE_NO_NUMBER;
    }
    std::string formatted;
    plans().Format(parsed, PhoneNumberUtil::E164, &formatted);
    if (formatted.size() + 1 > capacity) {
      return CEDGE_NO_NUMBER;
    }
    std::memcpy(found, formatted.c_str(), formatted.size() + 1);
    return plans().IsValidNumber(parsed) ? CEDGE_NUMBER : CEDGE_POSSIBLE_NUMBER;
  } catch (...) {
    // Out of memory at worst: an exception may not cross into Swift.
    return CEDGE_NO_NUMBER;
  }
}

#else

extern "C" enum cedge_number cedge_e164(const char *, size_t, const char *, char *, size_t) { return CEDGE_NO_NUMBER; }

#endif
