/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/drops/drops.h"

#include <glib.h>
#include <ifaddrs.h>
#include <inttypes.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/wide-counter.h"

static void follow_link(const struct rtnl_link_stats *link, struct drop_counters *counters)
{
    wide_counter_follow(&counters->received, link->rx_packets);
    wide_counter_follow(&counters->missed, link->rx_missed_errors);
    wide_counter_follow(&counters->fifo, link->rx_fifo_errors + link->rx_over_errors);
    wide_counter_follow(&counters->dropped, link->rx_dropped);
    wide_counter_follow(&counters->errors,
                        link->rx_crc_errors + link->rx_frame_errors + link->rx_length_errors);
}

static void follow_interface(const char *interface, struct drop_counters *counters)
{
    struct ifaddrs *all;
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
        bool is_link = one->ifa_addr != NULL && one->ifa_addr->sa_family == AF_PACKET;
        if (!is_link || one->ifa_data == NULL || strcmp(one->ifa_name, interface) != 0)
            continue;
        follow_link(one->ifa_data, counters);
        queue_drops_read(interface, &counters->queues);
    }
    freeifaddrs(all);
}

/* One line for each core: received, dropped, squeezed and others in hexadecimal. */
static void read_softnet(struct drop_counters *counters)
{
    char line[512];
    FILE *file = fopen("/proc/net/softnet_stat", "re");
    if (file == NULL)
        return;
    counters->backlog = 0;
    counters->squeezed = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char *at = line;
        strtoull(at, &at, 16);
        counters->backlog += strtoull(at, &at, 16);
        counters->squeezed += strtoull(at, &at, 16);
    }
    fclose(file);
}

void drop_counters_follow(const char *interface, struct drop_counters *counters)
{
    read_softnet(counters);
    follow_interface(interface, counters);
}

struct drop_counters drop_counters_between(const struct drop_counters *before,
                                           const struct drop_counters *now)
{
    return (struct drop_counters){
        .received = now->received - before->received,
        .missed = now->missed - before->missed,
        .fifo = now->fifo - before->fifo,
        .dropped = now->dropped - before->dropped,
        .errors = now->errors - before->errors,
        .queues = queue_drops_between(&before->queues, &now->queues),
        .while_down = now->while_down - before->while_down,
        .backlog = now->backlog - before->backlog,
        .squeezed = now->squeezed - before->squeezed,
    };
}

/* Takes up to @p dropped of the losses that are not explained yet. */
static uint64_t account(uint64_t *left, uint64_t dropped)
{
    uint64_t part = MIN(*left, dropped);
    *left -= part;
    return part;
}

uint64_t drops_by_interface(const struct drop_counters *drops, uint64_t elsewhere)
{
    uint64_t others = drops->backlog + elsewhere;
    uint64_t by_driver = drops->dropped > others ? drops->dropped - others : 0;
    return drops->missed + drops->fifo + drops->errors + by_driver + drops->while_down;
}

struct losses losses_attribute(uint64_t lost, const struct drop_counters *drops,
                               const struct own_drops *own)
{
    struct losses losses = {.lost = lost, .on_the_way = lost};
    losses.program = account(&losses.on_the_way, own->unfollowed);
    losses.kernel = account(&losses.on_the_way, own->ring + drops->backlog);
    losses.interface = account(&losses.on_the_way, drops_by_interface(drops, own->in_interface));
    return losses;
}
