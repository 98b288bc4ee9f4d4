/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Writes pcap with nanoseconds or microseconds, in the byte order of this machine
 * (draft-ietf-opsawg-pcap).
 */
#ifndef COLLECTOR_OUTPUT_PACKET_PCAP_H
#define COLLECTOR_OUTPUT_PACKET_PCAP_H

#include "collector/output/packet-buffer.h"
#include "core/base/bytes.h"

enum { PACKET_PCAP_HEADER_LENGTH = 24 };

/** What stands before the bytes of each packet. */
struct packet_pcap_record {
    uint32_t seconds;  /* Unix time */
    uint32_t fraction; /* of the second, in units of packet_pcap_precision */
    uint32_t captured; /* bytes */
    uint32_t length;   /* bytes on the wire */
};

/** Some readers know microseconds alone. */
enum packet_pcap_precision { PACKET_PCAP_NS, PACKET_PCAP_US };

/** The beginning of a file. @param link  a LINKTYPE; see core/wire/link.h. */
void packet_pcap_begin(struct packet_buffer *buffer, enum packet_pcap_precision precision,
                       uint32_t link, uint32_t snap_length);

/** @param precision  that of the beginning. @param time_ns  Unix time. @param length  bytes on the
 * wire. */
void packet_pcap_packet(struct packet_buffer *buffer, enum packet_pcap_precision precision,
                        uint64_t time_ns, struct bytes captured, uint32_t length);

#endif
