/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/inner.h"

#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner-kinds.h"

/* Dynamic ports: no protocol lives there. */
enum { SERVER_PORT = 50505, FIRST_CLIENT_PORT = 49152, CLIENT_PORTS = 16000 };

/* Of a frame that carries IP or not. */
#define FRAME   (KIND_PADDED | KIND_ETHERNET)
#define IP_DATA (FRAME | KIND_IP | KIND_SIZED | KIND_FLOWS | KIND_ROUTED)

static const struct frame_recipe kinds[] = {
    {"tcp", IP_DATA, TCP_MIN_LENGTH, inner_write_tcp},
    {"udp", IP_DATA | KIND_REPEATS, UDP_LENGTH, inner_write_udp},
    {"echo", IP_DATA, ICMP_LENGTH, inner_write_echo},
    {"nd", FRAME | KIND_FLOWS | KIND_ROUTED, 72, inner_write_nd},
    {"arp", FRAME | KIND_FLOWS, 28, inner_write_arp},
    {"stp", FRAME, 38, inner_write_stp},
    {"lldp", FRAME, 29, inner_write_lldp},
    {"random", KIND_SIZED | KIND_RANDOM, 0, inner_write_random},
    {"none", 0, 0, inner_write_none},
};

const struct frame_recipe *frame_recipe_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

size_t inner_ip_at(const struct inner_plan *plan)
{
    return plan->mac ? (size_t)ETHERNET_LENGTH + (size_t)plan->tags.count * VLAN_TAG_LENGTH : 0;
}

size_t inner_shortest(const struct inner_plan *plan)
{
    if (!(plan->kind->traits & KIND_IP))
        return 0;
    return inner_ip_at(plan) + (plan->ip_version == 4 ? IPV4_MIN_LENGTH : IPV6_LENGTH) +
           plan->kind->header_length;
}

size_t inner_longest(const struct inner_plan *plan)
{
    if (plan->hex.len > 0)
        return plan->hex.len;
    return plan->size == AUTO ? INNER_DEFAULT_SIZE : (size_t)plan->size;
}

/* TCP's acknowledgements have no data, whatever the size of the others. */
bool inner_may_be_short(const struct inner_plan *plan)
{
    const struct frame_recipe *kind = plan->kind;
    size_t shortest = kind->traits & KIND_IP || !(kind->traits & KIND_ETHERNET)
                          ? inner_shortest(plan)
                          : inner_ip_at(plan) + kind->header_length;
    if (kind->traits & KIND_SIZED && kind->write != inner_write_tcp)
        shortest = inner_longest(plan);
    return shortest < ETHERNET_MIN_LENGTH;
}

size_t inner_data_length(const struct inner_plan *plan)
{
    return inner_longest(plan) - inner_shortest(plan);
}

/* As a network card pads, unless the user asks for a shorter frame or says otherwise. */
static bool is_padded(const struct inner_plan *plan)
{
    if (plan->pad != ANSWER_AUTO)
        return plan->pad == ANSWER_YES;
    return (plan->kind->traits & KIND_PADDED) && plan->mac &&
           (plan->size == AUTO || plan->size >= ETHERNET_MIN_LENGTH);
}

void inner_write(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    size_t start = out->len;
    if (plan->hex.len > 0) {
        buffer_put(out, plan->hex.data, plan->hex.len);
        return;
    }
    plan->kind->write(plan, n, out);
    size_t len = out->len - start;
    if (is_padded(plan) && len < ETHERNET_MIN_LENGTH)
        buffer_zero(out, ETHERNET_MIN_LENGTH - len);
}

/* Each is written at once, where it stays: to copy soon what was written byte by byte takes long.
 */
static inline void set_host(struct host *host, uint64_t mac, uint32_t ip)
{
    uint64_t mac_bytes = GUINT64_TO_BE(mac << 16);
    uint32_t ip_bytes = GUINT32_TO_BE(ip);
    memcpy(host->mac.bytes, &mac_bytes, sizeof host->mac.bytes);
    host->ip = (struct address){.len = 4};
    memcpy(host->ip.bytes, &ip_bytes, sizeof ip_bytes);
}

/* Clients are 10.NETWORK.x.y and 2001:db8:NETWORK::flow, servers 172.16.NETWORK.1 and
 * 2001:db8:NETWORK:1::1. */
static inline void set_client(const struct inner_plan *plan, uint64_t flow, struct host *host)
{
    uint8_t network = (uint8_t)plan->network;
    uint8_t high = (uint8_t)(flow / 250);
    uint8_t low = (uint8_t)(flow % 250 + 1);
    set_host(host, UINT64_C(0x020a00000000) | (uint64_t)network << 24 | (uint64_t)high << 8 | low,
             UINT32_C(0x0a000000) | (uint32_t)network << 16 | (uint32_t)high << 8 | low);
    if (plan->ip_version == 6)
        host->ip = (struct address){
            16, {0x20, 0x01, 0x0d, 0xb8, 0, network, 0, 0, 0, 0, 0, 0, 0, 0, high, low}};
}

static inline void set_server(const struct inner_plan *plan, struct host *host)
{
    uint8_t network = (uint8_t)plan->network;
    set_host(host, UINT64_C(0x02ac00000001) | (uint64_t)network << 24,
             UINT32_C(0xac100001) | (uint32_t)network << 8);
    if (plan->ip_version == 6)
        host->ip = (struct address){
            16, {0x20, 0x01, 0x0d, 0xb8, 0, network, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}};
}

struct host inner_client(const struct inner_plan *plan, uint64_t flow)
{
    struct host host;
    set_client(plan, flow, &host);
    return host;
}

struct host inner_server(const struct inner_plan *plan)
{
    struct host host;
    set_server(plan, &host);
    return host;
}

void inner_turn_init(struct inner_turn *event, const struct inner_plan *plan, uint64_t n)
{
    event->flow = n % plan->flows;
    event->step = n / plan->flows;
    set_client(plan, event->flow, &event->ends[false]);
    set_server(plan, &event->ends[true]);
}

void inner_put_ports(uint64_t flow, bool answers, struct buffer *out)
{
    uint16_t client = (uint16_t)(FIRST_CLIENT_PORT + flow % CLIENT_PORTS);
    buffer_put16(out, answers ? SERVER_PORT : client);
    buffer_put16(out, answers ? client : SERVER_PORT);
}

void inner_put_ethernet(const struct inner_plan *plan, struct mac destination, struct mac source,
                        uint16_t type, struct buffer *out)
{
    if (!plan->mac)
        return;
    buffer_put(out, destination.bytes, sizeof destination.bytes);
    buffer_put(out, source.bytes, sizeof source.bytes);
    for (uint8_t i = 0; i < plan->tags.count; i++) {
        bool last = i + 1 == plan->tags.count;
        buffer_put16(out, last ? ETHER_TYPE_DOT1Q : ETHER_TYPE_DOT1AD);
        buffer_put16(out, (uint16_t)(plan->priority << 13 | plan->tags.id[i]));
    }
    buffer_put16(out, type);
}

struct packet_builder inner_put_ip(const struct inner_plan *plan, const struct host *from,
                                   const struct host *to, uint8_t protocol, size_t payload_length,
                                   uint16_t id, struct buffer *out)
{
    struct packet_builder packet = {.ip = {.source = &from->ip,
                                           .destination = &to->ip,
                                           .ttl = protocol == IP_PROTOCOL_ICMPV6 ? 255 : 64,
                                           .protocol = protocol,
                                           .id = id,
                                           .flags_and_offset = IPV4_DONT_FRAGMENT,
                                           .payload_length = payload_length}};
    inner_put_ethernet(plan, to->mac, from->mac, ip_ethertype(&packet.ip), out);
    ip_header_put(&packet.ip, out);
    packet.payload_at = out->len;
    return packet;
}

void inner_set_checksum(const struct packet_builder *packet, size_t offset, struct buffer *out)
{
    if (out->overflow)
        return;
    /* ICMP alone has no pseudo-header. */
    uint32_t sum = packet->ip.protocol == IP_PROTOCOL_ICMP ? 0 : ip_pseudo_sum(&packet->ip);
    struct bytes payload = {out->data + packet->payload_at, out->len - packet->payload_at};
    uint16_t checksum = internet_checksum_end(internet_checksum_add(sum, payload));
    if (packet->ip.protocol == IP_PROTOCOL_UDP && checksum == 0)
        checksum = 0xffff; /* 0 would say that there is none */
    buffer_patch16(out, packet->payload_at + offset, checksum);
}

void inner_put_data(size_t len, struct buffer *out)
{
    static const char pattern[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    const size_t period = sizeof pattern - 1;
    for (; len > period; len -= period)
        buffer_put(out, pattern, period);
    buffer_put(out, pattern, len);
}
