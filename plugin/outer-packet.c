/* outer-packet.c
 * The bytes before the GRE payload, and behind it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/outer-packet.h"

#include <epan/dissectors/packet-gre.h>
#include <wiretap/wtap.h>

#include "core/checksum.h"
#include "core/ip.h"

enum { ETHERNET_WITH_FCS_MIN = 64 };

static struct bytes bytes_of(tvbuff_t *tvb)
{
    unsigned length = tvb_captured_length(tvb);
    return (struct bytes){length > 0 ? tvb_get_ptr(tvb, 0, (int)length) : NULL, length};
}

static struct address address_of(const address *from)
{
    struct bytes bytes = {from->data, from->len > 0 ? (size_t)from->len : 0};
    return address_at(bytes, 0, bytes.len);
}

void outer_packet_read(tvbuff_t *tvb, packet_info *pinfo, const void *data,
                       struct copy_input *input)
{
    const gre_hdr_info_t *gre = data;
    bool has_network = pinfo->net_src.type != AT_NONE;
    *input = (struct copy_input){
        .payload = bytes_of(tvb),
        .carried = tvb_reported_length(tvb),
        .has_gre = gre != NULL,
        .gre = {.flags = gre != NULL ? gre->flags_and_ver : 0,
                .protocol = (uint16_t)pinfo->match_uint},
        .source = address_of(has_network ? &pinfo->net_src : &pinfo->dl_src),
        .destination = address_of(has_network ? &pinfo->net_dst : &pinfo->dl_dst),
        .quoted = pinfo->flags.in_error_pkt,
        .fragment = pinfo->fragmented,
    };
    if (gre == NULL)
        return;

    struct bytes packet = bytes_of(tvb_get_ds_tvb(tvb));
    size_t payload_offset = (size_t)tvb_raw_offset(tvb);
    size_t gre_offset;
    struct gre_header header;
    if (!gre_find_before(packet, payload_offset, input->gre.flags, input->gre.protocol, &header,
                         &gre_offset))
        return;
    input->gre = header;
    input->has_sequence = (header.flags & GRE_BIT_SEQUENCE) != 0;

    struct ip_header ip;
    size_t ip_offset;
    if (has_network &&
        ip_find_before(packet, gre_offset, &input->source, &input->destination, &ip, &ip_offset) &&
        ip.length > payload_offset - ip_offset)
        input->claimed = ip.length - (payload_offset - ip_offset);
}

bool outer_packet_has_fcs(tvbuff_t *tvb, packet_info *pinfo)
{
    struct bytes packet = bytes_of(tvb_get_ds_tvb(tvb));
    size_t end = (size_t)tvb_raw_offset(tvb) + tvb_captured_length(tvb);
    bool is_frame = packet.len == pinfo->fd->cap_len && packet.len == pinfo->fd->pkt_len;
    if (!is_frame || pinfo->rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_ETHERNET)
        return false;
    if (packet.len < ETHERNET_WITH_FCS_MIN || packet.len < end + 4)
        return false;
    return bytes_u32le(packet, packet.len - 4) == ethernet_fcs(bytes_first(packet, packet.len - 4));
}
