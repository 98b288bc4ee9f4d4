/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"

#include <glib.h>

enum { LENGTH_MAX = 20 };

/* A hash depends on each byte, and on nothing else: neither on where the bytes lie nor on what lies
 * behind them. */
static void test_bytes(void)
{
    for (size_t length = 0; length <= LENGTH_MAX; length++) {
        uint8_t bytes[LENGTH_MAX];
        uint8_t moved[LENGTH_MAX + 2];
        memset(bytes, 0x5a, sizeof bytes);
        memset(moved, 0xff, sizeof moved);
        memcpy(moved + 1, bytes, length);
        uint64_t hash = hash_bytes(1, (struct bytes){bytes, length});
        g_assert_cmpuint(hash_bytes(1, (struct bytes){moved + 1, length}), ==, hash);
        for (size_t i = 0; i < length; i++) {
            bytes[i] ^= 0x80;
            g_assert_cmpuint(hash_bytes(1, (struct bytes){bytes, length}), !=, hash);
            bytes[i] ^= 0x80;
        }
    }
    g_assert_cmpuint(hash_bytes(1, (struct bytes){NULL, 0}), !=, 1);
}

/* Zeros count: the length is part of the hash. */
static void test_lengths(void)
{
    const uint8_t zeros[LENGTH_MAX] = {0};
    for (size_t a = 0; a <= LENGTH_MAX; a++)
        for (size_t b = 0; b < a; b++)
            g_assert_cmpuint(hash_bytes(0, (struct bytes){zeros, a}), !=,
                             hash_bytes(0, (struct bytes){zeros, b}));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hash/bytes", test_bytes);
    g_test_add_func("/hash/lengths", test_lengths);
    return g_test_run();
}
