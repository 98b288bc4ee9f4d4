/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/limit/limit-report.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/quantity.h"

char *limit_report_name(const struct limit_traffic *traffic)
{
    switch (traffic->mix) {
    case LIMIT_IMIX:
        return g_strdup("imix");
    case LIMIT_SCENARIO:
        return g_strdup("scenario");
    default:
        return g_strdup_printf("%u", traffic->size);
    }
}

void limit_report_print_head(const struct limit_report *report)
{
    printf("MTU of the way  %u bytes (%s): mirrored frames of up to %u bytes fit\n"
           "%8s  %14s  %14s  %10s  %12s  %s\n",
           report->mtu, quantity_of(report->probes, "probe", "probes").text,
           report->mtu - report->overhead, "frame", "without loss", "bits", "burst",
           "loss at +50 %", "lost where");
    fflush(stdout);
}

/* Far beyond the limit other places lose, too: a flood fills what stands before the one that
 * limits. */
static const double near = 2;

/* The lowest rate that lost, frames a second, of those whose sender was not held up; 0: none did.
 */
static double lowest_lossy(const struct rate_search_result *found)
{
    double lowest = 0;
    for (guint i = 0; i < found->trials->len; i++) {
        const struct limit_outcome *one =
            &g_array_index(found->trials, struct trial_record, i).outcome;
        if (limit_lost(one) > 0 && !limit_held_back(one) && (lowest == 0 || one->rate < lowest))
            lowest = one->rate;
    }
    return lowest;
}

/* Sums what was lost by place, over the trials near the lowest rate that lost; without those whose
 * sender was held up. `sent` and `received` are of all. */
static struct limit_outcome lost_in_all(const struct rate_search_result *found)
{
    struct limit_outcome sum = {0};
    double most = near * lowest_lossy(found);
    for (guint i = 0; i < found->trials->len; i++) {
        const struct limit_outcome *one =
            &g_array_index(found->trials, struct trial_record, i).outcome;
        sum.sent += one->sent;
        sum.received += MIN(one->received, one->sent);
        if (limit_held_back(one) || one->rate > most)
            continue;
        sum.on_the_way += one->on_the_way;
        sum.interface += one->interface;
        sum.kernel += one->kernel;
        sum.program += one->program;
        sum.ring += one->ring;
        sum.backlog += one->backlog;
    }
    return sum;
}

static const char *place_of(const struct limit_outcome *lost)
{
    uint64_t most = MAX(MAX(lost->on_the_way, lost->interface), MAX(lost->kernel, lost->program));
    if (most == 0)
        return limit_lost(lost) > 0 ? "sender" : "-";
    if (most == lost->on_the_way)
        return "on the way";
    if (most == lost->interface)
        return "interface";
    if (most == lost->kernel)
        return lost->ring >= lost->backlog ? "ring" : "backlog";
    return "program";
}

/* The loss at the highest rate beyond the limit; below 0: not measured. */
static double loss_beyond(const struct rate_search_result *found)
{
    double loss = -1;
    for (guint i = 0; i < found->trials->len; i++) {
        const struct trial_record *one = &g_array_index(found->trials, struct trial_record, i);
        if (one->purpose == TRIAL_BEYOND && one->outcome.sent > 0)
            loss = limit_loss(&one->outcome);
    }
    return loss;
}

/* "delay 12 us, jitter 3 us at 50 %"; a delay between two clocks is none. */
static void print_delays(const struct limit_report *report, const struct rate_search_result *found)
{
    const char *before = "          ";
    for (guint i = 0; i < found->trials->len; i++) {
        const struct trial_record *one = rate_search_delay(found, i);
        if (one == NULL)
            continue;
        printf("%sat %.0f %%: ", before, one->part * 100);
        if (report->one_clock)
            printf("delay %s, ", quantity_duration(one->outcome.delay_ns).text);
        printf("jitter %s", quantity_duration(one->outcome.jitter_ns).text);
        before = "; ";
    }
    if (*before == ';')
        putchar('\n');
}

void limit_report_print_size(const struct limit_report *report, const struct limit_size *size)
{
    const struct rate_search_result *found = &size->found;
    const struct limit_outcome lost = lost_in_all(found);
    g_autofree char *name = limit_report_name(&size->traffic);
    if (found->rate <= 0) {
        printf("%8s  %14s  %14s  %10s  %12s  %s\n", name, "none", "-", "-", "-", place_of(&lost));
    } else {
        g_autofree char *burst =
            found->burst > 0
                ? g_strdup_printf("%s%" PRIu64, found->burst_unlimited ? ">=" : "", found->burst)
                : g_strdup("-");
        printf("%8s  %14s  %14s  %10s  %12s  %s\n", name,
               quantity_per_second(found->rate, "frames").text,
               quantity_rate((uint64_t)(found->rate * (double)found->bits_per_frame)).text, burst,
               quantity_percent(loss_beyond(found)).text,
               found->sender_limited ? "- (the sender reached no more)" : place_of(&lost));
        print_delays(report, found);
    }
    fflush(stdout);
}

/* What to change, by the place where most was lost. */
static const struct {
    const char *place;
    const char *advice;
} advices[] = {
    {"on the way",
     "No counter of the collector has these copies. Look for a policer, a narrow link or "
     "a full queue on the way first, then for a filter or an XDP program at the "
     "collector that takes them."},
    {"interface", "The collector's network card or its driver dropped them: enlarge its receive "
                  "ring first (erspanrate --check names the command), then spread the load over "
                  "more queues."},
    {"ring", "The ring between the collector's kernel and erspanrate was full: receive by a "
             "faster --backend or with more --threads first; a larger --buffer helps against "
             "pauses alone."},
    {"backlog", "The collector's backlog between interface and protocols was full: enlarge "
                "net.core.netdev_max_backlog first."},
    {"sender", "The generator was held up, and what it then sent in bursts was lost: give it a "
               "processor of its own first."},
    {"program", "erspanrate was short of memory: raise --memory first."},
};

char *limit_report_sentence(const struct limit_report *report)
{
    struct limit_outcome lost = {0};
    bool sender = report->sizes->len > 0;
    for (guint i = 0; i < report->sizes->len; i++) {
        const struct rate_search_result *found =
            &g_array_index(report->sizes, struct limit_size, i).found;
        const struct limit_outcome one = lost_in_all(found);
        sender &= found->sender_limited;
        lost.sent += one.sent;
        lost.received += one.received;
        lost.on_the_way += one.on_the_way;
        lost.interface += one.interface;
        lost.kernel += one.kernel;
        lost.program += one.program;
        lost.ring += one.ring;
        lost.backlog += one.backlog;
    }
    if (sender)
        return g_strdup_printf("The generator limits: all that it could send by --backend=%s "
                               "arrived. Send by a faster back-end, or from another host.",
                               report->backend);
    const char *place = place_of(&lost);
    for (size_t i = 0; i < G_N_ELEMENTS(advices); i++)
        if (g_str_equal(advices[i].place, place))
            return g_strdup(advices[i].advice);
    return g_strdup("Nothing was lost.");
}
