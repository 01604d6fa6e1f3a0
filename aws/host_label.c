#include "aws/host_label.h"

#define MOST_BYTES 63

bool is_host_label_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
}

bool is_host_label(struct span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (!is_host_label_byte(text.data[i]))
            return false;
    }
    return text.length > 0 && text.length <= MOST_BYTES && text.data[0] != '-' &&
           text.data[text.length - 1] != '-';
}
