/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/other-traffic.h"

struct other_packets other_packets_of(const struct failure *failure, const struct outer *outer)
{
    struct other_packets packets = {OTHER_BROKEN, 0, 1};
    switch (failure->kind) {
    case FAILURE_NOT_ERSPAN: /* without GRE: the EtherType of a frame that holds no IP */
        packets.kind = outer->has_gre ? OTHER_GRE : OTHER_ETHERTYPE;
        break;
    case FAILURE_NOT_IP:
        packets.kind = OTHER_ETHERTYPE;
        break;
    case FAILURE_UDP_PORT:
        packets.kind = OTHER_UDP;
        break;
    case FAILURE_NOT_GRE:
        packets.kind = outer->ip_version == 4 ? OTHER_IPV4 : OTHER_IPV6;
        break;
    case FAILURE_LINK_TYPE:
        packets.kind = OTHER_LINK;
        break;
    default:
        return packets;
    }
    packets.number = failure->found;
    return packets;
}

/* A slot of its kind, or a free one; NULL without room. */
static struct other_packets *slot_for(struct other_traffic *traffic,
                                      const struct other_packets *packets)
{
    uint32_t first = packets->number * 7 + (uint32_t)packets->kind;
    for (uint32_t i = 0; i < OTHER_SLOTS; i++) {
        struct other_packets *slot = &traffic->slots[(first + i) % OTHER_SLOTS];
        if (slot->count == 0 || (slot->kind == packets->kind && slot->number == packets->number))
            return slot;
    }
    return NULL;
}

void other_traffic_add(struct other_traffic *traffic, const struct other_packets *packets)
{
    struct other_packets *slot = slot_for(traffic, packets);
    if (slot == NULL) {
        traffic->rest += packets->count;
        return;
    }
    slot->kind = packets->kind;
    slot->number = packets->number;
    slot->count += packets->count;
}

void other_traffic_take_back(struct other_traffic *traffic, const struct other_packets *packets)
{
    struct other_packets *slot = slot_for(traffic, packets);
    if (slot == NULL || slot->count == 0) {
        traffic->rest -= MIN(packets->count, traffic->rest);
        return;
    }
    slot->count -= MIN(packets->count, slot->count);
    if (slot->count > 0)
        return;
    /* A free slot ends the search for a kind, so the others move up. */
    const struct other_traffic all = *traffic;
    *traffic = (struct other_traffic){.rest = all.rest};
    for (size_t i = 0; i < OTHER_SLOTS; i++)
        if (all.slots[i].count > 0)
            other_traffic_add(traffic, &all.slots[i]);
}

void other_traffic_join(struct other_traffic *traffic, const struct other_traffic *other)
{
    for (size_t i = 0; i < OTHER_SLOTS; i++)
        if (other->slots[i].count > 0)
            other_traffic_add(traffic, &other->slots[i]);
    traffic->rest += other->rest;
}

static int compare(const void *a, const void *b)
{
    const struct other_packets *one = a;
    const struct other_packets *two = b;
    if (one->count != two->count)
        return one->count < two->count ? 1 : -1;
    if (one->kind != two->kind)
        return one->kind < two->kind ? -1 : 1;
    return one->number < two->number ? -1 : one->number > two->number;
}

size_t other_traffic_rows(const struct other_traffic *traffic,
                          struct other_packets rows[OTHER_SLOTS])
{
    size_t count = 0;
    for (size_t i = 0; i < OTHER_SLOTS; i++)
        if (traffic->slots[i].count > 0)
            rows[count++] = traffic->slots[i];
    qsort(rows, count, sizeof rows[0], compare);
    return count;
}

const char *other_kind_name(enum other_kind kind)
{
    static const char *const names[] = {
        [OTHER_GRE] = "gre",      [OTHER_UDP] = "udp",   [OTHER_IPV4] = "ipv4",
        [OTHER_IPV6] = "ipv6",    [OTHER_LINK] = "link", [OTHER_ETHERTYPE] = "ethertype",
        [OTHER_BROKEN] = "broken"};
    return names[kind];
}

/* Numbers that engineers know by name: those that a mirror is mistaken for, and daily traffic. */
static const struct {
    enum other_kind kind;
    uint32_t number;
    const char *name;
} known[] = {
    {OTHER_GRE, 0x0800, "IPv4"},
    {OTHER_GRE, 0x6558,
     "bridged Ethernet, as of gretap and NVGRE; if it is a mirror, --mirror gre reads it"},
    {OTHER_GRE, 0x86dd, "IPv6"},
    {OTHER_GRE, 0x880b, "PPP"},
    {OTHER_GRE, 0x8847, "MPLS"},
    {OTHER_GRE, 0x8949, "Everflow of SONiC on Mellanox switches"},
    {OTHER_UDP, 53, "DNS"},
    {OTHER_UDP, 123, "NTP"},
    {OTHER_UDP, 1701, "L2TP"},
    {OTHER_UDP, 2152, "GTP-U"},
    {OTHER_UDP, 4789, "VXLAN"},
    {OTHER_UDP, 6081, "Geneve"},
    {OTHER_UDP, 6343, "sFlow"},
    {OTHER_UDP, 37008, "TZSP"},
    {OTHER_IPV4, 1, "ICMP"},
    {OTHER_IPV4, 2, "IGMP"},
    {OTHER_IPV4, 4, "IP in IP"},
    {OTHER_IPV4, 6, "TCP"},
    {OTHER_IPV4, 50, "ESP"},
    {OTHER_IPV4, 89, "OSPF"},
    {OTHER_IPV4, 112, "VRRP"},
    {OTHER_IPV6, 6, "TCP"},
    {OTHER_IPV6, 50, "ESP"},
    {OTHER_IPV6, 58, "ICMPv6"},
    {OTHER_IPV6, 89, "OSPF"},
    {OTHER_ETHERTYPE, 0x0806, "ARP"},
    {OTHER_ETHERTYPE, 0x88cc, "LLDP"},
    {OTHER_ETHERTYPE, 0x8809, "LACP and other slow protocols"},
    {OTHER_ETHERTYPE, 0x8847, "MPLS"},
    {OTHER_ETHERTYPE, 0x88f7, "PTP"},
};

static const char *known_name(const struct other_packets *packets)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (known[i].kind == packets->kind && known[i].number == packets->number)
            return known[i].name;
    return NULL;
}

/* IEEE 802.3: what is below 0x600 is a length, and LLC follows. */
static bool is_length(const struct other_packets *packets)
{
    return packets->kind == OTHER_ETHERTYPE && packets->number < 0x600;
}

char *other_packets_text(const struct other_packets *packets)
{
    static const char *const formats[] = {
        [OTHER_GRE] = "GRE with protocol type 0x%04x",
        [OTHER_UDP] = "UDP to port %u",
        [OTHER_IPV4] = "IPv4 with protocol %u",
        [OTHER_IPV6] = "IPv6 with protocol %u",
        [OTHER_ETHERTYPE] = "EtherType 0x%04x",
        [OTHER_LINK] = "link type %u, which is not read",
    };
    if (packets->kind == OTHER_BROKEN)
        return g_strdup("cut, malformed, or later fragments");
    if (is_length(packets))
        return g_strdup("IEEE 802.3 with LLC, as of spanning tree");
    const char *name = known_name(packets);
    char *text = g_strdup_printf(formats[packets->kind], packets->number);
    if (name == NULL)
        return text;
    char *named = g_strdup_printf("%s (%s)", text, name);
    g_free(text);
    return named;
}
