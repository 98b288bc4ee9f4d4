/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/json-lines.h"

#include "core/output/counts-json.h"
#include "core/output/path-json.h"
#include "core/output/report-json.h"
#include "core/report/loss.h"
#include "core/report/report-counts.h"

enum { BITS = 8, TIME_DIGITS = 6, RATE_DIGITS = 1, PART_DIGITS = 6 };

static void put_rates(struct json_writer *json, const struct report_session *figures,
                      double seconds)
{
    json_put_real(json, "copies_per_s", (double)figures->counts.copies / seconds, RATE_DIGITS);
    json_put_real(json, "outer_bps", (double)(figures->counts.outer_bytes * BITS) / seconds,
                  RATE_DIGITS);
    json_put_real(json, "inner_bps", (double)(figures->counts.inner_bytes * BITS) / seconds,
                  RATE_DIGITS);
}

/* A part that is not known is below 0 here, and null there. */
static void put_part(struct json_writer *json, const char *name, double part)
{
    if (part < 0)
        json_put_null(json, name);
    else
        json_put_real(json, name, part, PART_DIGITS);
}

/* Who counts in the kernel sees no windows. */
static void put_peaks(struct json_writer *json, const struct report_session *figures)
{
    if (figures->counts.copies > 0 && figures->extremes.peak_1ms_bps == 0) {
        json_put_null(json, "peak_1ms_bps");
        json_put_null(json, "peak_100us_bps");
        return;
    }
    json_put_unsigned(json, "peak_1ms_bps", figures->extremes.peak_1ms_bps);
    json_put_unsigned(json, "peak_100us_bps", figures->extremes.peak_100us_bps);
}

static void put_delay(struct json_writer *json, const struct report_session *figures)
{
    if (figures->state.delays == 0) {
        json_put_null(json, "delay_mean_ns");
        json_put_null(json, "jitter_ns");
        return;
    }
    json_put_real(json, "delay_mean_ns", figures->state.delay_mean_ns, 0);
    json_put_real(json, "jitter_ns", figures->state.jitter_ns, 0);
}

static void put_sizes(struct json_writer *json, const struct report_session *figures)
{
    json_open_array_flat(json, "sizes");
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++)
        json_put_unsigned(json, NULL, figures->counts.sizes[i]);
    json_close_array(json);
}

/* A difference of what the order of the numbers tells: null where they tell nothing. */
static void put_order(struct json_writer *json, const char *name, uint64_t difference,
                      bool loss_known)
{
    json_put_known_signed(json, name, loss_order_is_known(loss_known, difference),
                          loss_signed(difference));
}

/* Into the open object. */
static void put_figures(struct json_writer *json, const struct report_session *figures,
                        double seconds)
{
    const bool known = figures->state.loss_known;
    COUNTS_JSON_PUT(json, &figures->counts, copies);
    COUNTS_JSON_PUT_RANGE(json, &figures->counts, outer_bytes, mirrored_bytes);
    put_rates(json, figures, seconds);
    json_put_known_signed(json, "lost", known, loss_signed(figures->sequence.lost));
    put_part(json, "loss", session_loss_ratio(figures));
    put_order(json, "late", figures->sequence.late, known);
    put_order(json, "duplicates", figures->sequence.duplicates, known);
    put_order(json, "restarts", figures->sequence.restarts, known);
    COUNTS_JSON_PUT_RANGE(json, &figures->counts, truncated, cut);
    put_part(json, "visibility", session_visibility(figures));
    put_sizes(json, figures);
    put_peaks(json, figures);
}

static void put_session(struct json_writer *json, const struct report_session *session,
                        double seconds)
{
    char address[ADDRESS_TEXT_MAX];
    json_open_object(json, NULL);
    json_put_unsigned(json, "stream", session->state.stream);
    json_put_text(json, "source", address_format(&session->state.key.source, address));
    json_put_text(json, "destination", address_format(&session->state.key.destination, address));
    if (session->state.key.id == SESSION_NO_ID)
        json_put_null(json, "session_id");
    else
        json_put_signed(json, "session_id", session->state.key.id);
    put_figures(json, session, seconds);
    put_delay(json, session);
    json_close_object(json);
}

/* The sessions beyond those that are shown, together. */
static void put_others(struct json_writer *json, const struct report_others *others, double seconds)
{
    if (others->sessions == 0)
        return;
    json_open_object(json, "other");
    json_put_unsigned(json, "sessions", others->sessions);
    put_figures(json, &others->sum, seconds);
    json_close_object(json);
}

/* At most @p limit, the busiest first. */
static void put_sessions(struct json_writer *json, const struct snapshot *interval, size_t limit)
{
    GArray *order = snapshot_busiest(interval);
    struct report_others others = snapshot_others(interval, order, limit);
    json_open_array(json, "sessions");
    for (guint i = 0; i < order->len && i < limit; i++)
        put_session(json, snapshot_session(interval, g_array_index(order, guint, i)),
                    interval->seconds);
    json_close_array(json);
    put_others(json, &others, interval->seconds);
    g_array_free(order, TRUE);
}

static void put_queues(struct json_writer *json, const struct queue_drops *queues)
{
    json_open_array(json, "queues");
    for (unsigned queue = 0; queue < QUEUE_DROPS_MAX; queue++) {
        if (queues->dropped[queue] == 0)
            continue;
        json_open_object(json, NULL);
        json_put_unsigned(json, "queue", queue);
        json_put_unsigned(json, "dropped", queues->dropped[queue]);
        json_close_object(json);
    }
    json_close_array(json);
}

/* Where copies were lost, and by which counters. */
static void put_where(struct json_writer *json, const struct snapshot *snapshot)
{
    if (!snapshot->live)
        return;
    struct losses losses = snapshot_losses(snapshot);
    bool known = snapshot->all.state.loss_known;
    json_open_object(json, "lost_where");
    json_put_known_unsigned(json, "on_the_way", known, losses.on_the_way);
    json_put_known_unsigned(json, "interface", known, losses.interface);
    json_put_known_unsigned(json, "kernel", known, losses.kernel);
    json_put_known_unsigned(json, "program", known, losses.program);
    json_close_object(json);
    json_open_object(json, "counters");
    json_put_unsigned(json, "ring_received", snapshot->source.received);
    json_put_unsigned(json, "ring_dropped", snapshot->source.dropped);
    json_put_unsigned(json, "unread", snapshot->source.unread);
    json_put_unsigned(json, "backlog_dropped", snapshot->drops.backlog);
    json_put_unsigned(json, "budget_squeezed", snapshot->drops.squeezed);
    json_put_unsigned(json, "interface_received", snapshot->drops.received);
    json_put_unsigned(json, "interface_missed", snapshot->drops.missed);
    json_put_unsigned(json, "interface_overrun", snapshot->drops.fifo);
    json_put_unsigned(json, "interface_broken", snapshot->drops.errors);
    json_put_unsigned(json, "interface_dropped", snapshot->drops.dropped);
    json_put_unsigned(json, "interface_while_down", snapshot->drops.while_down);
    put_queues(json, &snapshot->drops.queues);
    json_close_object(json);
}

/* What cannot be written, the stream remembers. */
static void write_out(void *stream, GString *text)
{
    fwrite(text->str, 1, text->len, stream);
    g_string_truncate(text, 0);
}

/* A line with a million sessions is written in pieces. */
static struct json_writer begin_line(FILE *stream, const char *kind)
{
    struct json_writer json = {.text = g_string_new(NULL), .spill = write_out, .context = stream};
    json_open_object_flat(&json, NULL);
    json_put_text(&json, "type", kind);
    return json;
}

static void end_line(struct json_writer *json)
{
    json_close_object(json);
    g_string_append_c(json->text, '\n');
    write_out(json->context, json->text);
    g_string_free(json->text, TRUE);
}

void json_lines_interval(FILE *stream, const struct snapshot *interval, const struct snapshot *now,
                         size_t limit)
{
    struct json_writer json = begin_line(stream, "interval");
    json_put_real(&json, "begin_s", now->seconds - interval->seconds, TIME_DIGITS);
    json_put_real(&json, "end_s", now->seconds, TIME_DIGITS);
    json_open_object(&json, "all");
    put_figures(&json, &interval->all, interval->seconds);
    json_close_object(&json);
    put_where(&json, interval);
    put_sessions(&json, interval, limit);
    end_line(&json);
}

/* What is known beyond the figures. Who counts in the kernel knows no more of a session. */
static void put_reports(struct json_writer *json, const struct snapshot *snapshot, size_t limit)
{
    GPtrArray *reports = g_ptr_array_new();
    for (guint i = 0; i < snapshot->parts->len; i++)
        if (snapshot_part(snapshot, i)->report != NULL)
            g_ptr_array_add(reports, (gpointer)snapshot_part(snapshot, i)->report);
    if (reports->len > 0)
        report_json_put_several(json, (const struct report *const *)reports->pdata, reports->len,
                                &snapshot->totals, limit);
    else
        put_sessions(json, snapshot, limit);
    g_ptr_array_free(reports, TRUE);
}

/* Where no copy came. */
static void put_arrivals(struct json_writer *json, const struct other_traffic *others)
{
    struct other_packets rows[OTHER_SLOTS];
    size_t count = other_traffic_rows(others, rows);
    json_open_array(json, "arrived_instead");
    for (size_t i = 0; i < count; i++) {
        json_open_object(json, NULL);
        json_put_text(json, "kind", other_kind_name(rows[i].kind));
        if (rows[i].kind == OTHER_BROKEN)
            json_put_null(json, "number");
        else
            json_put_unsigned(json, "number", rows[i].number);
        json_put_unsigned(json, "packets", rows[i].count);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_confinement(struct json_writer *json, const struct confinement *confinement)
{
    json_open_object(json, "confinement");
    if (confinement->user != NULL)
        json_put_text(json, "user", confinement->user);
    json_put_bool(json, "no_capabilities", confinement->capabilities);
    json_put_bool(json, "system_calls", confinement->system_calls);
    json_put_bool(json, "files", confinement->files);
    json_close_object(json);
}

static void put_written(struct json_writer *json, const struct packet_writer_counts *written)
{
    json_open_object(json, "written");
    json_put_unsigned(json, "packets", written->written);
    json_put_unsigned(json, "unwritten", written->unwritten);
    json_close_object(json);
}

static void put_kernel(struct json_writer *json, const struct kernel_strip_counts *kernel)
{
    json_open_object(json, "kernel");
    json_put_unsigned(json, "frames", kernel_strip_handed_on(kernel));
    json_put_unsigned(json, "too_long", kernel->too_long);
    json_put_unsigned(json, "refused", kernel->refused);
    json_put_unsigned(json, "processor_full", kernel->cpu_full);
    json_put_unsigned(json, "fragments", kernel->fragments);
    json_put_unsigned(json, "unsure", kernel->unsure);
    json_put_unsigned(json, "unread", kernel->unread);
    json_put_unsigned(json, "dropped", kernel->dropped);
    json_close_object(json);
}

static void put_server(struct json_writer *json, const struct pcap_server_counts *server)
{
    json_open_object(json, "pcap_server");
    json_put_unsigned(json, "clients", server->clients);
    json_put_unsigned(json, "turned_away", server->turned_away);
    json_put_unsigned(json, "stalled", server->stalled);
    json_put_unsigned(json, "sent", server->sent);
    json_put_unsigned(json, "missed", server->missed);
    json_put_unsigned(json, "unheard", server->unheard);
    json_put_unsigned(json, "no_ethernet", server->no_ethernet);
    json_close_object(json);
}

static void put_handed_on(struct json_writer *json, const struct handed_on *handed_on)
{
    const struct handoff_counts *frames = &handed_on->frames;
    json_open_object(json, "handed_on");
    json_put_unsigned(json, "frames", frames->handed_on);
    json_put_unsigned(json, "not_chosen", frames->not_chosen);
    json_put_unsigned(json, "mirrored_before", frames->mirrored_before);
    json_put_unsigned(json, "duplicates", frames->duplicates);
    json_put_unsigned(json, "waited", frames->order.waited);
    json_put_unsigned(json, "reordered", frames->order.reordered);
    json_put_unsigned(json, "too_late", frames->order.too_late);
    json_put_unsigned(json, "crowded", frames->order.crowded);
    if (handed_on->kernel.strips)
        put_kernel(json, &handed_on->kernel);
    if (handed_on->has_server)
        put_server(json, &handed_on->server);
    if (handed_on->has_interface) {
        json_open_object(json, "interface");
        json_put_unsigned(json, "sent", handed_on->interface.sent);
        json_put_unsigned(json, "too_long", handed_on->interface.too_long);
        json_put_unsigned(json, "no_ethernet", handed_on->interface.no_ethernet);
        json_put_unsigned(json, "refused", handed_on->interface.refused);
        json_close_object(json);
    }
    json_close_object(json);
}

void json_lines_total(FILE *stream, const struct snapshot *snapshot,
                      const struct json_lines_run *run, size_t limit)
{
    struct json_writer json = begin_line(stream, "total");
    json_put_text(&json, run->how != NULL ? "interface" : "file", run->from);
    if (run->how != NULL)
        json_put_text(&json, "received_by", run->how);
    put_confinement(&json, run->confinement);
    if (run->written != NULL)
        put_written(&json, run->written);
    if (run->handed_on != NULL)
        put_handed_on(&json, run->handed_on);
    json_put_real(&json, "seconds", snapshot->seconds, TIME_DIGITS);
    json_open_object(&json, "all");
    put_figures(&json, &snapshot->all, session_seconds(&snapshot->all, snapshot->seconds));
    json_close_object(&json);
    put_where(&json, snapshot);
    if (snapshot->all.counts.copies == 0)
        put_arrivals(&json, &snapshot->others);
    if (snapshot->paths != NULL)
        path_json_put(&json, snapshot->paths);
    put_reports(&json, snapshot, limit);
    end_line(&json);
}
