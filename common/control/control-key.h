/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The key that generator and collector may share: only who has it is obeyed. The collector sends
 * numbers that were never used before, the generator signs them (HMAC with SHA-256, RFC 2104).
 */
#ifndef COMMON_CONTROL_CONTROL_KEY_H
#define COMMON_CONTROL_CONTROL_KEY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { CONTROL_KEY_NUMBERS = 4, CONTROL_KEY_LEAST = 16 /* characters */ };

/** Reads the key, which is the text of the file without white space around it. NULL with @p error
 * if there is none, or it is too short. Free with g_free(). */
char *control_key_read(const char *file, GError **error);

/** Draws numbers to be signed. False if the kernel gives none. */
bool control_key_draw(uint64_t *numbers);

/** Signs them. */
void control_key_sign(const char *key, const uint64_t *numbers, uint64_t *signature);

/** Whether that is their signature; takes the same time for each wrong one. */
bool control_key_verify(const char *key, const uint64_t *numbers, const uint64_t *signature);

/** A number that both sides draw from @p numbers alike if they run on the same host, on one clock;
 * nothing of the host can be read from it. 0: the host is not known. */
uint64_t control_key_host(const uint64_t *numbers);

#endif
