/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/limit/limit-json.h"

#include "core/base/json.h"
#include "core/base/time-units.h"

enum { RATE_DIGITS = 1, SECONDS_DIGITS = 3, PART_DIGITS = 4 };

static void put_places(struct json_writer *json, const struct limit_outcome *outcome)
{
    json_open_object(json, "lost_where");
    json_put_unsigned(json, "on_the_way", outcome->on_the_way);
    json_put_unsigned(json, "interface", outcome->interface);
    json_put_unsigned(json, "kernel", outcome->kernel);
    json_put_unsigned(json, "program", outcome->program);
    json_close_object(json);
}

static void put_trial(struct json_writer *json, const struct trial_record *record)
{
    static const char *const purposes[] = {[TRIAL_SEARCH] = "search",
                                           [TRIAL_CONFIRM] = "confirm",
                                           [TRIAL_BEYOND] = "beyond",
                                           [TRIAL_BURST] = "burst",
                                           [TRIAL_DELAY] = "delay"};
    const struct limit_outcome *outcome = &record->outcome;
    json_open_object_flat(json, NULL);
    json_put_text(json, "purpose", purposes[record->purpose]);
    json_put_real(json, "rate_fps", outcome->rate, RATE_DIGITS);
    json_put_unsigned(json, "sent", outcome->sent);
    json_put_unsigned(json, "received", outcome->received);
    json_put_unsigned(json, "lost", limit_lost(outcome));
    json_put_unsigned(json, "late", outcome->late);
    put_places(json, outcome);
    json_put_real(json, "sender_late_ms", (double)outcome->late_ns / NS_PER_MS, RATE_DIGITS);
    json_put_unsigned(json, "refused", outcome->failed);
    json_put_unsigned(json, "ring", outcome->ring);
    json_put_unsigned(json, "backlog", outcome->backlog);
    json_close_object(json);
}

static void put_delays(struct json_writer *json, const struct limit_report *report,
                       const struct rate_search_result *found)
{
    json_open_array(json, "delays");
    for (guint i = 0; i < found->trials->len; i++) {
        const struct trial_record *one = rate_search_delay(found, i);
        if (one == NULL)
            continue;
        json_open_object_flat(json, NULL);
        json_put_real(json, "part", one->part, PART_DIGITS);
        json_put_real(json, "rate_fps", one->outcome.rate, RATE_DIGITS);
        json_put_unsigned(json, "copies", one->outcome.timed);
        if (report->one_clock)
            json_put_real(json, "delay_ns", one->outcome.delay_ns, 0);
        else
            json_put_null(json, "delay_ns");
        json_put_real(json, "jitter_ns", one->outcome.jitter_ns, 0);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_found(struct json_writer *json, const struct rate_search_result *found)
{
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
}

static void put_size(struct json_writer *json, const struct limit_report *report,
                     const struct limit_size *size)
{
    static const char *const mixes[] = {
        [LIMIT_FRAMES] = "frames", [LIMIT_IMIX] = "imix", [LIMIT_SCENARIO] = "scenario"};
    const struct rate_search_result *found = &size->found;
    json_open_object(json, NULL);
    json_put_text(json, "traffic", mixes[size->traffic.mix]);
    if (size->traffic.mix == LIMIT_FRAMES)
        json_put_unsigned(json, "size", size->traffic.size);
    else
        json_put_null(json, "size");
    put_found(json, found);
    put_delays(json, report, found);
    json_open_array(json, "trials");
    for (guint i = 0; i < found->trials->len; i++)
        put_trial(json, &g_array_index(found->trials, struct trial_record, i));
    json_close_array(json);
    json_close_object(json);
}

/* Who tested what, and how to do it again. */
static void put_setting(struct json_writer *json, const struct limit_report *report)
{
    json_put_text(json, "type", "limit");
    json_open_array_flat(json, "command");
    json_put_text(json, NULL, "erspangen");
    for (char **word = report->command; *word != NULL; word++)
        json_put_text(json, NULL, *word);
    json_close_array(json);
    json_put_text(json, "collector", report->collector);
    json_put_text(json, "collector_backend", report->receiver);
    json_put_bool(json, "one_clock", report->one_clock);
    json_put_text(json, "interface", report->interface);
    json_put_text(json, "backend", report->backend);
    if (report->scenario != NULL)
        json_put_text(json, "scenario", report->scenario);
    else
        json_put_null(json, "scenario");
    json_put_real(json, "trial_s", report->seconds, SECONDS_DIGITS);
    json_put_real(json, "confirm_s", report->confirm_seconds, SECONDS_DIGITS);
    json_put_real(json, "resolution", report->resolution, PART_DIGITS);
}

GString *limit_json_write(const struct limit_report *report)
{
    GString *text = g_string_new(NULL);
    g_autofree char *sentence = limit_report_sentence(report);
    struct json_writer json = {.text = text};
    json_open_object(&json, NULL);
    put_setting(&json, report);
    json_put_unsigned(&json, "mtu", report->mtu);
    json_put_unsigned(&json, "mtu_probes", report->probes);
    json_put_unsigned(&json, "frame_max", report->mtu - report->overhead);
    json_open_array(&json, "sizes");
    for (guint i = 0; i < report->sizes->len; i++)
        put_size(&json, report, &g_array_index(report->sizes, struct limit_size, i));
    json_close_array(&json);
    json_put_text(&json, "conclusion", sentence);
    json_close_object(&json);
    g_string_append_c(text, '\n');
    return text;
}
