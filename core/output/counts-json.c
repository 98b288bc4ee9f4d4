/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/output/counts-json.h"

#include <stddef.h>

void counts_json_put(struct json_writer *json, const struct session_counts *counts, size_t first,
                     size_t last)
{
    static const char *const names[] = {
#define NAME(MEMBER, JSON) JSON,
        SESSION_COUNTS(NAME)
#undef NAME
    };
    const uint64_t values[] = {
#define VALUE(MEMBER, JSON) counts->MEMBER,
        SESSION_COUNTS(VALUE)
#undef VALUE
    };
    for (size_t i = first / sizeof *values; i <= last / sizeof *values; i++)
        if (names[i] != NULL)
            json_put_unsigned(json, names[i], values[i]);
}
