/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/scenario-defaults.h"

#include "core/base/time-units.h"
#include "generator/traffic/inner.h"

/* 192.0.2.0/24 is for documentation (RFC 5737); the MAC addresses are locally administered. */
static struct stream_plan stream_plan_default(void)
{
    return (struct stream_plan){
        .outer = {.source_mac = {{0x02, 0, 0, 0, 0, 0x01}},
                  .destination_mac = {{0x02, 0, 0, 0, 0, 0x02}},
                  .source = {4, {192, 0, 2, 1}},
                  .destination = {4, {192, 0, 2, 2}},
                  .ttl = 64,
                  .dont_fragment = true,
                  .encapsulation_limit = AUTO,
                  .length = AUTO},
        .schedule = {.count = AUTO, .interval_ns = AUTO},
    };
}

struct session_plan session_plan_default(void)
{
    return (struct session_plan){
        .stream = stream_plan_default(),
        .gre =
            {.protocol = AUTO, .sequence_bits = 32, .key = AUTO, .flags = AUTO, .udp_port = AUTO},
        .type = 2,
        .mirror_port = AUTO,
        .version = AUTO,
        .platform = AUTO,
        .header = {.session = 1},
        .clock = {.tick_ps = AUTO},
        .inner = {.kind = frame_recipe_find("tcp"),
                  .size = AUTO,
                  .ip_version = 4,
                  .mac = true,
                  .flows = 1,
                  .network = AUTO,
                  .tunnel_ip_version = 4},
        .path = {.rate = AUTO,
                 .queue = AUTO,
                 .vlan = AUTO,
                 .dscp = AUTO,
                 .frames = impairment_plan_default()},
        .share = {1, 1},
        .fate = {.cut = AUTO,
                 .payload_cut = AUTO,
                 .snap_outer = AUTO,
                 .nesting = 1,
                 .loop = 1,
                 .fragment = AUTO,
                 .icmp_copy = 1,
                 .icmp_quote = 548,
                 .icmp_mtu = 1500},
        .impairment = impairment_plan_default(),
    };
}

struct impairment_plan impairment_plan_default(void)
{
    return (struct impairment_plan){
        .to_ns = AUTO,
        .mirror_up_to = AUTO,
        .sample = 1,
        .restart_time_ns = AUTO,
        .truncate = AUTO,
        .truncate_flag = true,
        .drop_above = AUTO,
        .police_rate = {AUTO, false},
        .police_burst = AUTO,
        .run_end = PROBABILITY_ONE / 5,
        .run_loss = PROBABILITY_ONE,
        .corrupt_bits = 1,
        .snap = AUTO,
        .reorder_block = AUTO,
        .reorder_queues = 4,
        .spoof_count = 1,
        .spoof_distance = AUTO,
        .spoof_ttl = AUTO,
    };
}

struct marker_plan marker_plan_default(void)
{
    struct marker_plan plan = {
        .stream = stream_plan_default(),
        .marker = {.type = 1, .version = 1, .granularity = 4, .utc_offset = 37},
        .asic_tick_ps = AUTO,
    };
    plan.stream.schedule.count = 1;
    plan.stream.schedule.interval_ns = NS_PER_SECOND;
    return plan;
}

struct traffic_plan traffic_plan_default(void)
{
    return (struct traffic_plan){
        .inner = {.kind = frame_recipe_find("udp"),
                  .size = AUTO,
                  .ip_version = 4,
                  .mac = true,
                  .flows = 1,
                  .network = AUTO,
                  .tunnel_ip_version = 4},
        .duration_ns = AUTO,
        .count = AUTO,
        .bytes = AUTO,
        .rate = {AUTO, false},
        .line_rate = AUTO,
        .burst = 32,
        .every_ns = NS_PER_MS,
        .rtt_ns = 200000,
        .window = 4 << 20,
        .mtu = 1500,
        .tso = AUTO,
        .loops = 1,
    };
}
