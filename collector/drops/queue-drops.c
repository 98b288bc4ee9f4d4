/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/drops/queue-drops.h"

#include <glib.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { COUNTERS_MAX = 1 << 16 /* of a driver; more than that is not plausible */ };

/* The only number in @p name. */
static bool find_queue(const char *name, unsigned *queue)
{
    const char *digits = strpbrk(name, "0123456789");
    char *end;
    if (digits == NULL)
        return false;
    guint64 number = g_ascii_strtoull(digits, &end, 10);
    *queue = (unsigned)number;
    return number < QUEUE_DROPS_MAX && strpbrk(end, "0123456789") == NULL;
}

bool queue_drops_is_counter(const char *name, unsigned *queue)
{
    static const char *const reasons[] = {"drop",      "discard",    "miss",    "nobuf",   "no_buf",
                                          "alloc_err", "alloc_fail", "wqe_err", "overrun", "full"};
    char lower[ETH_GSTRING_LEN + 1];
    g_strlcpy(lower, name, sizeof lower);
    for (char *at = lower; *at != '\0'; at++)
        *at = g_ascii_tolower(*at);
    if (strstr(lower, "rx") == NULL || strstr(lower, "xdp") != NULL || !find_queue(lower, queue))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (strstr(lower, reasons[i]) != NULL)
            return true;
    return false;
}

static bool ask(int fd, const char *interface, void *command)
{
    struct ifreq request = {.ifr_data = command};
    g_strlcpy(request.ifr_name, interface, sizeof request.ifr_name);
    return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

static uint32_t count_counters(int fd, const char *interface)
{
    struct ethtool_sset_info *sets = g_malloc0(sizeof *sets + sizeof sets->data[0]);
    *sets = (struct ethtool_sset_info){.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1U << ETH_SS_STATS};
    bool told = ask(fd, interface, sets) && sets->sset_mask != 0;
    uint32_t count = told ? sets->data[0] : 0;
    g_free(sets);
    return count <= COUNTERS_MAX ? count : 0;
}

static void read_counters(int fd, const char *interface, uint32_t count, struct queue_drops *drops)
{
    struct ethtool_gstrings *names = g_malloc0(sizeof *names + (size_t)count * ETH_GSTRING_LEN);
    struct ethtool_stats *values = g_malloc0(sizeof *values + (size_t)count * sizeof(uint64_t));
    *names = (struct ethtool_gstrings){ETHTOOL_GSTRINGS, ETH_SS_STATS, count};
    *values = (struct ethtool_stats){ETHTOOL_GSTATS, count};
    if (ask(fd, interface, names) && ask(fd, interface, values)) {
        for (uint32_t i = 0; i < MIN(MIN(names->len, values->n_stats), count); i++) {
            char name[ETH_GSTRING_LEN + 1] = {0};
            unsigned queue;
            memcpy(name, names->data + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
            if (queue_drops_is_counter(name, &queue))
                drops->dropped[queue] += values->data[i];
        }
    }
    g_free(names);
    g_free(values);
}

void queue_drops_read(const char *interface, struct queue_drops *drops)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); /* any answers */
    *drops = (struct queue_drops){0};
    if (fd < 0)
        return;
    uint32_t count = count_counters(fd, interface);
    if (count > 0)
        read_counters(fd, interface, count, drops);
    close(fd);
}

struct queue_drops queue_drops_between(const struct queue_drops *before,
                                       const struct queue_drops *now)
{
    struct queue_drops difference;
    for (size_t i = 0; i < QUEUE_DROPS_MAX; i++)
        difference.dropped[i] = now->dropped[i] - before->dropped[i];
    return difference;
}
