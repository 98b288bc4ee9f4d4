/* tap.c
 * The tap of statistics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/tap.h"

#include <epan/tap.h>

static int erspan_tap = -1;

void tap_register(void)
{
    erspan_tap = register_tap(ERSPAN_TAP);
}

/* What the copy revised stays readable when the packet holds another one, which is analysed before
 * the listeners are called. */
static void keep_revisions(packet_info *pinfo, struct analysis_finding *finding)
{
    struct sequence_domain_finding *domain = &finding->domain;
    for (unsigned kind = 0; finding->has_sequence && kind < DOMAIN_KINDS; kind++) {
        struct sequence_domain_revisions *revisions = &domain->revisions[kind];
        if (!domain->revisited && domain->followed[kind] && domain->finding[kind].revises)
            revisions->items = wmem_memdup(pinfo->pool, revisions->items,
                                           revisions->count * sizeof *revisions->items);
    }
}

/* The outer address as it was read: behind a mirror that is not ERSPAN the dissectors of the
 * mirrored frame have put theirs into @p seen by now. */
static void set_outer_address(packet_info *pinfo, address *to, const struct address *from,
                              const address *seen)
{
    if (from->len == 4 || from->len == 16)
        alloc_address_wmem(pinfo->pool, to, from->len == 4 ? AT_IPv4 : AT_IPv6, from->len,
                           from->bytes);
    else
        copy_address_wmem(pinfo->pool, to, seen);
}

void tap_copy(packet_info *pinfo, const struct outer_packet *outer, const struct copy *copy,
              const struct copy_analysis *meaning)
{
    if (!meaning->known || !have_tap_listener(erspan_tap))
        return;
    struct tapped_copy *tapped = wmem_new(pinfo->pool, struct tapped_copy);
    tapped->outer = *outer;
    tapped->copy = *copy;
    tapped->meaning = *meaning;
    keep_revisions(pinfo, &tapped->meaning.finding);
    set_outer_address(pinfo, &tapped->source, &outer->copy.source, &pinfo->src);
    set_outer_address(pinfo, &tapped->destination, &outer->copy.destination, &pinfo->dst);
    tap_queue_packet(erspan_tap, pinfo, tapped);
}
