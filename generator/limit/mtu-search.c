/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/limit/mtu-search.h"

/* Whether the length arrives after all, in as many tries as are left of it. */
static gboolean try_again(unsigned length, mtu_probe probe, void *context, bool *arrived,
                          GError **error)
{
    *arrived = false;
    for (unsigned i = 1; i < MTU_SEARCH_TRIES && !*arrived; i++)
        if (!probe(context, length, arrived, error))
            return FALSE;
    return TRUE;
}

/*
 * A bisection. Where a probe is lost though its length arrives, all lengths below arrive, so the
 * bisection ends just below that one: to try this one again tells.
 */
gboolean mtu_search(unsigned most, mtu_probe probe, void *context, unsigned *probes, unsigned *mtu,
                    GError **error)
{
    unsigned arrived = MTU_SEARCH_LEAST - 1; /* nothing is known of it */
    unsigned too_long = most + 1;
    unsigned too_long_before = too_long;
    unsigned next = most; /* most ways carry all that the interface sends */
    bool came = true;
    for (*probes = 0; came && *probes < MTU_SEARCH_PROBES_MOST;) {
        while (*probes < MTU_SEARCH_PROBES_MOST && too_long - arrived > 1) {
            if (!probe(context, next, &came, error))
                return FALSE;
            if (came) {
                arrived = next;
            } else {
                too_long_before = too_long;
                too_long = next;
            }
            next = arrived + (too_long - arrived) / 2;
            ++*probes;
        }
        came = false;
        if (too_long <= most && !try_again(too_long, probe, context, &came, error))
            return FALSE;
        if (came) {
            arrived = too_long;
            too_long = too_long_before;
            next = arrived + (too_long - arrived) / 2;
        }
    }
    *mtu = arrived < MTU_SEARCH_LEAST ? 0 : arrived;
    return TRUE;
}
