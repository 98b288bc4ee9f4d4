/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/support.h"

enum { SWEEP_WHOLE_BITS = 20, SWEEP_RANDOM = 1000 };

struct bytes bytes_from_hex(const char *hex)
{
    GByteArray *array = g_byte_array_new();
    while (*hex != '\0') {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        g_assert_true(g_ascii_isxdigit(hex[0]) && g_ascii_isxdigit(hex[1]));
        uint8_t byte = (uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(array, &byte, 1);
        hex += 2;
    }
    struct bytes exact = bytes_prefix((struct bytes){array->data, array->len}, array->len);
    g_byte_array_unref(array);
    return exact;
}

struct bytes bytes_prefix(struct bytes b, size_t count)
{
    g_assert_cmpuint(count, <=, b.len);
    uint8_t *copy = g_malloc(count > 0 ? count : 1);
    bytes_copy(b, 0, copy, count);
    return (struct bytes){copy, count};
}

void bytes_free(struct bytes b)
{
    g_free((void *)b.data);
}

void random_fill(uint8_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (uint8_t)g_test_rand_int_range(0, 256);
}

void assert_failure(struct failure failure, enum failure_kind kind, size_t offset, uint32_t found)
{
    g_assert_cmpstr(failure_name(failure.kind), ==, failure_name(kind));
    g_assert_cmpuint(failure.offset, ==, offset);
    g_assert_cmpuint(failure.found, ==, found);
}

static char *to_hex(struct bytes b)
{
    GString *hex = g_string_new(NULL);
    for (size_t i = 0; i < b.len; i++)
        g_string_append_printf(hex, "%02x", b.data[i]);
    return g_string_free(hex, FALSE);
}

void assert_bytes_equal(struct bytes actual, struct bytes expected)
{
    if (actual.len == expected.len && bytes_equal(actual, 0, expected.data, expected.len))
        return;
    g_assert_cmpstr(to_hex(actual), ==, to_hex(expected));
}

void assert_bytes_hex(struct bytes actual, const char *expected)
{
    struct bytes b = bytes_from_hex(expected);
    assert_bytes_equal(actual, b);
    bytes_free(b);
}

size_t sweep_count(unsigned bits)
{
    return bits <= SWEEP_WHOLE_BITS ? (size_t)1 << bits : 2 + 2 * bits + SWEEP_RANDOM;
}

uint64_t sweep_value(unsigned bits, size_t i)
{
    uint64_t ones = UINT64_MAX >> (64 - bits);
    if (bits <= SWEEP_WHOLE_BITS)
        return i;
    if (i < bits)
        return (uint64_t)1 << i;
    if (i < 2 * bits)
        return ones ^ (uint64_t)1 << (i - bits);
    if (i < 2 * bits + 2)
        return i % 2 != 0 ? ones : 0;
    uint64_t value;
    random_fill((uint8_t *)&value, sizeof value);
    return value & ones;
}
