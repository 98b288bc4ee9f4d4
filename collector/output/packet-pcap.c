/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-pcap.h"

#include "core/base/time-units.h"

enum { VERSION_MAJOR = 2, VERSION_MINOR = 4 };

static const struct {
    uint32_t magic;
    uint32_t unit_ns;
} precisions[] = {[PACKET_PCAP_NS] = {0xa1b23c4d, 1}, [PACKET_PCAP_US] = {0xa1b2c3d4, NS_PER_US}};

void packet_pcap_begin(struct packet_buffer *buffer, enum packet_pcap_precision precision,
                       uint32_t link, uint32_t snap_length)
{
    const uint16_t version[] = {VERSION_MAJOR, VERSION_MINOR};
    const uint32_t rest[] = {0, 0, snap_length, link};
    packet_buffer_put(buffer, &precisions[precision].magic, sizeof precisions[precision].magic);
    packet_buffer_put(buffer, version, sizeof version);
    packet_buffer_put(buffer, rest, sizeof rest);
}

void packet_pcap_packet(struct packet_buffer *buffer, enum packet_pcap_precision precision,
                        uint64_t time_ns, struct bytes captured, uint32_t length)
{
    const struct packet_pcap_record record = {
        .seconds = (uint32_t)(time_ns / (uint64_t)NS_PER_SECOND),
        .fraction = (uint32_t)(time_ns % (uint64_t)NS_PER_SECOND) / precisions[precision].unit_ns,
        .captured = (uint32_t)captured.len,
        .length = length,
    };
    packet_buffer_put(buffer, &record, sizeof record);
    packet_buffer_put(buffer, captured.data, captured.len);
    packet_buffer_end_packet(buffer);
}
