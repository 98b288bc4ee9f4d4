/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What applications send in UDP again and again: RTP (RFC 3550), whose packets differ in a few
 * bytes of its header; syslog (RFC 3164), whose messages differ at their very end; BFD (RFC 5880,
 * RFC 5881), whose packets do not differ at all.
 */
#include <stdio.h>

#include "core/wire/protocol.h"
#include "generator/traffic/inner-kinds.h"

enum { PORT_SYSLOG = 514, PORT_BFD = 3784 };
enum { RTP_HEADER_LENGTH = 12, RTP_SAMPLES = 160, RTP_PCMU = 0, RTP_MARKER = 0x80 };
enum { BFD_LENGTH = 24, BFD_UP = 3 << 6, BFD_DETECT_MULTIPLIER = 3, BFD_INTERVAL_US = 50000 };

static const char syslog_start[] = "<134>Nov 14 22:13:20 host app[1234]: ";
enum { SYSLOG_START_LENGTH = sizeof syslog_start - 1, SYSLOG_END_LENGTH = 11 };

/* Both ends speak, in turn: 20 ms of silence each. */
void inner_write_rtp(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct inner_turn event;
    inner_turn_init(&event, plan, n);
    bool answers = event.step % 2 == 1;
    uint64_t spoken = event.step / 2;
    size_t data_length = inner_data_length(plan);

    struct packet_builder packet =
        inner_put_ip(plan, &event.ends[answers], &event.ends[!answers], IP_PROTOCOL_UDP,
                     UDP_LENGTH + RTP_HEADER_LENGTH + data_length, (uint16_t)(event.step + 1), out);
    inner_put_ports(event.flow, answers, out);
    buffer_put16(out, (uint16_t)(UDP_LENGTH + RTP_HEADER_LENGTH + data_length));
    buffer_put16(out, 0);
    buffer_put8(out, 0x80); /* version 2 */
    buffer_put8(out, spoken == 0 ? RTP_MARKER | RTP_PCMU : RTP_PCMU);
    buffer_put16(out, (uint16_t)spoken);
    buffer_put32(out, (uint32_t)(spoken * RTP_SAMPLES));
    buffer_put32(out, (uint32_t)(0x1000 + 2 * event.flow + answers)); /* source */
    for (size_t i = 0; i < data_length; i++)
        buffer_put8(out, 0xff); /* silence in the mu law */
    inner_set_transport_checksum(plan, &packet, UDP_AT_CHECKSUM, out);
}

/* The clients tell the server: each message ends with its number. */
void inner_write_syslog(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct inner_turn event;
    inner_turn_init(&event, plan, n);
    size_t data_length = inner_data_length(plan);
    size_t length = SYSLOG_START_LENGTH + data_length + SYSLOG_END_LENGTH;
    char end[SYSLOG_END_LENGTH + 1];
    snprintf(end, sizeof end, " %010u", (unsigned)(event.step % UINT64_C(1000000000)));

    struct packet_builder packet =
        inner_put_ip(plan, &event.ends[false], &event.ends[true], IP_PROTOCOL_UDP,
                     UDP_LENGTH + length, (uint16_t)(event.step + 1), out);
    inner_put_udp(inner_client_port(event.flow), PORT_SYSLOG, length, out);
    buffer_put(out, syslog_start, SYSLOG_START_LENGTH);
    inner_put_data(data_length, out);
    buffer_put(out, end, SYSLOG_END_LENGTH);
    inner_set_transport_checksum(plan, &packet, UDP_AT_CHECKSUM, out);
}

/* Both ends say, in turn, that the session is up. */
void inner_write_bfd(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    struct inner_turn event;
    inner_turn_init(&event, plan, n);
    bool answers = event.step % 2 == 1;
    uint32_t client = (uint32_t)(2 * event.flow + 1);

    struct packet_builder packet =
        inner_put_local_ip(plan, &event.ends[answers], &event.ends[!answers], IP_PROTOCOL_UDP, 255,
                           UDP_LENGTH + BFD_LENGTH, out);
    inner_put_udp(inner_client_port(event.flow), PORT_BFD, BFD_LENGTH, out);
    buffer_put8(out, 0x20); /* version 1 */
    buffer_put8(out, BFD_UP);
    buffer_put8(out, BFD_DETECT_MULTIPLIER);
    buffer_put8(out, BFD_LENGTH);
    buffer_put32(out, client + answers); /* discriminators: mine, yours */
    buffer_put32(out, client + !answers);
    buffer_put32(out, BFD_INTERVAL_US); /* sends so often, takes so often */
    buffer_put32(out, BFD_INTERVAL_US);
    buffer_put32(out, 0); /* no echoes */
    inner_set_transport_checksum(plan, &packet, UDP_AT_CHECKSUM, out);
}
