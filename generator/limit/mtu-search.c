/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/limit/mtu-search.h"

/* Whether a packet of that length arrived. */
static gboolean try_length(unsigned length, mtu_probe probe, void *context, bool *arrived,
                           GError **error)
{
    *arrived = false;
    for (unsigned i = 0; i < MTU_SEARCH_TRIES && !*arrived; i++)
        if (!probe(context, length, arrived, error))
            return FALSE;
    return TRUE;
}

gboolean mtu_search(unsigned most, mtu_probe probe, void *context, unsigned *probes, unsigned *mtu,
                    GError **error)
{
    unsigned arrived = MTU_SEARCH_LEAST - 1; /* nothing is known of it */
    unsigned too_long = most + 1;
    unsigned next = most; /* most ways carry all that the interface sends */
    *mtu = 0;
    for (*probes = 0; *probes < MTU_SEARCH_PROBES && too_long - arrived > 1; ++*probes) {
        bool came;
        if (!try_length(next, probe, context, &came, error))
            return FALSE;
        if (came)
            *mtu = arrived = next;
        else
            too_long = next;
        next = arrived + (too_long - arrived) / 2;
    }
    return TRUE;
}
