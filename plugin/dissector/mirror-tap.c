/* mirror-tap.c
 * Mirrors that are not ERSPAN
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/dissector/mirror-tap.h"

#include <wiretap/wtap.h>

#include "core/copy/copy-input.h"
#include "plugin/base/compat.h"
#include "plugin/base/outer-packet.h"
#include "plugin/base/preferences.h"
#include "plugin/dissector/packet-erspan.h"

static int proto_mirror_tap = -1;
static dissector_handle_t mirror_tap_handle;

static uint32_t link_of(const packet_info *pinfo)
{
    switch (pinfo->rec->rec_header.packet_header.pkt_encap) {
    case WTAP_ENCAP_ETHERNET:
        return LINK_ETHERNET;
    case WTAP_ENCAP_SLL:
        return LINK_LINUX_SLL;
    case WTAP_ENCAP_SLL2:
        return LINK_LINUX_SLL2;
    case WTAP_ENCAP_RAW_IP:
        return LINK_RAW;
    case WTAP_ENCAP_RAW_IP4:
        return LINK_IPV4;
    case WTAP_ENCAP_RAW_IP6:
        return LINK_IPV6;
    default:
        return LINK_UNKNOWN;
    }
}

/* True if a copy of ERSPAN lies in the packet, which its own dissector has taken. */
static bool holds_erspan(uint32_t link, struct bytes packet, const struct failure *failure)
{
    struct outer behind;
    return failure->kind == FAILURE_NONE ||
           (outer_may_be_behind(failure) &&
            outer_parse_behind(link, packet, &behind).kind == FAILURE_NONE);
}

static int dissect_mirror_tap(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree _U_,
                              void *data _U_)
{
    unsigned length = tvb_captured_length(tvb);
    struct outer outer;
    struct mirror_header mirror;
    uint32_t link = link_of(pinfo);
    if (link == LINK_UNKNOWN || length == 0)
        return 0;
    const struct bytes packet = {tvb_get_ptr(tvb, 0, (int)length), length};
    struct failure failure = outer_parse(link, packet, &outer);
    if (!mirror_read(&failure, &outer, erspan_mirror_rules(), &mirror) ||
        holds_erspan(link, packet, &failure))
        return 0;
    bool ethernet = link == LINK_ETHERNET;
    size_t offset = copy_input_offset(&outer, &mirror);
    /* Taps read what was found when this function has returned. */
    const struct mirror_header *lasting = wmem_memdup(pinfo->pool, &mirror, sizeof mirror);
    struct outer_packet found = {
        .copy = copy_input_of(&outer, lasting, tvb_reported_length(tvb)),
        .headers = offset - outer.ip_offset,
        .ttl = outer.ttl,
        .mac = ethernet ? bytes_u48(packet, ETHERNET_AT_SOURCE) : 0,
        .vlan = ethernet ? outer.vlan : 0,
    };
    packet_erspan_take(tvb_new_subset_remaining(tvb, (int)offset), pinfo, &found);
    return 0;
}

void proto_register_mirror_tap(void)
{
    proto_mirror_tap =
        proto_register_protocol("Mirrors other than ERSPAN", "Mirrors", "erspan_mirrors");
    mirror_tap_handle = create_dissector_handle(dissect_mirror_tap, proto_mirror_tap);
}

void proto_reg_handoff_mirror_tap(void)
{
    register_postdissector(mirror_tap_handle);
}
