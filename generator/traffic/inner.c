/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/inner.h"

#include "core/base/checksum.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner-kinds.h"
#include "generator/traffic/tunnel.h"

/* Dynamic ports: no protocol lives there. */
enum { SERVER_PORT = 50505, FIRST_CLIENT_PORT = 49152, CLIENT_PORTS = 16000 };

#define IP_KINDS "tcp, udp, echo, rtp, syslog or bfd"

/* Of a frame that carries IP or not. */
#define FRAME   (KIND_PADDED | KIND_ETHERNET)
#define IP_DATA (FRAME | KIND_IP | KIND_SIZED | KIND_FLOWS | KIND_ROUTED)

static const struct frame_recipe kinds[] = {
    {"tcp", IP_DATA | KIND_TCP, TCP_MIN_LENGTH, inner_write_tcp},
    {"udp", IP_DATA | KIND_UDP | KIND_REPEATS, UDP_LENGTH, inner_write_udp},
    {"echo", IP_DATA, ICMP_LENGTH, inner_write_echo},
    {"rtp", IP_DATA | KIND_UDP, UDP_LENGTH + 12, inner_write_rtp},
    {"syslog", IP_DATA | KIND_UDP, UDP_LENGTH + 48, inner_write_syslog},
    {"bfd", FRAME | KIND_IP | KIND_FLOWS | KIND_UDP, UDP_LENGTH + 24, inner_write_bfd},
    {"vrrp", FRAME, 32, inner_write_vrrp},
    {"hsrp", FRAME, 48, inner_write_hsrp},
    {"ospf", FRAME, 68, inner_write_ospf},
    {"nd", FRAME | KIND_FLOWS | KIND_ROUTED, 72, inner_write_nd},
    {"arp", FRAME | KIND_FLOWS, 28, inner_write_arp},
    {"stp", FRAME, 38, inner_write_stp},
    {"lacp", FRAME, 110, inner_write_lacp},
    {"lldp", FRAME, 29, inner_write_lldp},
    {"random", KIND_SIZED | KIND_RANDOM, 0, inner_write_random},
    {"none", 0, 0, inner_write_none},
};

const char *frame_recipe_name(size_t index)
{
    return index < G_N_ELEMENTS(kinds) ? kinds[index].name : NULL;
}

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

struct inner_plan inner_inside(const struct inner_plan *plan)
{
    struct inner_plan inside = *plan;
    if (plan->tunnel == TUNNEL_NONE)
        return inside;
    inside.tunnel = TUNNEL_NONE;
    inside.tags.count = 0; /* they are in the frame that is mirrored */
    inside.mac = true;
    inside.pad = ANSWER_NO;
    return inside;
}

size_t inner_longest(const struct inner_plan *plan)
{
    if (plan->hex.len > 0)
        return plan->hex.len;
    if (plan->tunnel != TUNNEL_NONE) {
        const struct inner_plan inside = inner_inside(plan);
        return inner_longest(&inside) + tunnel_length(plan);
    }
    return plan->size == AUTO ? INNER_DEFAULT_SIZE : (size_t)plan->size;
}

/* TCP's acknowledgements have no data, whatever the size of the others. */
bool inner_may_be_short(const struct inner_plan *plan)
{
    const struct frame_recipe *kind = plan->kind;
    if (plan->tunnel != TUNNEL_NONE)
        return false;
    size_t shortest = kind->traits & KIND_IP || !(kind->traits & KIND_ETHERNET)
                          ? inner_shortest(plan)
                          : inner_ip_at(plan) + kind->header_length;
    if (kind->traits & KIND_SIZED && kind->write != inner_write_tcp)
        shortest = inner_longest(plan);
    return shortest < ETHERNET_MIN_LENGTH;
}

static const char *check_size(const struct inner_plan *plan)
{
    if (plan->size != AUTO && !(plan->kind->traits & KIND_SIZED))
        return "inner-size: frames of this kind have a size of their own; see inner-pad and cut";
    if ((plan->kind->traits & KIND_SIZED) && inner_longest(plan) < inner_shortest(plan))
        return "inner-size: less than the headers of such a frame";
    return NULL;
}

bool inner_counts_packets(const struct inner_plan *plan)
{
    unsigned traits = KIND_IP | KIND_SIZED;
    return (plan->kind->traits & traits) == traits && plan->ip_version == 4;
}

static const char *check_tunnel(const struct inner_plan *plan)
{
    bool carries_frames = plan->tunnel == TUNNEL_VXLAN || plan->tunnel == TUNNEL_GENEVE;
    if (plan->tunnel == TUNNEL_NONE)
        return NULL;
    if (!carries_frames && !(plan->kind->traits & KIND_IP))
        return "inner-tunnel = gtp-u, gre or ip needs inner = " IP_KINDS;
    if (!(plan->kind->traits & KIND_ETHERNET))
        return "inner-tunnel needs inner other than random or none";
    return NULL;
}

const char *inner_check(const struct inner_plan *plan)
{
    if (plan->hex.len > 0)
        return NULL;
    if (!plan->mac && !(plan->kind->traits & KIND_IP) && plan->tunnel == TUNNEL_NONE)
        return "inner-mac = no needs inner = " IP_KINDS;
    if (!plan->mac && plan->tags.count > 0)
        return "inner-vlan needs inner-mac = yes";
    const struct inner_plan inside = inner_inside(plan);
    if (plan->checksum == TRANSPORT_CHECKSUM_NONE &&
        (!(plan->kind->traits & KIND_UDP) || plan->ip_version == 6))
        return "inner-checksum = none needs UDP over IPv4";
    const char *wrong = check_tunnel(plan);
    return wrong != NULL ? wrong : check_size(&inside);
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

/* The frame stands behind its room for a moment: the tunnel's headers are as long as it says. */
static void write_tunnelled(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    const struct inner_plan inside = inner_inside(plan);
    struct buffer frame = *out;
    buffer_zero(&frame, tunnel_length(plan));
    size_t start = frame.len;
    inner_write(&inside, n, &frame);
    out->overflow = frame.overflow;
    if (!frame.overflow)
        tunnel_put(plan, (struct bytes){frame.data + start, frame.len - start}, out);
}

void inner_write(const struct inner_plan *plan, uint64_t n, struct buffer *out)
{
    size_t start = out->len;
    if (plan->hex.len > 0) {
        buffer_put(out, plan->hex.data, plan->hex.len);
        return;
    }
    if (plan->tunnel != TUNNEL_NONE) {
        write_tunnelled(plan, n, out);
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

uint16_t inner_client_port(uint64_t flow)
{
    return (uint16_t)(FIRST_CLIENT_PORT + flow % CLIENT_PORTS);
}

void inner_put_ports(uint64_t flow, bool answers, struct buffer *out)
{
    uint16_t client = inner_client_port(flow);
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

static struct packet_builder put_packet(const struct inner_plan *plan, const struct host *from,
                                        const struct host *to, struct ip_fields ip,
                                        struct buffer *out)
{
    struct packet_builder packet = {.ip = ip};
    packet.ip.source = &from->ip;
    packet.ip.destination = &to->ip;
    packet.ip.flags_and_offset = IPV4_DONT_FRAGMENT;
    inner_put_ethernet(plan, to->mac, from->mac, ip_ethertype(&packet.ip), out);
    ip_header_put(&packet.ip, out);
    packet.payload_at = out->len;
    return packet;
}

struct packet_builder inner_put_ip(const struct inner_plan *plan, const struct host *from,
                                   const struct host *to, uint8_t protocol, size_t payload_length,
                                   uint16_t id, struct buffer *out)
{
    const struct ip_fields ip = {.ttl = protocol == IP_PROTOCOL_ICMPV6 ? 255 : 64,
                                 .protocol = protocol,
                                 .id = plan->id_policy == INNER_ID_ZERO ? 0 : id,
                                 .payload_length = payload_length};
    return put_packet(plan, from, to, ip, out);
}

struct packet_builder inner_put_local_ip(const struct inner_plan *plan, const struct host *from,
                                         const struct host *to, uint8_t protocol, uint8_t ttl,
                                         size_t payload_length, struct buffer *out)
{
    const struct ip_fields ip = {
        .ttl = ttl, .protocol = protocol, .payload_length = payload_length};
    return put_packet(plan, from, to, ip, out);
}

void inner_put_udp(uint16_t source, uint16_t destination, size_t data_length, struct buffer *out)
{
    buffer_put16(out, source);
    buffer_put16(out, destination);
    buffer_put16(out, (uint16_t)(UDP_LENGTH + data_length));
    buffer_put16(out, 0);
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

void inner_set_transport_checksum(const struct inner_plan *plan,
                                  const struct packet_builder *packet, size_t offset,
                                  struct buffer *out)
{
    if (plan->checksum == TRANSPORT_CHECKSUM_GOOD)
        inner_set_checksum(packet, offset, out);
    else if (plan->checksum == TRANSPORT_CHECKSUM_PARTIAL)
        buffer_patch16(out, packet->payload_at + offset,
                       (uint16_t)~internet_checksum_end(ip_pseudo_sum(&packet->ip)));
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
