/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Parse functions of the key table. Each reads one value, to its last character; the key's words
 * say which values are right. See struct key.
 */
#ifndef GENERATOR_LOAD_KEY_PARSE_H
#define GENERATOR_LOAD_KEY_PARSE_H

#include "generator/scenario/keys.h"

/* Numbers, decimal or 0x hexadecimal, within one of the key's ranges. */
bool parse_u8(const struct key *key, const char *text, void *member);
bool parse_u16(const struct key *key, const char *text, void *member);
bool parse_u32(const struct key *key, const char *text, void *member);
bool parse_u64(const struct key *key, const char *text, void *member);

/** Into int64_t: a number, or the key's first word for AUTO. */
bool parse_optional(const struct key *key, const char *text, void *member);

/** Into an enumeration: which of the key's words, counted from 0. */
bool parse_choice(const struct key *key, const char *text, void *member);

/** Into bool: true for the second of the key's two words. */
bool parse_bool(const struct key *key, const char *text, void *member);

/** Into int64_t nanoseconds: a decimal number and ns, us, ms or s. */
bool parse_duration(const struct key *key, const char *text, void *member);

/** The same, or the key's first word for AUTO. */
bool parse_optional_duration(const struct key *key, const char *text, void *member);

/** Into int64_t parts in 10^9, a tenth at most: a decimal number, which may be negative, and ppm or
 * ppb. */
bool parse_drift(const struct key *key, const char *text, void *member);

/** Into int64_t picoseconds: the same and ps, or the key's first word for AUTO. */
bool parse_tick(const struct key *key, const char *text, void *member);

/**
 * Into int64_t bytes: a number alone or with kB, KiB, MB, MiB, GB or GiB, within one of the key's
 * ranges; or the key's first word, unless that is a range, for AUTO.
 */
bool parse_size(const struct key *key, const char *text, void *member);

/** Into int64_t bits a second: a decimal number and bit, kbit, Mbit, Gbit or Tbit; or as
 * parse_size(). */
bool parse_bit_rate(const struct key *key, const char *text, void *member);

/** Into struct rate: the same, or pps, kpps or Mpps for frames; the key's first word for AUTO. */
bool parse_rate(const struct key *key, const char *text, void *member);

/** Into probability: a percentage, 0% to 100%. */
bool parse_probability(const struct key *key, const char *text, void *member);

/** Into int64_t nanoseconds: seconds since 1970 with a fraction. */
bool parse_time(const struct key *key, const char *text, void *member);

/** Into struct clock_plan: a 64-bit number or the word unix. */
bool parse_clock(const struct key *key, const char *text, void *member);

/** Into const char *: a name, interned. */
bool parse_interned_name(const struct key *key, const char *text, void *member);

/** Into struct copy_list: the key's first word, or numbers and FIRST-LAST, commas between them. */
bool parse_copies(const struct key *key, const char *text, void *member);

/** The same with +N behind each: so many copies further behind. */
bool parse_late_copies(const struct key *key, const char *text, void *member);

/** Into struct share: PART/OF, PART from 1 to OF, OF up to 64. */
bool parse_share(const struct key *key, const char *text, void *member);

/** Into struct optional_mac: a MAC address, or the key's first word. */
bool parse_optional_mac(const struct key *key, const char *text, void *member);

bool parse_mac(const struct key *key, const char *text, void *member);
bool parse_address(const struct key *key, const char *text, void *member);
bool parse_vlans(const struct key *key, const char *text, void *member);

/** Into struct hex: pairs of hexadecimal digits; blanks and colons between pairs are skipped. */
bool parse_hex(const struct key *key, const char *text, void *member);

/** Into a char array of NAME_MAX_LENGTH + 1, of PATH_MAX_LENGTH + 1: anything that fits it. */
bool parse_name(const struct key *key, const char *text, void *member);
bool parse_path(const struct key *key, const char *text, void *member);

/** Into const struct frame_recipe *: the name of a kind of mirrored traffic. */
bool parse_inner_kind(const struct key *key, const char *text, void *member);

#endif
