/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/path/path-network.h"

#include "common/errors.h"
#include "generator/traffic/flow-hash.h"
#include "generator/traffic/frame-ip.h"
#include "generator/traffic/translation.h"

enum {
    VIEW_MAX = (1 << 17),
    HEADERS_MAX = 256 /* bytes: tags, IP header and ports are among them */
};

static const size_t bytes_max = (size_t)1 << 30;

static void path_init(struct path *path, const struct scenario *scenario, struct path_truth *truth)
{
    const struct path_chain *chain = &truth->chain;
    path->truth = truth;
    path->rewritings[0] = (struct path_rewriting){.vlan = AUTO, .dscp = AUTO};
    for (guint place = 0; place < chain->points; place++)
        path->sessions[place] =
            &g_array_index(scenario->sessions, struct session_plan, chain->sessions[place]);
    for (guint place = 1; place < chain->points; place++) {
        const struct session_plan *plan = path->sessions[place];
        path->rewritings[place] = path_rewriting_behind(&path->rewritings[place - 1], &plan->path);
        for (int reverse = 0; reverse < 2; reverse++)
            stretch_init(&path->stretches[reverse][place], plan, reverse,
                         scenario->capture.start_ns);
    }
    unsigned hops = path->rewritings[chain->points - 1].hops_before;
    for (guint place = 0; place < chain->points; place++)
        path->rewritings[place].hops_behind = hops - path->rewritings[place].hops_before;
}

void path_network_init(struct path_network *network, const struct scenario *scenario,
                       const GPtrArray *truths)
{
    *network = (struct path_network){
        .count = truths->len,
        .paths = g_new0(struct path, truths->len),
        .last_ns = INT64_MIN,
        .scratch = truths->len > 0 ? g_malloc(VIEW_MAX) : NULL,
    };
    for (guint i = 0; i < truths->len; i++)
        path_init(&network->paths[i], scenario, g_ptr_array_index(truths, i));
}

void path_network_clear(struct path_network *network)
{
    for (guint i = 0; i < network->count; i++)
        for (guint place = 1; place < network->paths[i].truth->chain.points; place++)
            for (int reverse = 0; reverse < 2; reverse++)
                stretch_clear(&network->paths[i].stretches[reverse][place]);
    for (size_t i = 0; i < network->under_way.count; i++)
        g_free(network->under_way.places[i].item);
    event_heap_clear(&network->under_way);
    g_free(network->paths);
    g_free(network->scratch);
}

static size_t weight(const struct path_frame *frame)
{
    return sizeof *frame + frame->len + sizeof(struct event);
}

static void send_on(struct path_network *network, struct path_frame *frame, int64_t due_ns)
{
    network->last_ns = MAX(network->last_ns, due_ns);
    event_heap_put(&network->under_way, (struct event){due_ns, network->order++, frame});
}

static void forget(struct path_network *network, struct path_frame *frame)
{
    network->bytes -= weight(frame);
    g_free(frame);
}

gboolean path_network_enter(struct path_network *network, struct path *path,
                            const struct traffic_frame *mirrored, GError **error)
{
    struct path_frame *frame = g_malloc(sizeof *frame + mirrored->bytes.len);
    *frame = (struct path_frame){
        .path = path,
        .passage = {.reverse = mirrored->reverse, .flow = flow_hash(mirrored->bytes)},
        .len = mirrored->bytes.len,
    };
    memcpy(frame->data, mirrored->bytes.data, mirrored->bytes.len);
    network->bytes += weight(frame);
    send_on(network, frame, mirrored->time_ns);
    return network->bytes <= bytes_max ||
           fail(error, STATUS_FAILED,
                "more frames are between the points of paths than 1 GiB of memory holds");
}

struct path_frame *path_network_arrive(struct path_network *network)
{
    const struct event *first = event_heap_first(&network->under_way);
    struct path_frame *frame = first->item;
    struct path_passage *passage = &frame->passage;
    passage->at_ns[passage->steps] = first->at;
    passage->at_order[passage->steps] = frame->path->passed[passage->reverse][passage->steps]++;
    passage->steps++;
    event_heap_drop_first(&network->under_way);
    return frame;
}

/* The place of the point at which it is. */
static guint place_of(const struct path_frame *frame)
{
    return path_chain_place(&frame->path->truth->chain, frame->passage.steps - 1,
                            frame->passage.reverse);
}

guint path_frame_session(const struct path_frame *frame)
{
    return frame->path->truth->chain.sessions[place_of(frame)];
}

struct traffic_frame path_network_view(struct path_network *network, const struct path_frame *frame)
{
    const struct path_passage *passage = &frame->passage;
    struct buffer view = {network->scratch, VIEW_MAX, 0, false};
    path_rewrite(&frame->path->rewritings[place_of(frame)], (struct bytes){frame->data, frame->len},
                 passage->reverse, &view);
    return (struct traffic_frame){.time_ns = passage->at_ns[passage->steps - 1],
                                  .bytes = {view.data, view.len},
                                  .reverse = passage->reverse};
}

/* The session there shows it translated (generator/encapsulate). */
static void note_translation(struct path_frame *frame)
{
    struct path_passage *passage = &frame->passage;
    const struct session_plan *session = frame->path->sessions[place_of(frame)];
    uint8_t translated[HEADERS_MAX];
    size_t len = MIN(frame->len, sizeof translated);
    struct frame_ip ip;
    if (session->translation != TRANSLATE_ADDRESSES && session->translation != TRANSLATE_PORTS)
        return;
    memcpy(translated, frame->data, len);
    bool is_translated =
        translation_pass(session->translation, translated, len, session->inner.mac) &&
        frame_ip_find((struct bytes){translated, len}, session->inner.mac, &ip);
    passage->at_addresses[passage->steps - 1] = is_translated;
    passage->at_ports[passage->steps - 1] =
        is_translated && session->translation == TRANSLATE_PORTS && ip.ports_at != 0;
}

/* Notes what the truth says of the frame at this point. */
static void note_changes(struct path_frame *frame)
{
    struct path_passage *passage = &frame->passage;
    const struct path_rewriting *rewriting = &frame->path->rewritings[place_of(frame)];
    const struct bytes bytes = {frame->data, frame->len};
    passage->at_vlan[passage->steps - 1] = path_rewriting_vlan(rewriting, bytes);
    passage->at_dscp[passage->steps - 1] = path_rewriting_dscp(rewriting, bytes, passage->reverse);
    note_translation(frame);
}

/* Flows of the truth that no frame under way belongs to. */
static void forget_flows(const struct path_network *network, struct path *path)
{
    uint64_t first[2][PATH_POINTS_MAX];
    memcpy(first, path->passed, sizeof first);
    for (size_t i = 0; i < network->under_way.count; i++) {
        const struct path_frame *frame = network->under_way.places[i].item;
        if (frame->path != path)
            continue;
        uint64_t *of_direction = first[frame->passage.reverse];
        for (guint step = 0; step < frame->passage.steps; step++)
            of_direction[step] = MIN(of_direction[step], frame->passage.at_order[step]);
    }
    path_truth_forget(path->truth, first);
}

void path_network_leave(struct path_network *network, struct path_frame *frame, bool shown)
{
    struct path_passage *passage = &frame->passage;
    struct path *path = frame->path;
    guint step = passage->steps - 1;
    int64_t due_ns;
    passage->shown |= (uint32_t)shown << step;
    note_changes(frame);
    path_truth_pass(path->truth, passage);
    if (passage->steps == path->truth->chain.points) {
        forget(network, frame);
    } else {
        /* The stretch is the one before whichever of its two ends lies farther along the chain. */
        guint place = place_of(frame) + (passage->reverse ? 0 : 1);
        if (stretch_pass(&path->stretches[passage->reverse][place], frame->len,
                         passage->at_ns[step], &due_ns)) {
            send_on(network, frame, due_ns);
        } else {
            path_truth_lose(path->truth, passage);
            forget(network, frame);
        }
    }
    if (path_truth_is_full(path->truth))
        forget_flows(network, path);
}
