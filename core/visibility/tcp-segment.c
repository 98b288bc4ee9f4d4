/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP, RFC 9293 section 3.1:
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------------------------------+-------------------------------+
 *  |          Source Port          |       Destination Port        |
 *  |                        Sequence Number                        |
 *  |                    Acknowledgment Number                      |
 *  |  Data |       |C|E|U|A|P|R|S|F|                               |
 *  | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
 *  |       |       |R|E|G|K|H|T|N|N|                               |
 *  |           Checksum            |         Urgent Pointer        |
 *  |                     Options (Data Offset - 5 words)           |
 */
#include "core/visibility/flow.h"
#include "core/wire/ip.h"

enum { TCP_UP_TO_FLAGS = 14 };

/* The MSS option (RFC 9293, section 3.7.1), or 0. */
static uint16_t find_mss(struct bytes options)
{
    size_t at = 0;
    while (at < options.len) {
        uint8_t kind = bytes_u8(options, at);
        uint8_t length = bytes_u8(options, at + 1);
        if (kind == TCP_OPTION_END)
            return 0;
        if (kind == TCP_OPTION_MSS && length == TCP_OPTION_MSS_LENGTH)
            return bytes_u16(options, at + 2);
        if (kind != TCP_OPTION_NOP && length < 2)
            return 0;
        at += kind == TCP_OPTION_NOP ? 1 : length;
    }
    return 0;
}

/* An IP header that is cut may be that of TCP. A frame that ends as its sender made it is not cut.
 */
static bool may_be_cut(struct bytes frame, struct frame_payload packet, size_t mirrored_length)
{
    struct ip_header ip;
    if (packet.ip_version == 0 || frame.len >= mirrored_length)
        return false;
    switch (ip_decode(bytes_from(frame, packet.offset), packet.ip_version, &ip).kind) {
    case FAILURE_NONE:
        return ip.protocol == IP_PROTOCOL_TCP &&
               frame.len < packet.offset + ip.header_length + TCP_UP_TO_FLAGS;
    case FAILURE_IPV4_CUT:
    case FAILURE_IPV6_CUT:
    case FAILURE_EXTENSION_CUT:
        return true;
    default:
        return false;
    }
}

/* One byte tells that of most frames. */
static bool is_other_ipv4(struct bytes frame, struct frame_payload packet)
{
    return packet.ip_version == 4 &&
           bytes_u8(frame, packet.offset + IPV4_AT_PROTOCOL) != IP_PROTOCOL_TCP;
}

static bool find(struct bytes frame, struct frame_payload packet, size_t mirrored_length,
                 struct tcp_segment *segment)
{
    struct ip_header ip;
    if (packet.ip_version == 0 || packet.offset >= frame.len || is_other_ipv4(frame, packet) ||
        ip_decode(bytes_from(frame, packet.offset), packet.ip_version, &ip).kind != FAILURE_NONE ||
        ip.protocol != IP_PROTOCOL_TCP)
        return false;

    size_t end = ip.length != 0 ? packet.offset + ip.length : mirrored_length;
    size_t tcp_offset = packet.offset + ip.header_length;
    struct bytes tcp = bytes_from(bytes_first(frame, end), tcp_offset);
    size_t tcp_length = (size_t)(bytes_u8(tcp, TCP_AT_DATA_OFFSET) >> 4) * 4;
    size_t headers = tcp_offset + tcp_length;
    if (!bytes_has(tcp, 0, TCP_UP_TO_FLAGS) || tcp_length < TCP_MIN_LENGTH || headers > end)
        return false;

    uint8_t flags = bytes_u8(tcp, 13);
    *segment = (struct tcp_segment){
        .source = ip.source,
        .destination = ip.destination,
        .source_port = bytes_u16(tcp, 0),
        .destination_port = bytes_u16(tcp, 2),
        .sequence = bytes_u32(tcp, 4),
        .acknowledgement = bytes_u32(tcp, 8),
        .payload = (uint32_t)(end - headers),
        .headers = (uint32_t)headers,
        .options = (uint8_t)(tcp_length - TCP_MIN_LENGTH),
        .identification = packet.ip_version == 4 ? (uint16_t)ip.identification : 0,
        .is_ipv4 = packet.ip_version == 4,
        .syn = flags & TCP_SYN,
        .fin = flags & TCP_FIN,
        .rst = flags & TCP_RST,
        .ack = flags & TCP_ACK,
    };
    if (segment->syn)
        segment->mss = find_mss(bytes_from(bytes_first(tcp, tcp_length), TCP_MIN_LENGTH));
    return true;
}

bool tcp_segment_find(struct bytes frame, struct frame_payload packet, size_t mirrored_length,
                      struct tcp_segment *segment)
{
    if (find(frame, packet, mirrored_length, segment))
        return true;
    *segment = (struct tcp_segment){.cut = may_be_cut(frame, packet, mirrored_length)};
    return false;
}
