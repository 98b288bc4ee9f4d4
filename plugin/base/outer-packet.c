/* outer-packet.c
 * The bytes before the GRE payload, and behind it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/base/outer-packet.h"

#include <epan/dissectors/packet-gre.h>
#include <wiretap/wtap.h>

#include "core/base/arrival.h"
#include "core/base/checksum.h"
#include "core/base/time-units.h"
#include "core/wire/icmp-quote.h"
#include "core/wire/ip.h"
#include "core/wire/protocol.h"

enum { ETHERNET_WITH_FCS_MIN = ETHERNET_MIN_LENGTH + FCS_LENGTH };

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

static bool has_network(const packet_info *pinfo)
{
    return pinfo->net_src.type != AT_NONE;
}

struct address outer_packet_source(const packet_info *pinfo)
{
    return address_of(has_network(pinfo) ? &pinfo->net_src : &pinfo->dl_src);
}

static struct address outer_packet_destination(const packet_info *pinfo)
{
    return address_of(has_network(pinfo) ? &pinfo->net_dst : &pinfo->dl_dst);
}

size_t outer_packet_frame_length(const packet_info *pinfo)
{
    return MAX(pinfo->fd->pkt_len, pinfo->fd->cap_len);
}

int64_t outer_packet_arrival_ns(const packet_info *pinfo)
{
    const nstime_t *arrival = &pinfo->fd->abs_ts;
    int64_t time_ns = 0;
    if (pinfo->fd->has_ts)
        arrival_time(arrival->secs, arrival->nsecs, &time_ns);
    return time_ns;
}

/* What the ICMP error that quotes the IP header at @p ip_offset says: RFC 792 and 1191, RFC 4443.
 */
static void read_error(struct bytes packet, size_t ip_offset, uint8_t ip_version,
                       struct outer_packet *outer)
{
    struct icmp_quote quote = {0};
    if (ip_offset < ICMP_LENGTH)
        return;
    icmp_quote_read_header(bytes_from(packet, ip_offset - ICMP_LENGTH), ip_version, &quote);
    outer->too_big = quote.too_big;
    outer->mtu = quote.mtu;
}

static void read_ip(struct bytes packet, size_t gre_offset, size_t payload_offset,
                    struct outer_packet *outer)
{
    struct copy_input *copy = &outer->copy;
    struct ip_header ip;
    size_t ip_offset;
    if (!ip_find_before(packet, gre_offset, &copy->source, &copy->destination, &ip, &ip_offset))
        return;
    outer->headers = payload_offset - ip_offset;
    outer->ttl = ip.ttl;
    if (ip.length > outer->headers)
        copy->claimed = ip.length - outer->headers;
    if (copy->quoted)
        read_error(packet, ip_offset, copy->source.len == 4 ? 4 : 6, outer);
}

void outer_packet_read(tvbuff_t *tvb, packet_info *pinfo, const void *data,
                       struct outer_packet *outer)
{
    const gre_hdr_info_t *gre = data;
    struct copy_input *copy = &outer->copy;
    *outer = (struct outer_packet){
        .copy = {.payload = bytes_of(tvb),
                 .carried = tvb_reported_length(tvb),
                 .has_gre = gre != NULL,
                 .gre = {.flags = gre != NULL ? gre->flags_and_ver : 0,
                         .protocol = (uint16_t)pinfo->match_uint},
                 .source = outer_packet_source(pinfo),
                 .destination = outer_packet_destination(pinfo),
                 .quoted = pinfo->flags.in_error_pkt,
                 .fragment = pinfo->fragmented},
    };
    if (gre == NULL)
        return;

    struct bytes packet = bytes_of(tvb_get_ds_tvb(tvb));
    if (pinfo->rec->rec_header.packet_header.pkt_encap == WTAP_ENCAP_ETHERNET) {
        outer->mac = bytes_u48(packet, ETHERNET_AT_SOURCE);
        outer->vlan = (uint16_t)(pinfo->vlan_id & 0xfff);
    }
    size_t payload_offset = (size_t)tvb_raw_offset(tvb);
    size_t gre_offset;
    struct gre_header header;
    if (!gre_find_before(packet, payload_offset, copy->gre.flags, copy->gre.protocol, &header,
                         &gre_offset))
        return;
    copy->gre = header;
    copy->has_sequence = (header.flags & GRE_BIT_SEQUENCE) != 0;
    if (has_network(pinfo))
        read_ip(packet, gre_offset, payload_offset, outer);
}

bool outer_packet_has_fcs(tvbuff_t *tvb, packet_info *pinfo)
{
    tvbuff_t *frame = tvb_get_ds_tvb(tvb);
    size_t length = tvb_captured_length(frame);
    size_t end = (size_t)tvb_raw_offset(tvb) + tvb_captured_length(tvb);
    if (length < end + FCS_LENGTH || length < ETHERNET_WITH_FCS_MIN)
        return false;
    bool is_frame = length == pinfo->fd->cap_len && length == pinfo->fd->pkt_len;
    if (!is_frame || pinfo->rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_ETHERNET)
        return false;
    struct bytes packet = bytes_of(frame);
    return bytes_u32le(packet, packet.len - FCS_LENGTH) ==
           ethernet_fcs(bytes_first(packet, packet.len - FCS_LENGTH));
}
