/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/key-parse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "core/base/time-units.h"
#include "generator/base/random.h"
#include "generator/scenario/scenario.h"
#include "generator/traffic/inner.h"

/* Reads a number up to the first character that is none of it. */
static bool read_number(const char **text, uint64_t *value)
{
    bool hexadecimal = g_str_has_prefix(*text, "0x");
    const char *digits = hexadecimal ? *text + 2 : *text;
    if (hexadecimal ? !g_ascii_isxdigit(*digits) : !g_ascii_isdigit(*digits))
        return false;
    char *end;
    errno = 0;
    *value = g_ascii_strtoull(digits, &end, hexadecimal ? 16 : 10);
    *text = end;
    return errno == 0;
}

static bool parse_number(const char *text, uint64_t *value)
{
    return read_number(&text, value) && *text == '\0';
}

/* The next of the words that '|' divides; false after the last. */
static bool next_word(const char **words, const char **word, size_t *len)
{
    if (*words == NULL)
        return false;
    const char *end = strchr(*words, '|');
    *word = *words;
    *len = end != NULL ? (size_t)(end - *words) : strlen(*words);
    *words = end != NULL ? end + 1 : NULL;
    return true;
}

/* True if the number lies in one of the ranges among the words, or is one of them. */
static bool number_is_right(const char *words, uint64_t value)
{
    const char *word;
    size_t len;
    while (next_word(&words, &word, &len)) {
        uint64_t lowest;
        if (!read_number(&word, &lowest))
            continue;
        uint64_t highest = lowest;
        if (*word == '-') {
            word++;
            read_number(&word, &highest);
        }
        if (value >= lowest && value <= highest)
            return true;
    }
    return false;
}

static bool is_first_word(const char *words, const char *text)
{
    const char *word;
    size_t len;
    return next_word(&words, &word, &len) && strlen(text) == len && strncmp(word, text, len) == 0;
}

static bool parse_in_range(const struct key *key, const char *text, uint64_t *value)
{
    return parse_number(text, value) && number_is_right(key->right, *value);
}

bool parse_u8(const struct key *key, const char *text, void *member)
{
    uint64_t value;
    if (!parse_in_range(key, text, &value) || value > UINT8_MAX)
        return false;
    *(uint8_t *)member = (uint8_t)value;
    return true;
}

bool parse_u16(const struct key *key, const char *text, void *member)
{
    uint64_t value;
    if (!parse_in_range(key, text, &value) || value > UINT16_MAX)
        return false;
    *(uint16_t *)member = (uint16_t)value;
    return true;
}

bool parse_u32(const struct key *key, const char *text, void *member)
{
    uint64_t value;
    if (!parse_in_range(key, text, &value) || value > UINT32_MAX)
        return false;
    *(uint32_t *)member = (uint32_t)value;
    return true;
}

bool parse_u64(const struct key *key, const char *text, void *member)
{
    return parse_in_range(key, text, member);
}

bool parse_optional(const struct key *key, const char *text, void *member)
{
    uint64_t value;
    if (is_first_word(key->right, text)) {
        *(int64_t *)member = AUTO;
        return true;
    }
    if (!parse_in_range(key, text, &value) || value > INT64_MAX)
        return false;
    *(int64_t *)member = (int64_t)value;
    return true;
}

bool parse_choice(const struct key *key, const char *text, void *member)
{
    const char *words = key->right;
    const char *word;
    size_t len;
    for (int index = 0; next_word(&words, &word, &len); index++)
        if (strlen(text) == len && strncmp(word, text, len) == 0) {
            *(int *)member = index;
            return true;
        }
    return false;
}

bool parse_bool(const struct key *key, const char *text, void *member)
{
    int choice;
    if (!parse_choice(key, text, &choice))
        return false;
    *(bool *)member = choice == 1;
    return true;
}

/* A decimal number with a fraction, as a multiple of 1/scale, up to the first character that is
 * none of it. Digits of the fraction that the scale cannot hold must be 0: nothing is rounded. */
static bool read_decimal(const char **text, uint64_t scale, int64_t *value)
{
    const char *at = *text;
    uint64_t whole;
    if (g_str_has_prefix(at, "0x") || !read_number(&at, &whole) || whole > INT64_MAX / scale)
        return false;
    uint64_t sum = whole * scale;
    if (*at == '.') {
        at++;
        if (!g_ascii_isdigit(*at))
            return false;
        for (; g_ascii_isdigit(*at); at++) {
            uint64_t digit = (uint64_t)g_ascii_digit_value(*at);
            if (scale % 10 != 0 && digit != 0)
                return false;
            scale /= scale % 10 == 0 ? 10 : 1;
            sum += digit * scale;
        }
    }
    *text = at;
    *value = (int64_t)sum;
    return sum <= INT64_MAX;
}

struct unit {
    const char *name;
    uint64_t scale;
};

static bool parse_with_unit(const char *text, const struct unit *units, size_t count,
                            int64_t *value)
{
    if (strcmp(text, "0") == 0) {
        *value = 0;
        return true;
    }
    size_t digits = strspn(text, "0123456789.");
    for (size_t i = 0; i < count; i++) {
        const char *at = text;
        if (strcmp(text + digits, units[i].name) == 0)
            return read_decimal(&at, units[i].scale, value) && at == text + digits;
    }
    return false;
}

/* True, and the member set, if the text is the key's first word, which stands for AUTO. */
static bool parse_auto(const struct key *key, const char *text, int64_t *member)
{
    if (g_ascii_isdigit(*text) || !is_first_word(key->right, text))
        return false;
    *member = AUTO;
    return true;
}

bool parse_duration(const struct key *key, const char *text, void *member)
{
    static const struct unit units[] = {
        {"ns", 1}, {"us", NS_PER_US}, {"ms", NS_PER_MS}, {"s", NS_PER_SECOND}};
    (void)key;
    return parse_with_unit(text, units, G_N_ELEMENTS(units), member);
}

bool parse_optional_duration(const struct key *key, const char *text, void *member)
{
    return parse_auto(key, text, member) || parse_duration(key, text, member);
}

bool parse_tick(const struct key *key, const char *text, void *member)
{
    static const struct unit units[] = {
        {"ps", 1}, {"ns", PS_PER_NS}, {"us", PS_PER_US}, {"ms", PS_PER_MS}, {"s", PS_PER_SECOND}};
    return parse_auto(key, text, member) ||
           parse_with_unit(text, units, G_N_ELEMENTS(units), member);
}

bool parse_drift(const struct key *key, const char *text, void *member)
{
    static const struct unit units[] = {{"ppb", 1}, {"ppm", 1000}};
    static const int64_t most_ppb = 100000000;
    bool slow = *text == '-';
    int64_t value;
    (void)key;
    if (!parse_with_unit(text + slow, units, G_N_ELEMENTS(units), &value) || value > most_ppb)
        return false;
    *(int64_t *)member = slow ? -value : value;
    return true;
}

bool parse_size(const struct key *key, const char *text, void *member)
{
    static const struct unit units[] = {{"kB", 1000},     {"KiB", 1 << 10},   {"MB", 1000000},
                                        {"MiB", 1 << 20}, {"GB", 1000000000}, {"GiB", 1 << 30}};
    uint64_t plain;
    int64_t value;
    if (parse_auto(key, text, member))
        return true;
    if (parse_in_range(key, text, &plain))
        value = (int64_t)plain;
    else if (!parse_with_unit(text, units, G_N_ELEMENTS(units), &value) ||
             !number_is_right(key->right, (uint64_t)value))
        return false;
    *(int64_t *)member = value;
    return true;
}

bool parse_bit_rate(const struct key *key, const char *text, void *member)
{
    static const struct unit units[] = {{"bit", 1},
                                        {"kbit", 1000},
                                        {"Mbit", 1000000},
                                        {"Gbit", 1000000000},
                                        {"Tbit", 1000000000000}};
    return parse_auto(key, text, member) ||
           parse_with_unit(text, units, G_N_ELEMENTS(units), member);
}

bool parse_rate(const struct key *key, const char *text, void *member)
{
    static const struct unit frames[] = {{"pps", 1}, {"kpps", 1000}, {"Mpps", 1000000}};
    struct rate rate = {0, false};
    if (!parse_auto(key, text, &rate.per_second) && !parse_bit_rate(key, text, &rate.per_second)) {
        rate.frames = true;
        if (!parse_with_unit(text, frames, G_N_ELEMENTS(frames), &rate.per_second))
            return false;
    }
    *(struct rate *)member = rate;
    return true;
}

bool parse_probability(const struct key *key, const char *text, void *member)
{
    static const struct unit units[] = {{"%", PROBABILITY_ONE / 100}};
    int64_t value;
    (void)key;
    if (!parse_with_unit(text, units, G_N_ELEMENTS(units), &value) || value > PROBABILITY_ONE)
        return false;
    *(probability *)member = (probability)value;
    return true;
}

bool parse_time(const struct key *key, const char *text, void *member)
{
    (void)key;
    return read_decimal(&text, (uint64_t)NS_PER_SECOND, member) && *text == '\0';
}

bool parse_clock(const struct key *key, const char *text, void *member)
{
    struct clock_plan *clock = member;
    if (strcmp(text, "unix") == 0) {
        clock->unix_time = true;
        return true;
    }
    if (!parse_in_range(key, text, &clock->start))
        return false;
    clock->unix_time = false;
    return true;
}

bool parse_interned_name(const struct key *key, const char *text, void *member)
{
    (void)key;
    size_t len = strlen(text);
    if (len == 0 || len > NAME_MAX_LENGTH || !g_utf8_validate(text, (gssize)len, NULL))
        return false;
    *(const char **)member = g_intern_string(text);
    return true;
}

/* One "FIRST", "FIRST-LAST", behind which "+N" must stand if @p behind. */
static bool read_copy_range(const char **text, bool behind, struct copy_range *range)
{
    if (!read_number(text, &range->first) || range->first == 0)
        return false;
    range->last = range->first;
    if (**text == '-') {
        (*text)++;
        if (!read_number(text, &range->last) || range->last < range->first)
            return false;
    }
    if (!behind)
        return true;
    if (**text != '+')
        return false;
    (*text)++;
    return read_number(text, &range->behind) && range->behind > 0 && range->behind <= UINT32_MAX;
}

static bool parse_copy_ranges(const struct key *key, const char *text, bool behind,
                              struct copy_list *member)
{
    struct copy_list list = {0};
    if (!is_first_word(key->right, text)) {
        for (bool more = true; more; text++) {
            if (list.count == COPY_RANGES_MAX ||
                !read_copy_range(&text, behind, &list.ranges[list.count++]))
                return false;
            more = *text == ',';
            if (!more && *text != '\0')
                return false;
        }
    }
    *member = list;
    return true;
}

bool parse_copies(const struct key *key, const char *text, void *member)
{
    return parse_copy_ranges(key, text, false, member);
}

bool parse_late_copies(const struct key *key, const char *text, void *member)
{
    return parse_copy_ranges(key, text, true, member);
}

bool parse_mac(const struct key *key, const char *text, void *member)
{
    struct mac mac;
    (void)key;
    for (size_t i = 0; i < sizeof mac.bytes; i++) {
        if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]))
            return false;
        mac.bytes[i] =
            (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
        text += 2;
        if (*text != (i + 1 < sizeof mac.bytes ? ':' : '\0'))
            return false;
        text++;
    }
    *(struct mac *)member = mac;
    return true;
}

bool parse_optional_mac(const struct key *key, const char *text, void *member)
{
    struct optional_mac mac = {0};
    mac.given = !is_first_word(key->right, text);
    if (mac.given && !parse_mac(key, text, &mac.mac))
        return false;
    *(struct optional_mac *)member = mac;
    return true;
}

bool parse_share(const struct key *key, const char *text, void *member)
{
    static const uint64_t most = 64;
    uint64_t part;
    uint64_t of;
    (void)key;
    if (!read_number(&text, &part) || *text++ != '/' || !parse_number(text, &of) || part == 0 ||
        part > of || of > most)
        return false;
    *(struct share *)member = (struct share){(uint32_t)part, (uint32_t)of};
    return true;
}

bool parse_address(const struct key *key, const char *text, void *member)
{
    struct address address = {0};
    (void)key;
    if (inet_pton(AF_INET, text, address.bytes) == 1)
        address.len = 4;
    else if (inet_pton(AF_INET6, text, address.bytes) == 1)
        address.len = 16;
    else
        return false;
    *(struct address *)member = address;
    return true;
}

bool parse_vlans(const struct key *key, const char *text, void *member)
{
    struct vlan_list list = {0};
    if (!is_first_word(key->right, text)) {
        for (bool more = true; more; text++) {
            uint64_t id;
            if (list.count == TAGS_MAX || !read_number(&text, &id) || id > 4095)
                return false;
            list.id[list.count++] = (uint16_t)id;
            more = *text == ',';
            if (!more && *text != '\0')
                return false;
        }
    }
    *(struct vlan_list *)member = list;
    return true;
}

bool parse_hex(const struct key *key, const char *text, void *member)
{
    struct hex hex = {0};
    (void)key;
    while (*text != '\0') {
        if (*text == ' ' || *text == ':') {
            text++;
            continue;
        }
        if (hex.len == sizeof hex.data || !g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]))
            return false;
        hex.data[hex.len++] =
            (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
        text += 2;
    }
    *(struct hex *)member = hex;
    return true;
}

static bool parse_text(const char *text, char *member, size_t size)
{
    if (*text == '\0' || strlen(text) >= size)
        return false;
    g_strlcpy(member, text, size);
    return true;
}

bool parse_name(const struct key *key, const char *text, void *member)
{
    (void)key;
    return parse_text(text, member, NAME_MAX_LENGTH + 1);
}

bool parse_path(const struct key *key, const char *text, void *member)
{
    (void)key;
    return parse_text(text, member, PATH_MAX_LENGTH + 1);
}

bool parse_inner_kind(const struct key *key, const char *text, void *member)
{
    (void)key;
    const struct frame_recipe *kind = frame_recipe_find(text);
    if (kind == NULL)
        return false;
    *(const struct frame_recipe **)member = kind;
    return true;
}
