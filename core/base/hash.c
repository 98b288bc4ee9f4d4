/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/hash.h"

#include <glib.h>

static gpointer draw(gpointer room)
{
    uint64_t *seed = room;
    *seed = (uint64_t)g_random_int() << 32 | g_random_int();
    return seed;
}

uint64_t hash_seed(void)
{
    static GOnce once = G_ONCE_INIT;
    static uint64_t seed;
    g_once(&once, draw, &seed);
    return seed;
}
