/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/handoff/handoff.h"

#include <string.h>

#include "core/base/time-units.h"

struct handoff {
    const struct handoff_plan *plan;
    GMutex lock;
    struct packet_sink sinks[HANDOFF_SINKS_MAX];
    size_t sink_count;
    struct frame_order *order; /* NULL: frames stay as they came */
    struct handoff_counts counts;
};

static void hand_on(void *context, const struct packet *frame)
{
    struct handoff *handoff = context;
    handoff->counts.handed_on++;
    for (size_t i = 0; i < handoff->sink_count; i++)
        packet_put(&handoff->sinks[i], frame);
}

static void flush_sinks(const struct handoff *handoff)
{
    for (size_t i = 0; i < handoff->sink_count; i++)
        packet_flush(&handoff->sinks[i]);
}

struct handoff *handoff_new(const struct handoff_plan *plan, const struct packet_sink *sinks,
                            size_t count)
{
    struct handoff *handoff = g_new0(struct handoff, 1);
    const struct packet_sink own = {.context = handoff, .take = hand_on};
    handoff->plan = plan;
    handoff->sink_count = count;
    memcpy(handoff->sinks, sinks, count * sizeof *sinks);
    g_mutex_init(&handoff->lock);
    if (plan->wait_ns > 0)
        handoff->order = frame_order_new(plan->wait_ns, plan->room, &own);
    return handoff;
}

void handoff_free(struct handoff *handoff)
{
    if (handoff == NULL)
        return;
    frame_order_free(handoff->order);
    g_mutex_clear(&handoff->lock);
    g_free(handoff);
}

static struct frame_number number_of(const struct mirrored_frame *frame)
{
    struct frame_number number = {0};
    number.finding = mirrored_frame_sequence(frame, &number.counter);
    number.number = frame->copy->sequence;
    return number;
}

/* True if it is left out; counts it then. */
static bool leave_out(struct handoff *handoff, const struct mirrored_frame *frame,
                      const struct frame_number *number)
{
    const struct session *session = frame->copy->session;
    const struct frame_selection *selection = &handoff->plan->selection;
    bool chooses = selection->ids != NULL || selection->sources != NULL;
    if (chooses && (session == NULL || !frame_selection_has(selection, &session->key))) {
        handoff->counts.not_chosen++;
        return true;
    }
    if (!handoff->plan->once || frame->finding == NULL)
        return false;
    if (number->counter != NULL && number->finding->kind == SEQUENCE_DUPLICATE) {
        handoff->counts.duplicates++;
        return true;
    }
    if (frame->finding->copy_of != 0) {
        handoff->counts.mirrored_before++;
        return true;
    }
    return false;
}

static void take(void *context, const struct mirrored_frame *frame)
{
    struct handoff *handoff = context;
    const struct frame_number number = number_of(frame);
    g_mutex_lock(&handoff->lock);
    bool left_out = leave_out(handoff, frame, &number);
    if (left_out && handoff->order != NULL)
        frame_order_skip(handoff->order, frame->packet.time_ns, &number);
    else if (left_out)
        ;
    else if (handoff->order != NULL)
        frame_order_take(handoff->order, &frame->packet, &number);
    else
        hand_on(handoff, &frame->packet);
    g_mutex_unlock(&handoff->lock);
}

static void flush(void *context)
{
    struct handoff *handoff = context;
    g_mutex_lock(&handoff->lock);
    if (handoff->order != NULL)
        frame_order_pass_time(handoff->order, g_get_real_time() * NS_PER_US);
    flush_sinks(handoff);
    g_mutex_unlock(&handoff->lock);
}

struct mirrored_sink handoff_sink(struct handoff *handoff)
{
    return (struct mirrored_sink){
        .context = handoff,
        .take = take,
        .flush = flush,
        .wants_finding = handoff->plan->once || handoff->order != NULL,
    };
}

void handoff_finish(struct handoff *handoff)
{
    g_mutex_lock(&handoff->lock);
    if (handoff->order != NULL)
        frame_order_pass_time(handoff->order, INT64_MAX);
    flush_sinks(handoff);
    g_mutex_unlock(&handoff->lock);
}

struct handoff_counts handoff_counts(struct handoff *handoff)
{
    g_mutex_lock(&handoff->lock);
    struct handoff_counts counts = handoff->counts;
    if (handoff->order != NULL)
        counts.order = frame_order_counts(handoff->order);
    g_mutex_unlock(&handoff->lock);
    return counts;
}
