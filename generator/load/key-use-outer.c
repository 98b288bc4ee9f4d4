/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys of the outer packet need, in sessions and markers; and those of markers alone.
 */
#include "generator/load/key-use-rules.h"

static bool has_ip(const struct key_place *at)
{
    return at->stream->outer.link != LINK_KIND_SLL_WITHOUT_GRE;
}

static bool has_ipv4(const struct key_place *at)
{
    return has_ip(at) && at->stream->outer.source.len == 4;
}

static bool has_source_mac(const struct key_place *at)
{
    enum link_kind link = at->stream->outer.link;
    return link == LINK_KIND_ETHERNET || link == LINK_KIND_SLL;
}

static bool has_destination_mac(const struct key_place *at)
{
    return at->stream->outer.link == LINK_KIND_ETHERNET;
}

const struct key_rule outer_rules[] = {
    {KEYS("ttl", "dscp", "destination", "ip-length", "ip-options", "encapsulation-limit"),
     .holds = has_ip, .needs = "an outer IP header: link = ethernet, sll or raw"},
    {KEYS("df", "ip-id"), .holds = has_ipv4,
     .needs = "an outer IPv4 header: see source, destination, link"},
    {KEYS("source-mac"), .holds = has_source_mac, .needs = "link = ethernet or sll"},
    {KEYS("destination-mac"), .holds = has_destination_mac, .needs = "link = ethernet"},
    {0},
};

static bool has_a_second(const struct key_place *at)
{
    return at->stream->schedule.count > 1;
}

static bool lets_time_pass(const struct key_place *at)
{
    return has_a_second(at) || at->stream->schedule.delay_ns > 0;
}

static bool asic_runs(const struct key_place *at)
{
    return ((const struct marker_plan *)at->plan)->asic_tick_ps != 0;
}

const struct key_rule marker_rules[] = {
    {KEYS("interval"), .holds = has_a_second, .needs = "more markers than one: see count"},
    {KEYS("asic-tick", "drift"), .holds = lets_time_pass,
     .needs = "more markers than one, or a later one: see count, delay"},
    {KEYS("drift"), .holds = asic_runs, .needs = "a clock that runs: see asic-tick"},
    {0},
};
