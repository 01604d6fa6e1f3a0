/* Fuzzes the scanner and the record walk, and compares all they say with jansson. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support_differ.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *difference = reading_difference((struct span){(const char *)data, size});

    if (difference != NULL) {
        fprintf(stderr, "they do not agree on: %s\n", difference);
        abort();
    }
    return 0;
}
