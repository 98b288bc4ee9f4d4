/* fragment-tap.c
 * Outer packets in fragments: their bytes on the wire
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/fragment-tap.h"

#include <epan/epan_dissect.h>
#include <wiretap/wtap.h>

/* The number that capture files have for Wireshark's; of other links fragments are not told. */
static uint32_t link_of(const packet_info *pinfo)
{
    static const struct {
        int encapsulation;
        uint32_t link;
    } links[] = {
        {WTAP_ENCAP_ETHERNET, LINK_ETHERNET}, {WTAP_ENCAP_RAW_IP, LINK_RAW},
        {WTAP_ENCAP_RAW_IP4, LINK_IPV4},      {WTAP_ENCAP_RAW_IP6, LINK_IPV6},
        {WTAP_ENCAP_NULL, LINK_NULL},         {WTAP_ENCAP_LOOP, LINK_LOOP},
        {WTAP_ENCAP_SLL, LINK_LINUX_SLL},     {WTAP_ENCAP_SLL2, LINK_LINUX_SLL2},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
        if (links[i].encapsulation == pinfo->rec->rec_header.packet_header.pkt_encap)
            return links[i].link;
    return LINK_UNKNOWN;
}

static struct bytes frame_bytes(const epan_dissect_t *edt)
{
    unsigned length = tvb_captured_length(edt->tvb);
    return (struct bytes){length > 0 ? tvb_get_ptr(edt->tvb, 0, (int)length) : NULL, length};
}

static bool is_fragment(const packet_info *pinfo, const epan_dissect_t *edt,
                        struct arrived_fragment *arrived)
{
    if (edt == NULL || edt->tvb == NULL)
        return false;
    struct bytes packet = frame_bytes(edt);
    struct outer outer;
    outer_parse(link_of(pinfo), packet, &outer);
    arrived->arrival_ns = outer_packet_arrival_ns(pinfo);
    arrived->frame_length = outer_packet_frame_length(pinfo);
    return outer_fragment_read(packet, &outer, &arrived->fragment);
}

void fragment_tap_look(struct fragment_tap *tap, struct report *report, const packet_info *pinfo,
                       const epan_dissect_t *edt)
{
    if (tap->frame == pinfo->num)
        return;
    fragment_tap_count_waiting(tap, report);
    tap->frame = pinfo->num;
    tap->waits = is_fragment(pinfo, edt, &tap->arrived);
}

void fragment_tap_count_waiting(struct fragment_tap *tap, struct report *report)
{
    if (tap->waits)
        report_add_fragment(report, &tap->arrived);
    tap->waits = false;
}

static bool is_in_fragment(const struct fragment_tap *tap, const struct tapped_copy *tapped)
{
    return tap->waits && tapped->meaning.place.depth == 1 && !tapped->outer.copy.quoted;
}

uint64_t fragment_tap_take_whole(struct fragment_tap *tap, struct report *report,
                                 const struct tapped_copy *tapped)
{
    if (!is_in_fragment(tap, tapped) || tapped->outer.copy.fragment)
        return 0;
    tap->waits = false;
    return report_take_fragments(report, &tap->arrived);
}

void fragment_tap_take_first(struct fragment_tap *tap, struct report *report,
                             const struct tapped_copy *tapped)
{
    if (!is_in_fragment(tap, tapped) || !tapped->outer.copy.fragment)
        return;
    tap->waits = false;
    report_add_first_fragment(report, &tap->arrived, &tapped->meaning.place, &tapped->copy);
}
