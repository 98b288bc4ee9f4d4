/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a peer of a limit test sends: each line is a message or is refused, and a message is written
 * as a line that is read as the same.
 */
#include <string.h>

#include "common/control/control-message.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end != NULL ? (size_t)(end - data) : size;
        struct control_message message;
        if (control_message_read((const char *)data, len, &message)) {
            struct control_message again;
            char line[CONTROL_LINE_MAX];
            size_t written = control_message_write(&message, line);
            REQUIRE(written > 0 && written < CONTROL_LINE_MAX && line[written - 1] == '\n');
            REQUIRE(control_message_read(line, written - 1, &again));
            REQUIRE(memcmp(&message, &again, sizeof message) == 0);
        }
        data += len + (end != NULL);
        size -= len + (end != NULL);
    }
    return 0;
}
