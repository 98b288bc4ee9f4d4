/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/key-parse.h"

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "core/base/time-units.h"
#include "generator/base/random.h"
#include "generator/load/key-units.h"
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

/* True, and the member AUTO, if the text is the word for that. */
static bool parse_automatic(const struct key *key, const char *text, int64_t *member)
{
    if (key->automatic == NULL || strcmp(text, key->automatic) != 0)
        return false;
    *member = AUTO;
    return true;
}

static bool is_in_range(const struct key *key, uint64_t value)
{
    return value >= key->lowest && value <= key->highest &&
           (!key->ends_only || value == key->lowest || value == key->highest);
}

static bool parse_in_range(const struct key *key, const char *text, uint64_t *value)
{
    return parse_number(text, value) && is_in_range(key, *value);
}

/* The table's ranges fit the members. */
static void set_unsigned(void *member, size_t size, uint64_t value)
{
    if (size == sizeof(uint8_t))
        *(uint8_t *)member = (uint8_t)value;
    else if (size == sizeof(uint16_t))
        *(uint16_t *)member = (uint16_t)value;
    else if (size == sizeof(uint32_t))
        *(uint32_t *)member = (uint32_t)value;
    else
        *(uint64_t *)member = value;
}

static bool parse_key_number(const struct key *key, const char *text, void *member)
{
    uint64_t value;
    if (parse_automatic(key, text, member))
        return true;
    if (!parse_in_range(key, text, &value))
        return false;
    set_unsigned(member, key->size, value);
    return true;
}

/* Which of the words it is; the number of words if none. */
static unsigned find_word(const struct key *key, const char *text)
{
    unsigned index = 0;
    while (key->words[index] != NULL && strcmp(key->words[index], text) != 0)
        index++;
    return index;
}

static bool parse_word(const struct key *key, const char *text, void *member)
{
    unsigned index = find_word(key, text);
    if (key->words[index] == NULL)
        return false;
    *(unsigned *)member = index;
    return true;
}

static bool parse_bool(const struct key *key, const char *text, void *member)
{
    unsigned index = find_word(key, text);
    if (key->words[index] == NULL)
        return false;
    *(bool *)member = index == 1;
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

static bool parse_with_unit(const char *text, const struct key_unit *units, int64_t *value)
{
    if (strcmp(text, "0") == 0) {
        *value = 0;
        return true;
    }
    size_t digits = strspn(text, "0123456789.");
    for (; units->name != NULL; units++) {
        const char *at = text;
        if (strcmp(text + digits, units->name) == 0)
            return read_decimal(&at, units->scale, value) && at == text + digits;
    }
    return false;
}

static bool parse_duration(const struct key *key, const char *text, void *member)
{
    return parse_automatic(key, text, member) || parse_with_unit(text, duration_units, member);
}

static bool parse_tick(const struct key *key, const char *text, void *member)
{
    return parse_automatic(key, text, member) || parse_with_unit(text, tick_units, member);
}

static bool parse_drift(const struct key *key, const char *text, void *member)
{
    static const int64_t most_ppb = 100000000;
    bool slow = *text == '-';
    int64_t value;
    (void)key;
    if (!parse_with_unit(text + slow, drift_units, &value) || value > most_ppb)
        return false;
    *(int64_t *)member = slow ? -value : value;
    return true;
}

static bool parse_size(const struct key *key, const char *text, void *member)
{
    uint64_t plain;
    int64_t value;
    if (parse_automatic(key, text, member))
        return true;
    if (parse_in_range(key, text, &plain))
        value = (int64_t)plain;
    else if (!parse_with_unit(text, size_units, &value) || !is_in_range(key, (uint64_t)value))
        return false;
    *(int64_t *)member = value;
    return true;
}

static bool parse_bit_rate(const struct key *key, const char *text, void *member)
{
    return parse_automatic(key, text, member) || parse_with_unit(text, bit_rate_units, member);
}

static bool parse_rate(const struct key *key, const char *text, void *member)
{
    struct rate rate = {0, false};
    if (!parse_automatic(key, text, &rate.per_second) &&
        !parse_bit_rate(key, text, &rate.per_second)) {
        rate.frames = true;
        if (!parse_with_unit(text, frame_rate_units, &rate.per_second))
            return false;
    }
    *(struct rate *)member = rate;
    return true;
}

static bool parse_probability(const struct key *key, const char *text, void *member)
{
    int64_t value;
    (void)key;
    if (!parse_with_unit(text, percentage_units, &value) || value > PROBABILITY_ONE)
        return false;
    *(probability *)member = (probability)value;
    return true;
}

static bool parse_time(const struct key *key, const char *text, void *member)
{
    (void)key;
    return read_decimal(&text, (uint64_t)NS_PER_SECOND, member) && *text == '\0';
}

static bool parse_clock(const struct key *key, const char *text, void *member)
{
    (void)key;
    struct clock_plan *clock = member;
    if (strcmp(text, "unix") == 0) {
        clock->unix_time = true;
        return true;
    }
    if (!parse_number(text, &clock->start))
        return false;
    clock->unix_time = false;
    return true;
}

static bool parse_interned_name(const struct key *key, const char *text, void *member)
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
    (void)key;
    struct copy_list list = {0};
    if (strcmp(text, "none") != 0) {
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

static bool parse_copies(const struct key *key, const char *text, void *member)
{
    return parse_copy_ranges(key, text, false, member);
}

static bool parse_late_copies(const struct key *key, const char *text, void *member)
{
    return parse_copy_ranges(key, text, true, member);
}

static bool parse_mac(const struct key *key, const char *text, void *member)
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

static bool parse_optional_mac(const struct key *key, const char *text, void *member)
{
    struct optional_mac mac = {0};
    mac.given = strcmp(text, "same") != 0;
    if (mac.given && !parse_mac(key, text, &mac.mac))
        return false;
    *(struct optional_mac *)member = mac;
    return true;
}

static bool parse_share(const struct key *key, const char *text, void *member)
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

static bool parse_address(const struct key *key, const char *text, void *member)
{
    struct address address;
    (void)key;
    if (!address_parse(text, &address))
        return false;
    *(struct address *)member = address;
    return true;
}

static bool parse_vlans(const struct key *key, const char *text, void *member)
{
    (void)key;
    struct vlan_list list = {0};
    if (strcmp(text, "none") != 0) {
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

static bool parse_hex(const struct key *key, const char *text, void *member)
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

static bool parse_name(const struct key *key, const char *text, void *member)
{
    (void)key;
    return parse_text(text, member, NAME_MAX_LENGTH + 1);
}

static bool parse_path(const struct key *key, const char *text, void *member)
{
    (void)key;
    return parse_text(text, member, PATH_MAX_LENGTH + 1);
}

static bool parse_recipe(const struct key *key, const char *text, void *member)
{
    (void)key;
    const struct frame_recipe *kind = frame_recipe_find(text);
    if (kind == NULL)
        return false;
    *(const struct frame_recipe **)member = kind;
    return true;
}

bool key_parse(const struct key *key, const char *text, void *member)
{
    static bool (*const parsers[KEY_TYPES])(const struct key *key, const char *text,
                                            void *member) = {
        [KEY_NUMBER] = parse_key_number,
        [KEY_SIZE] = parse_size,
        [KEY_WORD] = parse_word,
        [KEY_BOOL] = parse_bool,
        [KEY_DURATION] = parse_duration,
        [KEY_TICK] = parse_tick,
        [KEY_DRIFT] = parse_drift,
        [KEY_BIT_RATE] = parse_bit_rate,
        [KEY_RATE] = parse_rate,
        [KEY_PERCENTAGE] = parse_probability,
        [KEY_TIME] = parse_time,
        [KEY_CLOCK] = parse_clock,
        [KEY_COPIES] = parse_copies,
        [KEY_LATE_COPIES] = parse_late_copies,
        [KEY_MAC] = parse_mac,
        [KEY_OPTIONAL_MAC] = parse_optional_mac,
        [KEY_ADDRESS] = parse_address,
        [KEY_VLANS] = parse_vlans,
        [KEY_HEX] = parse_hex,
        [KEY_NAME] = parse_name,
        [KEY_NAMES] = parse_path,
        [KEY_FILE] = parse_path,
        [KEY_INTERNED_NAME] = parse_interned_name,
        [KEY_RECIPE] = parse_recipe,
        [KEY_SHARE] = parse_share,
    };
    return parsers[key->type](key, text, member);
}

bool key_set(const struct key *key, void *plan, const char *text)
{
    return key_parse(key, text, (char *)plan + key->offset);
}
