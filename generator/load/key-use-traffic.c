/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys of traffic need beside its kind, which knows them.
 */
#include "generator/load/key-use-rules.h"
#include "generator/scenario/scenario-words.h"
#include "generator/traffic/inner.h"
#include "generator/traffic/traffic.h"

static const struct traffic_plan *traffic_of(const struct key_place *at)
{
    return at->plan;
}

static bool is_known(const struct key_place *at)
{
    return traffic_knows_key(traffic_of(at), at->key);
}

/* "kind = rate, poisson or imix": the kinds that know the key. The string lives as long as the
 * program. */
static const char *kinds_of(const struct key_place *at)
{
    GString *text = g_string_new("kind = ");
    unsigned left = 0;
    for (unsigned kind = 0; traffic_kind_words[kind] != NULL; kind++)
        left += traffic_knows_key(&(struct traffic_plan){.kind = kind}, at->key);
    for (unsigned kind = 0; traffic_kind_words[kind] != NULL; kind++) {
        if (!traffic_knows_key(&(struct traffic_plan){.kind = kind}, at->key))
            continue;
        g_string_append(text, traffic_kind_words[kind]);
        left--;
        g_string_append(text, left > 1 ? ", " : left == 1 ? " or " : "");
    }
    const char *words = g_intern_string(text->str);
    g_string_free(text, TRUE);
    return words;
}

static bool has_tags(const struct key_place *at)
{
    return traffic_of(at)->inner.tags.count > 0;
}

static bool has_tunnel(const struct key_place *at)
{
    return traffic_of(at)->inner.tunnel != TUNNEL_NONE;
}

static bool is_ipv4(const struct key_place *at)
{
    return traffic_of(at)->inner.ip_version == 4;
}

/* The other kinds make IP packets between hosts. */
static bool has_traits(const struct key_place *at, unsigned traits)
{
    const struct traffic_plan *plan = traffic_of(at);
    return plan->kind != TRAFFIC_PERIODIC || (plan->inner.kind->traits & traits);
}

static bool has_mac_addresses(const struct key_place *at)
{
    return has_traits(at, KIND_ETHERNET);
}

static bool has_flows(const struct key_place *at)
{
    return has_traits(at, KIND_FLOWS);
}

static bool carries_ip(const struct key_place *at)
{
    return has_traits(at, KIND_IP);
}

static bool counts_packets(const struct key_place *at)
{
    const struct traffic_plan *plan = traffic_of(at);
    return plan->kind != TRAFFIC_PERIODIC || inner_counts_packets(&plan->inner);
}

static bool has_transport_checksum(const struct key_place *at)
{
    return has_traits(at, KIND_TCP | KIND_UDP);
}

const struct key_rule traffic_rules[] = {
    {.topic = TOPIC_TRAFFIC, .holds = is_known, .needs_of = kinds_of},
    {KEYS("inner-priority"), .holds = has_tags, .needs = "inner-vlan"},
    {KEYS("inner-vlan", "network"), .holds = has_mac_addresses,
     .needs = "inner other than random or none"},
    {KEYS("flows"), .holds = has_flows,
     .needs = "conversations: inner = tcp, udp, echo, rtp, syslog, bfd, nd or arp"},
    {KEYS("inner-ip"), .holds = carries_ip,
     .needs = "IP of either version: inner = tcp, udp, echo, rtp, syslog or bfd"},
    {KEYS("inner-checksum"), .holds = has_transport_checksum, .needs = "inner = tcp or in UDP"},
    {KEYS("inner-ip-id"), .holds = is_ipv4, .needs = "inner-ip = 4"},
    {KEYS("inner-ip-id"), .holds = counts_packets,
     .needs = "IPv4 packets that are counted: inner = tcp, udp, echo, rtp or syslog"},
    {KEYS("inner-tunnel-ip"), .holds = has_tunnel, .needs = "inner-tunnel"},
    {0},
};
