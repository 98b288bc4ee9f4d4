/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/base/failure.h"

#include <stdio.h>

/* Each sentence takes found as its one conversion, or has none. */
static const struct {
    const char *name;
    const char *sentence;
} kinds[FAILURE_KINDS] = {
    [FAILURE_NONE] = {"none", "no failure"},
    [FAILURE_LINK_TYPE] = {"link-type", "link type %u is not one that can carry ERSPAN here"},
    [FAILURE_LINK_CUT] = {"link-cut", "the packet ends in its link-layer header"},
    [FAILURE_VLAN_CUT] = {"vlan-cut", "the packet ends in a VLAN tag"},
    [FAILURE_VLAN_DEPTH] = {"vlan-depth", "more than %u VLAN tags"},
    [FAILURE_NOT_IP] = {"not-ip", "EtherType 0x%04x is neither IPv4 nor IPv6"},
    [FAILURE_IP_VERSION] = {"ip-version", "the IP header is of version %u"},
    [FAILURE_IPV4_CUT] = {"ipv4-cut", "the packet ends in its IPv4 header"},
    [FAILURE_IPV4_HEADER_LENGTH] = {"ipv4-header-length",
                                    "IPv4 header length of %u bytes is below 20"},
    [FAILURE_IPV4_TOTAL_LENGTH] = {"ipv4-total-length",
                                   "IPv4 total length of %u bytes is below its header's"},
    [FAILURE_IPV6_CUT] = {"ipv6-cut", "the packet ends in its IPv6 header"},
    [FAILURE_EXTENSION_CUT] = {"extension-cut", "the packet ends in IPv6 extension header %u"},
    [FAILURE_EXTENSION_DEPTH] = {"extension-depth", "more than %u IPv6 extension headers"},
    [FAILURE_LATER_FRAGMENT] = {"later-fragment",
                                "fragment from byte %u on: GRE is in the first fragment"},
    [FAILURE_NOT_GRE] = {"not-gre", "IP protocol %u is neither GRE nor UDP"},
    [FAILURE_UDP_CUT] = {"udp-cut", "the packet ends in its UDP header"},
    [FAILURE_UDP_LENGTH] = {"udp-length", "UDP length of %u bytes is below 8"},
    [FAILURE_UDP_PORT] = {"udp-port", "UDP port %u is not GRE in UDP (4754)"},
    [FAILURE_GRE_CUT] = {"gre-cut", "the packet ends in its GRE header of %u bytes"},
    [FAILURE_GRE_VERSION] = {"gre-version", "GRE version %u is not 0"},
    [FAILURE_GRE_ROUTING_CUT] = {"gre-routing-cut",
                                 "the GRE source routes do not end; %u were read"},
    [FAILURE_NOT_ERSPAN] = {"not-erspan", "GRE protocol type 0x%04x is not ERSPAN"},
    [FAILURE_HEADER_CUT] = {"header-cut", "the copy ends in its ERSPAN header of %u bytes"},
    [FAILURE_VERSION_UNKNOWN] = {"version-unknown", "ERSPAN version %u is not known"},
    [FAILURE_SUBHEADER_CUT] = {"subheader-cut",
                               "the platform sub-header needs 8 bytes and %u are there"},
    [FAILURE_MARKER_LENGTH] = {"marker-length", "%u bytes are not the 58 of a marker packet"},
    [FAILURE_MARKER_TAIL] = {"marker-tail", "0x%08x is not the tail of a marker packet"},
};

const char *failure_name(enum failure_kind kind)
{
    if ((unsigned)kind >= FAILURE_KINDS)
        return "unnamed";
    return kinds[kind].name;
}

const char *failure_text(const struct failure *failure, char *text, size_t size)
{
    if (size == 0)
        return text;
    if ((unsigned)failure->kind >= FAILURE_KINDS) {
        snprintf(text, size, "offset %zu: unnamed failure", failure->offset);
        return text;
    }
    int prefix = snprintf(text, size, "offset %zu: ", failure->offset);
    if (prefix < 0 || (size_t)prefix >= size)
        return text;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text + prefix, size - (size_t)prefix, kinds[failure->kind].sentence, failure->found);
#pragma GCC diagnostic pop
    return text;
}
