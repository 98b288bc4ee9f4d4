/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/limit/limit-report.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base/json.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"

enum { RATE_DIGITS = 1 };

void limit_report_print_head(const struct limit_report *report)
{
    printf("MTU of the way  %u bytes (%s): mirrored frames of up to %u bytes fit\n"
           "%6s  %14s  %14s  %10s  %12s  %s\n",
           report->mtu, quantity_of(report->probes, "probe", "probes").text,
           report->mtu - report->overhead, "frame", "without loss", "bits", "burst",
           "loss at +50 %", "lost where");
    fflush(stdout);
}

/* Sums what was lost by place, over the trials that lost. */
static struct limit_outcome lost_in_all(const struct rate_search_result *found)
{
    struct limit_outcome sum = {0};
    for (guint i = 0; i < found->trials->len; i++) {
        const struct limit_outcome *one =
            &g_array_index(found->trials, struct trial_record, i).outcome;
        sum.sent += one->sent;
        sum.received += MIN(one->received, one->sent);
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
        return "-";
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
            loss = (double)limit_lost(&one->outcome) / (double)one->outcome.sent;
    }
    return loss;
}

void limit_report_print_size(const struct limit_report *report, const struct limit_size *size)
{
    const struct rate_search_result *found = &size->found;
    const struct limit_outcome lost = lost_in_all(found);
    (void)report;
    if (found->rate <= 0) {
        printf("%6u  %14s  %14s  %10s  %12s  %s\n", size->size, "none", "-", "-", "-",
               place_of(&lost));
    } else {
        g_autofree char *burst =
            found->burst > 0
                ? g_strdup_printf("%s%" PRIu64, found->burst_unlimited ? ">=" : "", found->burst)
                : g_strdup("-");
        printf("%6u  %14s  %14s  %10s  %12s  %s\n", size->size,
               quantity_per_second(found->rate, "frames").text,
               quantity_rate((uint64_t)(found->rate * (double)found->bits_per_frame)).text, burst,
               quantity_percent(loss_beyond(found)).text,
               found->sender_limited ? "- (the sender reached no more)" : place_of(&lost));
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

static void put_trial(struct json_writer *json, const struct trial_record *record)
{
    static const char *const purposes[] = {[TRIAL_SEARCH] = "search",
                                           [TRIAL_CONFIRM] = "confirm",
                                           [TRIAL_BEYOND] = "beyond",
                                           [TRIAL_BURST] = "burst"};
    const struct limit_outcome *outcome = &record->outcome;
    json_open_object_flat(json, NULL);
    json_put_text(json, "purpose", purposes[record->purpose]);
    json_put_real(json, "rate_fps", outcome->rate, RATE_DIGITS);
    json_put_unsigned(json, "sent", outcome->sent);
    json_put_unsigned(json, "received", outcome->received);
    json_put_unsigned(json, "lost", limit_lost(outcome));
    json_put_unsigned(json, "late", outcome->late);
    json_open_object(json, "lost_where");
    json_put_unsigned(json, "on_the_way", outcome->on_the_way);
    json_put_unsigned(json, "interface", outcome->interface);
    json_put_unsigned(json, "kernel", outcome->kernel);
    json_put_unsigned(json, "program", outcome->program);
    json_close_object(json);
    json_put_real(json, "sender_late_ms", (double)outcome->late_ns / NS_PER_MS, RATE_DIGITS);
    json_put_unsigned(json, "refused", outcome->failed);
    json_put_unsigned(json, "ring", outcome->ring);
    json_put_unsigned(json, "backlog", outcome->backlog);
    json_close_object(json);
}

static void put_size(struct json_writer *json, const struct limit_size *size)
{
    const struct rate_search_result *found = &size->found;
    json_open_object(json, NULL);
    json_put_unsigned(json, "size", size->size);
    if (found->rate > 0) {
        json_put_real(json, "limit_fps", found->rate, RATE_DIGITS);
        json_put_real(json, "limit_bps", found->rate * (double)found->bits_per_frame, 0);
    } else {
        json_put_null(json, "limit_fps");
        json_put_null(json, "limit_bps");
    }
    json_put_bool(json, "sender_limited", found->sender_limited);
    if (found->burst > 0)
        json_put_unsigned(json, "burst_frames", found->burst);
    else
        json_put_null(json, "burst_frames");
    json_put_bool(json, "burst_unlimited", found->burst_unlimited);
    json_open_array(json, "trials");
    for (guint i = 0; i < found->trials->len; i++)
        put_trial(json, &g_array_index(found->trials, struct trial_record, i));
    json_close_array(json);
    json_close_object(json);
}

GString *limit_report_json(const struct limit_report *report)
{
    GString *text = g_string_new(NULL);
    g_autofree char *sentence = limit_report_sentence(report);
    struct json_writer json = {.text = text};
    json_open_object(&json, NULL);
    json_put_text(&json, "type", "limit");
    json_put_text(&json, "collector", report->collector);
    json_put_text(&json, "interface", report->interface);
    json_put_text(&json, "backend", report->backend);
    json_put_unsigned(&json, "mtu", report->mtu);
    json_put_unsigned(&json, "mtu_probes", report->probes);
    json_put_unsigned(&json, "frame_max", report->mtu - report->overhead);
    json_put_real(&json, "resolution", report->resolution, 4);
    json_open_array(&json, "sizes");
    for (guint i = 0; i < report->sizes->len; i++)
        put_size(&json, &g_array_index(report->sizes, struct limit_size, i));
    json_close_array(&json);
    json_put_text(&json, "conclusion", sentence);
    json_close_object(&json);
    g_string_append_c(text, '\n');
    return text;
}
