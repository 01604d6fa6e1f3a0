#include "tests/support_machine.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/macros.h"

int fdatasync(int descriptor) {
    (void)descriptor;
    return 0;
}

int fsync(int descriptor) {
    (void)descriptor;
    return 0;
}

void machine_forget(void) {
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY",  "no_proxy",    "NO_PROXY"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        unsetenv(names[i]);
}
