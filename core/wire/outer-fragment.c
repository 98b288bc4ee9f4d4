/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/wire/outer-fragment.h"

#include "core/wire/ip.h"

bool outer_fragment_read(struct bytes packet, const struct outer *outer,
                         struct outer_fragment *fragment)
{
    struct ip_header ip;
    if (outer->ip_version == 0)
        return false;
    struct failure failure =
        ip_decode(bytes_from(packet, outer->ip_offset), outer->ip_version, &ip);
    bool later = failure.kind == FAILURE_LATER_FRAGMENT;
    bool first = failure.kind == FAILURE_NONE && ip.more_fragments;
    if ((!later && !first) || ip.length < ip.fragment_start)
        return false;
    *fragment = (struct outer_fragment){
        .source = ip.source,
        .destination = ip.destination,
        .identification = ip.identification,
        .protocol = ip.version == 4 ? ip.protocol : 0,
        .offset = later ? failure.found : 0,
        .length = ip.length - ip.fragment_start,
        .last = !ip.more_fragments,
    };
    return true;
}
