/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/text-losses.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/quantity.h"

static bool is_anything_dropped(const struct snapshot *snapshot)
{
    static const struct queue_drops none;
    const struct drop_counters *drops = &snapshot->drops;
    return snapshot->source.dropped > 0 || snapshot->unfollowed > 0 || drops->missed > 0 ||
           drops->fifo > 0 || drops->while_down > 0 || drops->errors > 0 || drops->dropped > 0 ||
           drops->backlog > 0 || memcmp(&drops->queues, &none, sizeof none) != 0;
}

/* @p known false: how many of the missing copies that place lost cannot be known. */
static void print_place(const struct text_report *text, const char *place, bool known,
                        uint64_t count, const char *evidence)
{
    const char *on = text->terminal && known && count > 0 ? "\033[1;31m" : "";
    fprintf(text->stream, "  %-12s%s%14s%s   %s\n", place, on,
            known ? quantity_count(count).text : "-", on[0] != '\0' ? "\033[0m" : "", evidence);
}

/* Below the interface's own line. */
static void print_queues(FILE *stream, const struct queue_drops *queues)
{
    for (unsigned queue = 0; queue < QUEUE_DROPS_MAX; queue++)
        if (queues->dropped[queue] > 0)
            fprintf(stream, "%32squeue %u dropped %s\n", "", queue,
                    quantity_count(queues->dropped[queue]).text);
}

/* Of how many sessions loss can be known. */
struct knowledge {
    unsigned sessions;
    unsigned known;
};

static struct knowledge knowledge_of(const struct snapshot *snapshot)
{
    struct knowledge knowledge = {0};
    for (guint i = 0; i < snapshot->entries->len; i++) {
        const struct report_session *session = snapshot_session(snapshot, i);
        if (session->counts.copies == 0)
            continue;
        knowledge.sessions++;
        knowledge.known += session->state.loss_known;
    }
    return knowledge;
}

static bool was_all_followed(const struct snapshot *snapshot)
{
    return snapshot->given_up == 0 && snapshot->unfollowed == 0;
}

/* What cannot be known of the sessions that came. */
static void print_unknown(FILE *stream, const struct knowledge *knowledge, bool followed)
{
    unsigned unknown = knowledge->sessions - knowledge->known;
    if (knowledge->known == 0)
        fputs("Loss cannot be known: no copy has a sequence number that follows another.\n",
              stream);
    else if (unknown > 0)
        fprintf(stream,
                "Loss cannot be known of %s, whose copies have no number that follows another.\n",
                quantity_of(unknown, "session", "sessions").text);
    if (!followed)
        fputs("The memory limit was reached: loss cannot be known of all copies.\n", stream);
}

/* Without a missing number and without a drop. */
static void print_nothing_lost(FILE *stream, const struct snapshot *snapshot,
                               const struct knowledge *knowledge)
{
    bool followed = was_all_followed(snapshot);
    fputc('\n', stream);
    if (knowledge->known == knowledge->sessions && followed && knowledge->sessions > 0 &&
        snapshot->source.unread == 0) {
        fputs("Nothing was lost, and nothing dropped here.\n", stream);
        return;
    }
    if (knowledge->known > 0)
        fputs("No sequence gaps.\n", stream);
    if (knowledge->sessions > 0)
        print_unknown(stream, knowledge, followed);
    fputs("This host dropped no packet.\n", stream);
}

static void print_unread(FILE *stream, const struct source_statistics *source)
{
    if (source->unread > 0)
        fprintf(stream,
                "\n%s behind other headers (tags, labels or tunnels), which --backend=%s does not "
                "read: copies may be among them, and may be lost. --backend=packet reads them.\n",
                quantity_of(source->unread, "packet is", "packets are").text, source->unread_by);
}

static void print_losses(const struct text_report *text, const struct snapshot *snapshot)
{
    struct losses losses = snapshot_losses(snapshot);
    const struct drop_counters *drops = &snapshot->drops;
    const struct knowledge knowledge = knowledge_of(snapshot);
    bool known = snapshot->all.state.loss_known;
    char evidence[4 * QUANTITY_TEXT_MAX];
    if (losses.lost == 0 && !is_anything_dropped(snapshot)) {
        print_nothing_lost(text->stream, snapshot, &knowledge);
        return;
    }
    if (losses.lost > 0)
        fprintf(text->stream, "\nWhere %s lost\n",
                quantity_of(losses.lost, "copy was", "copies were").text);
    else if (known)
        fputs("\nNo sequence gaps, but this host dropped packets\n", text->stream);
    else
        fputs("\nThis host dropped packets\n", text->stream);
    print_place(text, "on the way", known, losses.on_the_way, "not dropped on this host");
    g_snprintf(evidence, sizeof evidence,
               "missed %" PRIu64 ", overrun %" PRIu64 ", broken %" PRIu64 ", dropped %" PRIu64,
               drops->missed, drops->fifo, drops->errors, drops->dropped);
    if (drops->while_down > 0) {
        size_t used = strlen(evidence);
        g_snprintf(evidence + used, sizeof evidence - used, "; while it was down %s",
                   quantity_count(drops->while_down).text);
    }
    print_place(text, "interface", known, losses.interface, evidence);
    print_queues(text->stream, &drops->queues);
    g_snprintf(evidence, sizeof evidence,
               "dropped: ring %s, backlog %s; softirq budget exhausted %s",
               quantity_count(snapshot->source.dropped).text, quantity_count(drops->backlog).text,
               quantity_of(drops->squeezed, "time", "times").text);
    print_place(text, "kernel", known, losses.kernel, evidence);
    g_snprintf(evidence, sizeof evidence, "not followed, memory limit reached: %s",
               quantity_count(snapshot->unfollowed).text);
    print_place(text, "program", known, losses.program, evidence);
    if (knowledge.sessions > 0)
        print_unknown(text->stream, &knowledge, was_all_followed(snapshot));
}

void text_losses(const struct text_report *text, const struct snapshot *snapshot)
{
    print_losses(text, snapshot);
    print_unread(text->stream, &snapshot->source);
}
