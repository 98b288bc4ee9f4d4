/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/output/path-json.h"

#include "core/output/path-words.h"

enum { PART_DIGITS = 6 };

static void put_known(struct json_writer *json, const char *name, bool known, uint64_t value)
{
    if (known)
        json_put_unsigned(json, name, value);
    else
        json_put_null(json, name);
}

static void put_point(struct json_writer *json, const struct path_report *report, unsigned number)
{
    const struct path_point_row *point = path_report_point(report, number);
    char address[ADDRESS_TEXT_MAX];
    bool third = point->type == ERSPAN_TYPE_III;
    json_open_object(json, NULL);
    json_put_unsigned(json, "point", number);
    json_put_text(json, "source", address_format(&point->key.source, address));
    json_put_text(json, "destination", address_format(&point->key.destination, address));
    put_known(json, "session_id", point->key.id != SESSION_NO_ID, (uint64_t)point->key.id);
    json_put_text(json, "direction", !third ? NULL : point->egress ? "egress" : "ingress");
    put_known(json, "hardware_id", third, point->hardware_id);
    put_known(json, "index", point->type == ERSPAN_TYPE_II, point->index);
    json_put_unsigned(json, "copies", point->copies);
    json_close_object(json);
}

static void put_delay(struct json_writer *json, const struct path_delay_row *delay)
{
    if (delay->frames == 0) {
        json_put_null(json, "delay");
        return;
    }
    json_open_object(json, "delay");
    json_put_text(json, "basis", path_words_basis(delay->basis));
    json_put_unsigned(json, "frames", delay->frames);
    json_put_signed(json, "min_ns", delay->min_ns);
    json_put_signed(json, "p50_ns", delay->p50_ns);
    json_put_signed(json, "p90_ns", delay->p90_ns);
    json_put_signed(json, "p99_ns", delay->p99_ns);
    json_put_signed(json, "p99_9_ns", delay->p99_9_ns);
    json_put_signed(json, "max_ns", delay->max_ns);
    put_known(json, "uncertainty_ns", delay->has_uncertainty, (uint64_t)delay->uncertainty_ns);
    json_close_object(json);
}

static void put_pair(struct json_writer *json, const struct path_report *report,
                     const struct path_pair_row *pair)
{
    double loss = path_report_loss(pair);
    g_autofree char *sentence = path_words_pair(report, pair);
    json_open_object(json, NULL);
    json_put_unsigned(json, "from", pair->from);
    json_put_unsigned(json, "to", pair->to);
    json_put_text(json, "order", path_words_order(pair->order));
    json_put_unsigned(json, "both", pair->both);
    json_put_unsigned(json, "only_from", pair->only_from);
    json_put_unsigned(json, "lost", pair->lost);
    json_put_unsigned(json, "unknown", pair->unknown);
    json_put_unsigned(json, "unknown_longer", pair->unknown_longer);
    json_put_unsigned(json, "only_to", pair->only_to);
    if (loss < 0)
        json_put_null(json, "loss");
    else
        json_put_real(json, "loss", loss, PART_DIGITS);
    json_put_unsigned(json, "bursts", pair->bursts);
    put_known(json, "lost_shortest", pair->lost > 0, pair->lost_shortest);
    put_known(json, "lost_longest", pair->lost > 0, pair->lost_longest);
    json_put_unsigned(json, "passed_longest", pair->passed_longest);
    json_put_unsigned(json, "reordered", pair->reordered);
    if (pair->has_hops)
        json_put_signed(json, "hops", pair->hops);
    else
        json_put_null(json, "hops");
    json_put_unsigned(json, "macs_changed", pair->macs_changed);
    json_put_unsigned(json, "vlan_changed", pair->vlan_changed);
    json_put_unsigned(json, "dscp_changed", pair->dscp_changed);
    json_put_unsigned(json, "addresses_changed", pair->addresses_changed);
    json_put_unsigned(json, "ports_changed", pair->ports_changed);
    put_delay(json, &pair->delay);
    json_put_text(json, "sentence", sentence);
    json_close_object(json);
}

static void put_way(struct json_writer *json, const struct path_way *way)
{
    json_open_object(json, NULL);
    json_open_array(json, "points");
    for (unsigned i = 0; i < way->count; i++)
        json_put_unsigned(json, NULL, way->points[i]);
    json_close_array(json);
    json_put_unsigned(json, "frames", way->frames);
    json_put_text(json, "order", path_words_order(way->order));
    json_close_object(json);
}

void path_json_put(struct json_writer *json, const struct path_report *report)
{
    json_open_object(json, "paths");
    json_open_array(json, "points");
    for (unsigned i = 0; i < report->points->len; i++)
        put_point(json, report, i);
    json_close_array(json);
    json_open_array(json, "pairs");
    for (guint i = 0; i < report->pairs->len; i++)
        put_pair(json, report, path_report_pair(report, i));
    json_close_array(json);
    json_open_array(json, "ways");
    for (guint i = 0; i < report->ways->len; i++)
        put_way(json, path_report_way(report, i));
    json_close_array(json);
    json_put_unsigned(json, "frames_of_other_ways", report->frames_of_other_ways);
    json_put_unsigned(json, "beyond_memory", report->given_up);
    json_close_object(json);
}
