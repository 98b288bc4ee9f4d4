/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Appends JSON (RFC 8259) to a string, piece by piece: integers exactly, text escaped. A
 * caller that writes much must empty the string regularly, or set a spill function.
 */
#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** Begin with all 0 but the string. */
struct json_writer {
    GString *text;
    unsigned depth;
    unsigned flat; /* the depth from which on all stands in one line; 0: none yet */
    bool more;     /* a value stands before the next one here */
    /* Unless NULL: writes what has gathered, now and then between two values, and empties it. */
    void (*spill)(void *context, GString *text);
    void *context;
};

/* Each value has the name of the member it is, or NULL in an array and at the top. */

void json_open_object(struct json_writer *json, const char *name);
void json_open_array(struct json_writer *json, const char *name);

/** The same, with all that is inside in one line. */
void json_open_object_flat(struct json_writer *json, const char *name);
void json_open_array_flat(struct json_writer *json, const char *name);

void json_close_object(struct json_writer *json);
void json_close_array(struct json_writer *json);

void json_put_unsigned(struct json_writer *json, const char *name, uint64_t value);
void json_put_signed(struct json_writer *json, const char *name, int64_t value);
void json_put_bool(struct json_writer *json, const char *name, bool value);
void json_put_null(struct json_writer *json, const char *name);

/** Each puts null if @p known is false. */
void json_put_known_unsigned(struct json_writer *json, const char *name, bool known,
                             uint64_t value);
void json_put_known_signed(struct json_writer *json, const char *name, bool known, int64_t value);

/** @param digits after the decimal point. NaN and infinity become null. */
void json_put_real(struct json_writer *json, const char *name, double value, int digits);

/** @param text UTF-8; invalid bytes become U+FFFD. NULL becomes null. */
void json_put_text(struct json_writer *json, const char *name, const char *text);

#endif
