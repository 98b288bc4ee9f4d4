/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/preflight/ethtool-query.h"

#include <glib.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SLOTS_MAX = 1 << 16, QUEUES_MAX = 4096 };

/* Passes on one request. Any socket does. */
static bool ask(const char *interface, void *command)
{
    struct ifreq request = {.ifr_data = command};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    g_strlcpy(request.ifr_name, interface, sizeof request.ifr_name);
    bool told = ioctl(fd, SIOCETHTOOL, &request) == 0;
    close(fd);
    return told;
}

bool ethtool_query_rings(const char *interface, struct ethtool_rings *rings)
{
    struct ethtool_ringparam answer = {.cmd = ETHTOOL_GRINGPARAM};
    if (!ask(interface, &answer))
        return false;
    *rings = (struct ethtool_rings){answer.rx_pending, answer.rx_max_pending, answer.tx_pending,
                                    answer.tx_max_pending};
    return true;
}

static bool ask_value(const char *interface, uint32_t command, uint32_t *data)
{
    struct ethtool_value value = {.cmd = command};
    bool told = ask(interface, &value);
    *data = value.data;
    return told;
}

bool ethtool_query_lro(const char *interface, bool *on)
{
    uint32_t flags;
    bool told = ask_value(interface, ETHTOOL_GFLAGS, &flags);
    *on = told && (flags & ETH_FLAG_LRO) != 0;
    return told;
}

bool ethtool_query_gro(const char *interface, bool *on)
{
    uint32_t value;
    bool told = ask_value(interface, ETHTOOL_GGRO, &value);
    *on = told && value != 0;
    return told;
}

/* Counts the queues that the table names. */
static void count_named(const uint32_t *queues, struct ethtool_spread *spread)
{
    bool named[QUEUES_MAX] = {false};
    for (uint32_t i = 0; i < spread->slots; i++) {
        uint32_t queue = MIN(queues[i], QUEUES_MAX - 1);
        spread->used += !named[queue];
        spread->only = queue;
        named[queue] = true;
    }
}

static void ask_table(const char *interface, struct ethtool_spread *spread)
{
    struct ethtool_rxfh_indir size = {.cmd = ETHTOOL_GRXFHINDIR};
    if (!ask(interface, &size) || size.size == 0 || size.size > SLOTS_MAX)
        return;
    struct ethtool_rxfh_indir *table =
        g_malloc0(sizeof size + (size_t)size.size * sizeof(uint32_t));
    *table = size;
    table->cmd = ETHTOOL_GRXFHINDIR;
    if (ask(interface, table)) {
        spread->slots = MIN(table->size, size.size);
        count_named(table->ring_index, spread);
    }
    g_free(table);
}

bool ethtool_query_spread(const char *interface, struct ethtool_spread *spread)
{
    struct ethtool_rxnfc answer = {.cmd = ETHTOOL_GRXRINGS};
    *spread = (struct ethtool_spread){0};
    if (!ask(interface, &answer))
        return false;
    spread->queues = (uint32_t)MIN(answer.data, QUEUES_MAX);
    answer = (struct ethtool_rxnfc){.cmd = ETHTOOL_GRXFH, .flow_type = IPV4_FLOW};
    spread->hash_known = ask(interface, &answer);
    spread->hash_fields = answer.data;
    ask_table(interface, spread);
    return true;
}
