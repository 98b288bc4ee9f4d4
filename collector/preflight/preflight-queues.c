/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "collector/preflight/preflight-checks.h"
#include "common/preflight/kernel-text.h"
#include "common/preflight/link-table.h"

enum {
    BACKLOG_LEAST = 10000, /* 10 ms at a million copies a second */
    BUDGET_DEFAULT = 300,  /* Linux: net/core/dev.c */
    BUDGET_US_LEAST = 2000 /* the default with a timer of 1000 Hz, the least of all */
};

void preflight_checks_judge_spread(const struct check_subject *subject,
                                   const struct ethtool_spread *spread, struct check_report *report)
{
    g_autofree char *name = check_shell_name(subject);
    if (spread->queues < 2)
        return;
    if (spread->slots > 0 && spread->used == 1)
        check_found(report, g_strdup_printf("ethtool -X %s equal %u", name, spread->queues),
                    "the receive hash sends everything to queue %u of %u: one processor takes all "
                    "copies",
                    spread->only, spread->queues);
    else if (spread->hash_known && spread->hash_fields == 0)
        check_found(report, g_strdup_printf("ethtool -N %s rx-flow-hash ip4 sd", name),
                    "the receive hash takes no address of IPv4 packets: all GRE comes to one of "
                    "%u queues",
                    spread->queues);
}

void preflight_checks_spread(const struct check_subject *subject, struct check_report *report)
{
    struct ethtool_spread spread;
    if (ethtool_query_spread(subject->own->name, &spread))
        preflight_checks_judge_spread(subject, &spread, report);
}

/* The directory of the interface's interrupts; NULL without one. virtio has it a level above. */
static GDir *open_interrupts(const struct check_subject *subject)
{
    static const char *const places[] = {"device/msi_irqs", "device/../msi_irqs"};
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path =
            g_strdup_printf("%s/sys/class/net/%s/%s", subject->root, subject->own->name, places[i]);
        GDir *directory = g_dir_open(path, 0, NULL);
        if (directory != NULL)
            return directory;
    }
    return NULL;
}

/* The processors that an interrupt goes to, as a list; NULL: not known. */
static char *processors_of(const struct check_subject *subject, const char *interrupt)
{
    static const char *const files[] = {"effective_affinity_list", "smp_affinity_list"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_strdup_printf("/proc/irq/%s/%s", interrupt, files[i]);
        char *list = kernel_text_read(subject->root, path);
        if (list != NULL && *list != '\0')
            return list;
        g_free(list);
    }
    return NULL;
}

void preflight_checks_interrupts(const struct check_subject *subject, struct check_report *report)
{
    GDir *directory = open_interrupts(subject);
    if (directory == NULL)
        return;
    unsigned count = 0;
    bool same = true;
    g_autofree char *first = NULL;
    const char *interrupt;
    while ((interrupt = g_dir_read_name(directory)) != NULL) {
        g_autofree char *list = processors_of(subject, interrupt);
        if (list == NULL)
            continue;
        same &= first == NULL || strcmp(first, list) == 0;
        if (count++ == 0)
            first = g_steal_pointer(&list);
    }
    g_dir_close(directory);
    if (count > 1 && same && kernel_text_count_list(first) == 1 &&
        subject->own->receive_queues > 1 && g_get_num_processors() > 1)
        check_found(report, g_strdup("systemctl start irqbalance"),
                    "all %u interrupts of %s go to processor %s: one processor receives for all "
                    "queues",
                    count, subject->own->name, first);
}

/* Whether packets of the interface wait in a backlog: those of veth do, and those that RPS shares
 * among processors. Others are polled from the card's ring. */
static bool uses_backlog(const struct check_subject *subject)
{
    bool gro;
    const struct link *own = subject->own;
    if (strcmp(own->kind, "veth") == 0 && ethtool_query_gro(own->name, &gro) && !gro)
        return true;
    for (unsigned i = 0; i < own->receive_queues; i++) {
        g_autofree char *path =
            g_strdup_printf("/sys/class/net/%s/queues/rx-%u/rps_cpus", own->name, i);
        g_autofree char *mask = kernel_text_read(subject->root, path);
        if (mask != NULL && kernel_text_mask_is_set(mask))
            return true;
    }
    return false;
}

/* Reads a setting of all interfaces. Network namespaces have none of their own: there the file is
 * absent, and the host's value counts, which is not to be seen from inside. */
static bool read_setting(const struct check_subject *subject, const char *name, int64_t *value,
                         struct check_report *report)
{
    g_autofree char *path = g_strconcat("/proc/sys/net/core/", name, NULL);
    errno = 0;
    if (kernel_text_number(subject->root, path, value))
        return true;
    if (errno != ENOENT)
        check_could_not(report, "%s: %s", path, g_strerror(errno));
    return false;
}

void preflight_checks_backlog(const struct check_subject *subject, struct check_report *report)
{
    int64_t now;
    if (uses_backlog(subject) && read_setting(subject, "netdev_max_backlog", &now, report) &&
        now < BACKLOG_LEAST)
        check_found(
            report, g_strdup_printf("sysctl -w net.core.netdev_max_backlog=%d", BACKLOG_LEAST),
            "packets of %s wait in a backlog, and net.core.netdev_max_backlog is %" G_GINT64_FORMAT
            ": %" G_GINT64_FORMAT " microseconds of a million copies a second",
            subject->own->name, now, now);
}

void preflight_checks_budget(const struct check_subject *subject, struct check_report *report)
{
    static const struct {
        const char *name;
        int64_t least;
    } settings[] = {{"netdev_budget", BUDGET_DEFAULT}, {"netdev_budget_usecs", BUDGET_US_LEAST}};
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        int64_t now;
        if (read_setting(subject, settings[i].name, &now, report) && now < settings[i].least)
            check_found(report,
                        g_strdup_printf("sysctl -w net.core.%s=%" G_GINT64_FORMAT, settings[i].name,
                                        settings[i].least),
                        "net.core.%s is %" G_GINT64_FORMAT
                        ", below the kernel's own %" G_GINT64_FORMAT
                        ": the kernel stops taking packets from the ring too early",
                        settings[i].name, now, settings[i].least);
    }
}
