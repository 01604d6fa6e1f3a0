/* A service with a store of a few records, for fuzzers of what it is asked. */
#ifndef TRAILD_TESTS_SUPPORT_FUZZ_SERVICE_H
#define TRAILD_TESTS_SUPPORT_FUZZ_SERVICE_H

#include "handlers/service.h"

/* One, which is closed at exit; exits when it cannot be opened. Nothing of S3 is allowed, and so
 * nothing is asked of it. */
struct service *fuzz_service(struct span records);

#endif
