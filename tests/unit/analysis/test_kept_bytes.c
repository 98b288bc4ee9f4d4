/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring of 64 units, half of it for frames that are kept ahead of a look. */
#include "core/analysis/kept-bytes.h"

#include <glib.h>

enum { SIZE = 1024, AHEAD = 512, UNITS_FOUND = 32, FRAMES = 300 };

static struct kept_place keep(struct kept_bytes *ring, uint16_t number)
{
    const uint8_t data[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    return kept_bytes_put(ring, (struct bytes){data, sizeof data}, sizeof data);
}

/* Frame n takes unit n. From a frame the 31 before it are found, and itself, whether no frame is
 * kept ahead of it or as many as the ring has room for. */
static void test_ahead(void)
{
    static const unsigned aheads[] = {0, 1, AHEAD / KEPT_BYTES_UNIT};
    for (size_t a = 0; a < G_N_ELEMENTS(aheads); a++) {
        struct kept_bytes ring;
        struct kept_place places[FRAMES];
        kept_bytes_init(&ring, SIZE, AHEAD);
        for (unsigned kept = 0; kept < FRAMES; kept++) {
            places[kept] = keep(&ring, (uint16_t)kept);
            if (kept < aheads[a])
                continue;
            unsigned looked = kept - aheads[a];
            for (unsigned n = looked < 40 ? 0 : looked - 40; n <= looked; n++) {
                struct bytes found =
                    kept_bytes_at(&ring, places[n], kept_bytes_end(places[looked]));
                g_assert_cmpuint(found.len, ==, looked - n < UNITS_FOUND ? 2 : 0);
                if (found.len > 0)
                    g_assert_cmpuint(bytes_u16(found, 0), ==, n);
            }
        }
        kept_bytes_clear(&ring);
    }
}

/* Of a long frame a share, in whole units; at the end of the ring it goes on at its begin. */
static void test_share(void)
{
    struct kept_bytes ring;
    static const uint8_t data[100];
    kept_bytes_init(&ring, 4096, 2048); /* a share is 64 bytes, 4 units */
    for (unsigned n = 0; n < 3 * KEPT_BYTES_SHARE; n++) {
        struct kept_place place =
            kept_bytes_put(&ring, (struct bytes){data, sizeof data}, sizeof data);
        g_assert_cmpuint(place.at, ==, 4 * n);
        g_assert_cmpuint(place.length, ==, 64);
        g_assert_cmpuint(kept_bytes_end(place), ==, 4 * n + 4);
    }
    kept_bytes_clear(&ring);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kept-bytes/ahead", test_ahead);
    g_test_add_func("/kept-bytes/share", test_share);
    return g_test_run();
}
