/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"

#include <glib.h>

static gpointer draw_seed(gpointer seed)
{
    uint64_t *drawn = seed;
    *drawn = (uint64_t)g_random_int() << 32 | g_random_int();
    return seed;
}

uint64_t hash_seed(void)
{
    static GOnce once = G_ONCE_INIT;
    static uint64_t seed;
    g_once(&once, draw_seed, &seed);
    return seed;
}
