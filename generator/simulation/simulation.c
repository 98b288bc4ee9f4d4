/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/simulation.h"

#include "common/signals.h"
#include "generator/base/event-heap.h"
#include "generator/path/path-network.h"
#include "generator/simulation/simulated-markers.h"
#include "generator/simulation/simulated-session.h"
#include "generator/traffic/flow-hash.h"
#include "generator/traffic/traffic.h"

/* A session, how many copies it has made, and when it makes the next. */
struct session_source {
    struct simulated_session session;
    const struct session_plan *plan;
    int64_t made;
    int64_t left;    /* to make in this round */
    int64_t next_ns; /* when the next is due, or the first if the session mirrors traffic */
};

struct marker_source {
    struct simulated_markers markers;
    const struct marker_plan *plan;
    int64_t made;
    int64_t left;
    int64_t next_ns;
};

/* A mirrored port: its traffic, the next frame of it, and the sessions that mirror it. */
struct port {
    struct traffic *traffic;
    struct traffic_frame frame; /* at the end: only the time of a next frame that is not made */
    bool over;
    GPtrArray *session_sources; /* of struct session_source; owned by the simulation */
    GPtrArray *paths;           /* of struct path: those that it passes; the network's */
};

struct simulation {
    const struct scenario *scenario;
    const struct real_time *real_time;
    int64_t left;   /* frames that may still be mirrored */
    int64_t now_ns; /* the time of the event that is handled, in real time where there is some */
    bool had_event; /* in this round */
    bool over;      /* real time ended it */
    guint session_count;
    guint marker_count;
    guint port_count;
    struct session_source *session_sources;
    struct marker_source *marker_sources;
    struct port *ports;
    struct path_network network;
    struct event_heap events; /* of sessions, then markers, then ports, numbered in this order */
    struct truth *truth;
    struct departure_queue under_way;
    struct session_exit way_out;
};

static void add_sessions(struct simulation *all, const struct scenario *scenario)
{
    int64_t start_ns = scenario->capture.start_ns;
    for (guint i = 0; i < all->session_count; i++) {
        struct session_source *session_source = &all->session_sources[i];
        session_source->plan = &g_array_index(scenario->sessions, struct session_plan, i);
        simulated_session_init(&session_source->session, scenario, i, start_ns, all->truth,
                               &all->under_way);
        guint port = scenario_find_traffic(scenario, session_source->plan->mirror);
        bool on_path = session_follows(session_source->plan) ||
                       scenario_next_point(scenario, i) < all->session_count;
        if (port < all->port_count && !on_path)
            g_ptr_array_add(all->ports[port].session_sources, session_source);
    }
}

static void add_paths(struct simulation *all, const struct scenario *scenario)
{
    path_network_init(&all->network, scenario, all->truth->paths);
    for (guint i = 0; i < all->network.count; i++) {
        struct path *path = &all->network.paths[i];
        const struct session_source *first = &all->session_sources[path->truth->chain.sessions[0]];
        guint port = scenario_find_traffic(scenario, first->plan->mirror);
        g_ptr_array_add(all->ports[port].paths, path);
    }
}

static void add_markers(struct simulation *all, const struct scenario *scenario)
{
    int64_t start_ns = scenario->capture.start_ns;
    for (guint i = 0; i < all->marker_count; i++) {
        struct marker_source *marker_source = &all->marker_sources[i];
        marker_source->plan = &g_array_index(scenario->markers, struct marker_plan, i);
        simulated_markers_init(&marker_source->markers, marker_source->plan, start_ns);
    }
}

/* Fetches the next frame. FALSE after an error. */
static gboolean advance(struct port *port, GError **error)
{
    GError *wrong = NULL;
    port->over = !traffic_next(port->traffic, &port->frame, &wrong);
    if (wrong == NULL)
        return TRUE;
    g_propagate_error(error, wrong);
    return FALSE;
}

enum event_source_kind { EVENT_SESSION, EVENT_MARKER, EVENT_TRAFFIC };

struct event_source {
    enum event_source_kind kind;
    guint index; /* in the simulation's array of this kind */
};

/* The source of the events that have this order. */
static struct event_source event_source_of(const struct simulation *all, guint number)
{
    if (number < all->session_count)
        return (struct event_source){EVENT_SESSION, number};
    number -= all->session_count;
    if (number < all->marker_count)
        return (struct event_source){EVENT_MARKER, number};
    return (struct event_source){EVENT_TRAFFIC, number - all->marker_count};
}

static bool session_is_due(const struct session_source *session_source, int64_t *time_ns)
{
    *time_ns = session_source->next_ns;
    return session_source->plan->stream.schedule.interval_ns != AUTO && session_source->left > 0;
}

static bool marker_is_due(const struct marker_source *marker_source, int64_t *time_ns)
{
    *time_ns = marker_source->next_ns;
    return marker_source->left > 0;
}

static bool traffic_is_due(const struct port *port, int64_t *time_ns)
{
    *time_ns = port->frame.time_ns;
    return !port->over;
}

/* When the next event of the source is due. False: there is none in this round. */
static bool is_due(const struct simulation *all, struct event_source event_source, int64_t *time_ns)
{
    switch (event_source.kind) {
    case EVENT_SESSION:
        return session_is_due(&all->session_sources[event_source.index], time_ns);
    case EVENT_MARKER:
        return marker_is_due(&all->marker_sources[event_source.index], time_ns);
    default:
        return traffic_is_due(&all->ports[event_source.index], time_ns);
    }
}

static guint event_source_count(const struct simulation *all)
{
    return all->session_count + all->marker_count + all->port_count;
}

/* Of several at the same time it is the first session, then marker, then traffic. */
static void schedule_all(struct simulation *all)
{
    event_heap_clear(&all->events);
    for (guint number = 0; number < event_source_count(all); number++) {
        struct event event = {.order = number};
        if (is_due(all, event_source_of(all, number), &event.at))
            event_heap_put(&all->events, event);
    }
}

/* Starts all sources at that time. FALSE after an error. */
static gboolean begin_round(struct simulation *all, int64_t start_ns, GError **error)
{
    all->had_event = false;
    for (guint i = 0; i < all->session_count; i++) {
        struct session_source *session_source = &all->session_sources[i];
        session_source->left = session_source->plan->stream.schedule.count;
        session_source->next_ns = start_ns + session_source->plan->stream.schedule.delay_ns;
    }
    for (guint i = 0; i < all->marker_count; i++) {
        struct marker_source *marker_source = &all->marker_sources[i];
        marker_source->left = marker_source->plan->stream.schedule.count;
        marker_source->next_ns = start_ns + marker_source->plan->stream.schedule.delay_ns;
    }
    for (guint i = 0; i < all->port_count; i++) {
        struct port *port = &all->ports[i];
        traffic_free(port->traffic);
        port->traffic = traffic_new(&g_array_index(all->scenario->traffics, struct traffic_plan, i),
                                    i, start_ns, error);
        if (port->traffic == NULL || !advance(port, error))
            return FALSE;
    }
    schedule_all(all);
    return TRUE;
}

static gboolean simulation_init(struct simulation *all, const struct scenario *scenario,
                                struct truth *truth, const struct frame_sink *sink,
                                const struct real_time *real_time, GError **error)
{
    *all = (struct simulation){
        .scenario = scenario,
        .real_time = real_time,
        .left = real_time == NULL ? INT64_MAX : real_time->count,
        .now_ns = scenario->capture.start_ns,
        .session_count = scenario->sessions->len,
        .marker_count = scenario->markers->len,
        .port_count = scenario->traffics->len,
        .session_sources = g_new0(struct session_source, scenario->sessions->len),
        .marker_sources = g_new0(struct marker_source, scenario->markers->len),
        .ports = g_new0(struct port, scenario->traffics->len),
        .truth = truth,
        .way_out = {sink, g_malloc(SCRATCH_LENGTH)},
    };
    departure_queue_init(&all->under_way);
    for (guint i = 0; i < all->port_count; i++) {
        all->ports[i].session_sources = g_ptr_array_new();
        all->ports[i].paths = g_ptr_array_new();
    }
    add_sessions(all, scenario);
    add_paths(all, scenario);
    add_markers(all, scenario);
    return begin_round(all, scenario->capture.start_ns, error);
}

static void simulation_clear(struct simulation *all)
{
    for (guint i = 0; i < all->port_count; i++) {
        g_ptr_array_free(all->ports[i].session_sources, TRUE);
        g_ptr_array_free(all->ports[i].paths, TRUE);
        traffic_free(all->ports[i].traffic);
    }
    for (guint i = 0; i < all->session_count; i++)
        simulated_session_clear(&all->session_sources[i].session);
    path_network_clear(&all->network);
    g_free(all->session_sources);
    g_free(all->marker_sources);
    g_free(all->ports);
    event_heap_clear(&all->events);
    departure_queue_clear(&all->under_way);
    g_free(all->way_out.scratch);
}

static gboolean emit_copy(struct simulation *all, struct session_source *session_source,
                          const struct traffic_frame *mirrored, GError **error)
{
    if (all->left == 0)
        return TRUE;
    all->left--;
    session_source->left--;
    if (!simulated_session_emit(&session_source->session, (uint64_t)session_source->made++,
                                all->now_ns, mirrored, &all->way_out, error))
        return FALSE;
    return session_source->left > 0 ||
           simulated_session_end(&session_source->session, all->now_ns, &all->way_out, error);
}

/* True if the frame passes the line card of the session. */
static bool shares(const struct share *share, struct bytes frame)
{
    return share->of == 1 || flow_hash(frame) % share->of == share->part - 1;
}

/* True if the session mirrors this frame of its traffic. */
static bool mirrors(const struct session_source *session_source, const struct traffic_frame *frame)
{
    enum mirror_direction direction = session_source->plan->mirror_direction;
    return session_source->left > 0 && frame->time_ns >= session_source->next_ns &&
           (direction == MIRROR_BOTH || frame->reverse == (direction == MIRROR_REVERSE)) &&
           shares(&session_source->plan->share, frame->bytes);
}

static gboolean run_session(struct simulation *all, struct session_source *session_source,
                            GError **error)
{
    session_source->next_ns += session_source->plan->stream.schedule.interval_ns;
    return emit_copy(all, session_source, NULL, error);
}

static gboolean run_marker(struct simulation *all, struct marker_source *marker_source,
                           GError **error)
{
    marker_source->next_ns += marker_source->plan->stream.schedule.interval_ns;
    marker_source->left--;
    return simulated_markers_emit(&marker_source->markers, (uint64_t)marker_source->made++,
                                  all->now_ns, all->way_out.sink, error);
}

/* The traffic is over: no copies follow those that wait for some. */
static gboolean end_sessions(const struct simulation *all, const struct port *port, GError **error)
{
    for (guint i = 0; i < port->session_sources->len; i++) {
        struct session_source *session_source = g_ptr_array_index(port->session_sources, i);
        if (!simulated_session_end(&session_source->session, all->now_ns, &all->way_out, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean run_port(struct simulation *all, struct port *port, GError **error)
{
    for (guint i = 0; i < port->session_sources->len; i++) {
        struct session_source *session_source = g_ptr_array_index(port->session_sources, i);
        if (mirrors(session_source, &port->frame) &&
            !emit_copy(all, session_source, &port->frame, error))
            return FALSE;
    }
    for (guint i = 0; i < port->paths->len; i++)
        if (!path_network_enter(&all->network, g_ptr_array_index(port->paths, i), &port->frame,
                                error))
            return FALSE;
    if (!advance(port, error))
        return FALSE;
    return !port->over || end_sessions(all, port, error);
}

static gboolean run_event_source(struct simulation *all, struct event_source event_source,
                                 GError **error)
{
    switch (event_source.kind) {
    case EVENT_SESSION:
        return run_session(all, &all->session_sources[event_source.index], error);
    case EVENT_MARKER:
        return run_marker(all, &all->marker_sources[event_source.index], error);
    default:
        return run_port(all, &all->ports[event_source.index], error);
    }
}

/* The time of an event comes; first delivers the late copies that are due by then. FALSE after an
 * error. When real time is over, nothing happens any more. */
static gboolean come_to(struct simulation *all, int64_t now_ns, GError **error)
{
    const struct real_time *real_time = all->real_time;
    all->over = real_time != NULL && !real_time->time(real_time->context, &now_ns);
    if (all->over)
        return TRUE;
    all->now_ns = now_ns;
    all->had_event = true;
    return departure_queue_is_empty(&all->under_way) ||
           simulated_sessions_release(&all->under_way, now_ns, &all->way_out, error);
}

static gboolean handle_event(struct simulation *all, struct event_source event_source,
                             int64_t now_ns, GError **error)
{
    return come_to(all, now_ns, error) && (all->over || run_event_source(all, event_source, error));
}

/* The session there mirrors the frame that comes to a point first; the frame goes on. */
static gboolean handle_point(struct simulation *all, GError **error)
{
    if (!come_to(all, path_network_due(&all->network), error) || all->over)
        return all->over;
    struct path_frame *frame = path_network_arrive(&all->network);
    struct session_source *session_source = &all->session_sources[path_frame_session(frame)];
    const struct traffic_frame view = path_network_view(&all->network, frame);
    bool mirrored = all->left > 0 && mirrors(session_source, &view);
    gboolean good = !mirrored || emit_copy(all, session_source, &view, error);
    path_network_leave(&all->network, frame, mirrored && session_source->session.arrives);
    return good;
}

/* The event that is due first, unless others before it have left its source nothing to do. */
static gboolean handle_first_event(struct simulation *all, GError **error)
{
    const struct event_source event_source =
        event_source_of(all, (guint)event_heap_first(&all->events)->order);
    int64_t time_ns;
    gboolean good =
        !is_due(all, event_source, &time_ns) || handle_event(all, event_source, time_ns, error);
    if (is_due(all, event_source, &time_ns))
        event_heap_delay_first(&all->events, time_ns);
    else
        event_heap_drop_first(&all->events);
    return good;
}

/* When the round is over for all, and another can begin. */
static int64_t end_of_round(const struct simulation *all)
{
    int64_t end_ns = INT64_MIN;
    for (guint i = 0; i < all->session_count; i++)
        if (all->session_sources[i].plan->stream.schedule.interval_ns != AUTO)
            end_ns = MAX(end_ns, all->session_sources[i].next_ns);
    for (guint i = 0; i < all->marker_count; i++)
        end_ns = MAX(end_ns, all->marker_sources[i].next_ns);
    for (guint i = 0; i < all->port_count; i++)
        end_ns = MAX(end_ns, all->ports[i].frame.time_ns);
    return MAX(end_ns, all->network.last_ns);
}

/* Handles events until there is none. The sink checks for signals too, but it may get no frame for
 * a long time. */
static gboolean run_round(struct simulation *all, GError **error)
{
    gboolean good = TRUE;
    while (good && !all->over && all->left > 0 && !signals_stop_requested()) {
        const struct event *first = event_heap_first(&all->events);
        int64_t point_ns = path_network_due(&all->network);
        if (first == NULL && point_ns == INT64_MAX)
            break;
        good = first == NULL || point_ns <= first->at ? handle_point(all, error)
                                                      : handle_first_event(all, error);
    }
    return good;
}

static bool repeats(const struct simulation *all)
{
    return all->real_time != NULL && all->real_time->loops && all->had_event && !all->over &&
           all->left > 0;
}

/* What waits for later copies waits no longer, and what is under way arrives. */
static gboolean deliver_remaining(struct simulation *all, GError **error)
{
    for (guint i = 0; i < all->session_count; i++)
        if (!simulated_session_end(&all->session_sources[i].session, all->now_ns, &all->way_out,
                                   error))
            return FALSE;
    return simulated_sessions_release(&all->under_way, INT64_MAX, &all->way_out, error);
}

gboolean simulate(const struct scenario *scenario, struct truth *truth,
                  const struct frame_sink *sink, const struct real_time *real_time, GError **error)
{
    struct simulation all;
    gboolean good =
        simulation_init(&all, scenario, truth, sink, real_time, error) && run_round(&all, error);
    while (good && repeats(&all))
        good = begin_round(&all, end_of_round(&all), error) && run_round(&all, error);
    good = good && deliver_remaining(&all, error);
    if (sink->complete_all != NULL)
        sink->complete_all(sink->context);
    simulation_clear(&all);
    return good;
}
