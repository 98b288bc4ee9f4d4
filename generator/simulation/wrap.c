/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/wrap.h"

#include "common/errors.h"
#include "core/wire/link.h"
#include "generator/simulation/simulated-session.h"

enum { IP_MAX_LENGTH = 65535, FRAME_TYPE_IP = 2 };

struct wrap_worker {
    const struct wrapping *wrapping;
    const struct capture_reader *reader;
    struct simulated_session session;
    struct truth *truth;
    struct departure_queue under_way; /* stays empty: a wrapped frame is not late */
    size_t longest;                   /* frame that fits */
    uint8_t *whole; /* room for a frame of that length, to fill up one that was cut */
    uint8_t *scratch;
    struct frame_sink sink;
    size_t missing; /* bytes of the frame under way that the capture cut off */
};

/* The copy's last bytes are those that the capture does not hold. */
static gboolean put_cut(void *context, const struct frame *frame, GError **error)
{
    struct wrap_worker *worker = context;
    struct frame cut = *frame;
    cut.bytes.len -= worker->missing;
    cut.uncaptured += worker->missing;
    return frame_put(&worker->sink, &cut, error);
}

/* NULL, or the key that asks for what cannot be done with a frame that is not all there. */
static const char *key_that_needs_all(const struct session_plan *plan)
{
    const struct fate_plan *fate = &plan->fate;
    const struct {
        bool asks;
        const char *key;
    } keys_that_need[] = {
        {plan->gre.checksum != CHECK_NONE, "gre-checksum"},
        {plan->gre.flags != AUTO, "gre-flags"},
        {plan->gre.udp_port != AUTO && plan->stream.outer.source.len == 16, "udp-port"},
        {plan->payload.len > 0, "payload-hex"},
        {fate->cut != AUTO, "cut"},
        {fate->payload_cut != AUTO, "payload-cut"},
        {fate->snap_outer != AUTO, "snap-outer"},
        {fate->inner_fcs != CHECK_NONE, "fcs"},
        {fate->outer_fcs != CHECK_NONE, "outer-fcs"},
        {fate->appended.len > 0, "append-hex"},
        {fate->fragment != AUTO, "fragment"},
        {fate->icmp_error != ICMP_ERROR_NONE, "icmp-error"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(keys_that_need); i++)
        if (keys_that_need[i].asks)
            return keys_that_need[i].key;
    return NULL;
}

static gboolean fail_frame(const struct wrap_worker *worker, const struct captured_frame *frame,
                           const char *what, GError **error)
{
    return fail(error, STATUS_FAILED, "%s: frame %" G_GUINT64_FORMAT ": %s",
                capture_reader_name(worker->reader), frame->number, what);
}

static const struct session_plan *plan_of(const struct wrap_worker *worker)
{
    return &g_array_index(worker->wrapping->scenario->sessions, struct session_plan, 0);
}

static gboolean check(const struct wrap_worker *worker, const struct captured_frame *frame,
                      GError **error)
{
    const struct session_plan *plan = plan_of(worker);
    if (frame->length > worker->longest)
        return fail_frame(worker, frame,
                          "its copy would be longer than an IP packet can be, 65535 bytes", error);
    if (captured_frame_is_ip(frame) && plan->type != ERSPAN_TYPE_III &&
        !worker->wrapping->frame_type_given)
        return fail_frame(worker, frame, "an IP packet without MAC header needs type = 3", error);
    const char *key = frame->length > frame->bytes.len ? key_that_needs_all(plan) : NULL;
    if (key == NULL)
        return TRUE;
    char *what = g_strdup_printf("was cut when it was captured: %s needs all of it", key);
    fail_frame(worker, frame, what, error);
    g_free(what);
    return FALSE;
}

static gboolean wrap_frame(struct wrap_worker *worker, struct captured_frame *frame, GError **error)
{
    if (!worker->wrapping->keep_fcs)
        captured_frame_drop_fcs(frame);
    if (!check(worker, frame, error))
        return FALSE;
    struct traffic_frame mirrored = {.time_ns = frame->time_ns, .bytes = frame->bytes};
    struct frame_sink sink = worker->sink;
    worker->missing = frame->length - frame->bytes.len;
    if (worker->missing > 0) {
        memcpy(worker->whole, frame->bytes.data, frame->bytes.len);
        memset(worker->whole + frame->bytes.len, 0, worker->missing);
        mirrored.bytes = (struct bytes){worker->whole, frame->length};
        sink = (struct frame_sink){.context = worker, .put = put_cut};
    }
    if (!worker->wrapping->frame_type_given)
        worker->session.encapsulation.header.frame_type =
            captured_frame_is_ip(frame) ? FRAME_TYPE_IP : 0;
    const struct session_exit way_out = {&sink, worker->scratch};
    return simulated_session_emit(&worker->session, frame->number - 1, frame->time_ns, &mirrored,
                                  &way_out, error);
}

/* The clocks of the session start with the first frame. */
static void start(struct wrap_worker *worker, int64_t start_ns)
{
    const struct scenario *scenario = worker->wrapping->scenario;
    worker->truth = truth_new(scenario);
    departure_queue_init(&worker->under_way);
    simulated_session_init(&worker->session, scenario, 0, start_ns, worker->truth,
                           &worker->under_way);
    const struct encapsulation *encapsulation = &worker->session.encapsulation;
    worker->longest = IP_MAX_LENGTH - encapsulation_longest(encapsulation, 0);
}

gboolean wrap(struct capture_reader *reader, const struct wrapping *wrapping,
              const struct frame_sink *sink, GError **error)
{
    struct wrap_worker worker = {
        .wrapping = wrapping,
        .reader = reader,
        .sink = *sink,
        .whole = g_malloc(IP_MAX_LENGTH),
        .scratch = g_malloc(SCRATCH_LENGTH),
    };
    struct captured_frame frame;
    GError *wrong = NULL;
    while (wrong == NULL && capture_reader_next_timed(reader, &frame, &wrong)) {
        if (frame.number == 1)
            start(&worker, frame.time_ns);
        if (frame.link != LINK_ETHERNET && !captured_frame_is_ip(&frame))
            capture_reader_refuse_link(reader, &wrong);
        else
            wrap_frame(&worker, &frame, &wrong);
    }
    simulated_session_clear(&worker.session);
    departure_queue_clear(&worker.under_way);
    truth_free(worker.truth);
    g_free(worker.whole);
    g_free(worker.scratch);
    if (wrong == NULL)
        return TRUE;
    g_propagate_error(error, wrong);
    return FALSE;
}
