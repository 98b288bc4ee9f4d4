/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/simulation.h"

#include "generator/base/event-heap.h"
#include "generator/simulation/marker-stream.h"
#include "generator/simulation/session-stream.h"
#include "generator/traffic/traffic.h"
#include "common/signals.h"

/* A session at work, and how many copies it has made. */
struct listener {
    struct session_stream stream;
    const struct session_plan *plan;
    int64_t made;
    int64_t left;    /* to make in this round */
    int64_t next_ns; /* when the next is due, or the first if the session mirrors traffic */
};

struct beacon {
    struct marker_stream stream;
    const struct marker_plan *plan;
    int64_t made;
    int64_t left;
    int64_t next_ns;
};

/* Traffic, the next of its frames, and who mirrors it. */
struct port {
    struct traffic *traffic;
    struct mirrored_frame frame; /* at the end, only its time: of one that does not come */
    bool over;
    GPtrArray *listeners; /* of struct listener; owned by the ensemble */
};

struct ensemble {
    const struct scenario *scenario;
    const struct conductor *conductor;
    int64_t left;   /* frames that may still be mirrored */
    int64_t now_ns; /* as the conductor has it */
    bool played;    /* someone had a turn in this round */
    bool over;      /* the conductor said so */
    guint listener_count;
    guint beacon_count;
    guint port_count;
    struct listener *listeners;
    struct beacon *beacons;
    struct port *ports;
    struct due_heap turns; /* of listeners, then beacons, then ports, numbered in this order */
    struct truth *truth;
    struct departure_queue under_way;
    struct session_exit way_out;
};

static void add_sessions(struct ensemble *all, const struct scenario *scenario)
{
    int64_t start_ns = scenario->capture.start_ns;
    for (guint i = 0; i < all->listener_count; i++) {
        struct listener *listener = &all->listeners[i];
        listener->plan = &g_array_index(scenario->sessions, struct session_plan, i);
        session_stream_init(&listener->stream, scenario, i, start_ns, all->truth, &all->under_way);
        guint port = scenario_find_traffic(scenario, listener->plan->mirror);
        if (port < all->port_count)
            g_ptr_array_add(all->ports[port].listeners, listener);
    }
}

static void add_markers(struct ensemble *all, const struct scenario *scenario)
{
    int64_t start_ns = scenario->capture.start_ns;
    for (guint i = 0; i < all->beacon_count; i++) {
        struct beacon *beacon = &all->beacons[i];
        beacon->plan = &g_array_index(scenario->markers, struct marker_plan, i);
        marker_stream_init(&beacon->stream, beacon->plan, start_ns);
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

enum player_kind { PLAYER_SESSION, PLAYER_MARKER, PLAYER_TRAFFIC };

struct player {
    enum player_kind kind;
    guint index; /* in the ensemble's array of this kind */
};

/* Who it is that has this number in the turns. */
static struct player player_of(const struct ensemble *all, guint number)
{
    if (number < all->listener_count)
        return (struct player){PLAYER_SESSION, number};
    number -= all->listener_count;
    if (number < all->beacon_count)
        return (struct player){PLAYER_MARKER, number};
    return (struct player){PLAYER_TRAFFIC, number - all->beacon_count};
}

static bool session_is_due(const struct listener *listener, int64_t *time_ns)
{
    *time_ns = listener->next_ns;
    return listener->plan->stream.schedule.interval_ns != AUTO && listener->left > 0;
}

static bool marker_is_due(const struct beacon *beacon, int64_t *time_ns)
{
    *time_ns = beacon->next_ns;
    return beacon->left > 0;
}

static bool traffic_is_due(const struct port *port, int64_t *time_ns)
{
    *time_ns = port->frame.time_ns;
    return !port->over;
}

/* When the player has its next turn. False: never again in this round. */
static bool is_due(const struct ensemble *all, struct player player, int64_t *time_ns)
{
    switch (player.kind) {
    case PLAYER_SESSION:
        return session_is_due(&all->listeners[player.index], time_ns);
    case PLAYER_MARKER:
        return marker_is_due(&all->beacons[player.index], time_ns);
    default:
        return traffic_is_due(&all->ports[player.index], time_ns);
    }
}

static guint player_count(const struct ensemble *all)
{
    return all->listener_count + all->beacon_count + all->port_count;
}

/* Of several at the same time it is the first session, then marker, then traffic. */
static void give_turns(struct ensemble *all)
{
    due_heap_clear(&all->turns);
    for (guint number = 0; number < player_count(all); number++) {
        struct due turn = {.order = number};
        if (is_due(all, player_of(all, number), &turn.at))
            due_heap_put(&all->turns, turn);
    }
}

/* All that plays from that time on. FALSE after an error. */
static gboolean begin_round(struct ensemble *all, int64_t start_ns, GError **error)
{
    all->played = false;
    for (guint i = 0; i < all->listener_count; i++) {
        struct listener *listener = &all->listeners[i];
        listener->left = listener->plan->stream.schedule.count;
        listener->next_ns = start_ns + listener->plan->stream.schedule.delay_ns;
    }
    for (guint i = 0; i < all->beacon_count; i++) {
        struct beacon *beacon = &all->beacons[i];
        beacon->left = beacon->plan->stream.schedule.count;
        beacon->next_ns = start_ns + beacon->plan->stream.schedule.delay_ns;
    }
    for (guint i = 0; i < all->port_count; i++) {
        struct port *port = &all->ports[i];
        traffic_free(port->traffic);
        port->traffic = traffic_new(&g_array_index(all->scenario->traffics, struct traffic_plan, i),
                                    i, start_ns, error);
        if (port->traffic == NULL || !advance(port, error))
            return FALSE;
    }
    give_turns(all);
    return TRUE;
}

static gboolean ensemble_init(struct ensemble *all, const struct scenario *scenario,
                              struct truth *truth, const struct frame_sink *sink,
                              const struct conductor *conductor, GError **error)
{
    *all = (struct ensemble){
        .scenario = scenario,
        .conductor = conductor,
        .left = conductor == NULL ? INT64_MAX : conductor->count,
        .now_ns = scenario->capture.start_ns,
        .listener_count = scenario->sessions->len,
        .beacon_count = scenario->markers->len,
        .port_count = scenario->traffics->len,
        .listeners = g_new0(struct listener, scenario->sessions->len),
        .beacons = g_new0(struct beacon, scenario->markers->len),
        .ports = g_new0(struct port, scenario->traffics->len),
        .truth = truth,
        .way_out = {sink, g_malloc(SCRATCH_LENGTH)},
    };
    departure_queue_init(&all->under_way);
    for (guint i = 0; i < all->port_count; i++)
        all->ports[i].listeners = g_ptr_array_new();
    add_sessions(all, scenario);
    add_markers(all, scenario);
    return begin_round(all, scenario->capture.start_ns, error);
}

static void ensemble_clear(struct ensemble *all)
{
    for (guint i = 0; i < all->port_count; i++) {
        g_ptr_array_free(all->ports[i].listeners, TRUE);
        traffic_free(all->ports[i].traffic);
    }
    for (guint i = 0; i < all->listener_count; i++)
        session_stream_clear(&all->listeners[i].stream);
    g_free(all->listeners);
    g_free(all->beacons);
    g_free(all->ports);
    due_heap_clear(&all->turns);
    departure_queue_clear(&all->under_way);
    g_free(all->way_out.scratch);
}

static gboolean emit_copy(struct ensemble *all, struct listener *listener,
                          const struct mirrored_frame *mirrored, GError **error)
{
    if (all->left == 0)
        return TRUE;
    all->left--;
    listener->left--;
    if (!session_stream_emit(&listener->stream, (uint64_t)listener->made++, all->now_ns, mirrored,
                             &all->way_out, error))
        return FALSE;
    return listener->left > 0 ||
           session_stream_end(&listener->stream, all->now_ns, &all->way_out, error);
}

/* True if the session mirrors this frame of its traffic. */
static bool hears(const struct listener *listener, const struct mirrored_frame *frame)
{
    enum mirror_direction direction = listener->plan->mirror_direction;
    return listener->left > 0 && frame->time_ns >= listener->next_ns &&
           (direction == MIRROR_BOTH || frame->reverse == (direction == MIRROR_REVERSE));
}

static gboolean play_session(struct ensemble *all, struct listener *listener, GError **error)
{
    listener->next_ns += listener->plan->stream.schedule.interval_ns;
    return emit_copy(all, listener, NULL, error);
}

static gboolean play_marker(struct ensemble *all, struct beacon *beacon, GError **error)
{
    beacon->next_ns += beacon->plan->stream.schedule.interval_ns;
    beacon->left--;
    return marker_stream_emit(&beacon->stream, (uint64_t)beacon->made++, all->now_ns,
                              all->way_out.sink, error);
}

/* The traffic is over: no copies follow those that wait for some. */
static gboolean end_listeners(const struct ensemble *all, const struct port *port, GError **error)
{
    for (guint i = 0; i < port->listeners->len; i++) {
        struct listener *listener = g_ptr_array_index(port->listeners, i);
        if (!session_stream_end(&listener->stream, all->now_ns, &all->way_out, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean play_port(struct ensemble *all, struct port *port, GError **error)
{
    for (guint i = 0; i < port->listeners->len; i++) {
        struct listener *listener = g_ptr_array_index(port->listeners, i);
        if (hears(listener, &port->frame) && !emit_copy(all, listener, &port->frame, error))
            return FALSE;
    }
    if (!advance(port, error))
        return FALSE;
    return !port->over || end_listeners(all, port, error);
}

static gboolean play_player(struct ensemble *all, struct player player, GError **error)
{
    switch (player.kind) {
    case PLAYER_SESSION:
        return play_session(all, &all->listeners[player.index], error);
    case PLAYER_MARKER:
        return play_marker(all, &all->beacons[player.index], error);
    default:
        return play_port(all, &all->ports[player.index], error);
    }
}

/* What is late and due comes before the next turn. */
static gboolean take_turn(struct ensemble *all, struct player player, int64_t now_ns,
                          GError **error)
{
    const struct conductor *conductor = all->conductor;
    all->over = conductor != NULL && !conductor->time(conductor->context, &now_ns);
    if (all->over)
        return TRUE;
    all->now_ns = now_ns;
    all->played = true;
    return session_streams_release(&all->under_way, now_ns, &all->way_out, error) &&
           play_player(all, player, error);
}

/* The first in the queue, unless what others played has left it no turn. */
static gboolean take_first_turn(struct ensemble *all, GError **error)
{
    const struct player player = player_of(all, (guint)due_heap_first(&all->turns)->order);
    int64_t time_ns;
    gboolean good = !is_due(all, player, &time_ns) || take_turn(all, player, time_ns, error);
    if (is_due(all, player, &time_ns))
        due_heap_delay_first(&all->turns, time_ns);
    else
        due_heap_drop_first(&all->turns);
    return good;
}

/* When the round is over for all, and another can begin. */
static int64_t end_of_round(const struct ensemble *all)
{
    int64_t end_ns = INT64_MIN;
    for (guint i = 0; i < all->listener_count; i++)
        if (all->listeners[i].plan->stream.schedule.interval_ns != AUTO)
            end_ns = MAX(end_ns, all->listeners[i].next_ns);
    for (guint i = 0; i < all->beacon_count; i++)
        end_ns = MAX(end_ns, all->beacons[i].next_ns);
    for (guint i = 0; i < all->port_count; i++)
        end_ns = MAX(end_ns, all->ports[i].frame.time_ns);
    return end_ns;
}

/* Plays until no one has a turn. Who takes the frames asks for interruptions as well, but there may
 * be none for a long time. */
static gboolean play_round(struct ensemble *all, GError **error)
{
    gboolean good = TRUE;
    while (good && !all->over && all->left > 0 && !interruption_asked() &&
           due_heap_first(&all->turns) != NULL)
        good = take_first_turn(all, error);
    return good;
}

static bool plays_again(const struct ensemble *all)
{
    return all->conductor != NULL && all->conductor->loops && all->played && !all->over &&
           all->left > 0;
}

/* What waits for later copies waits no longer, and what is under way arrives. */
static gboolean play_out(struct ensemble *all, GError **error)
{
    for (guint i = 0; i < all->listener_count; i++)
        if (!session_stream_end(&all->listeners[i].stream, all->now_ns, &all->way_out, error))
            return FALSE;
    return session_streams_release(&all->under_way, INT64_MAX, &all->way_out, error);
}

gboolean play(const struct scenario *scenario, struct truth *truth, const struct frame_sink *sink,
              const struct conductor *conductor, GError **error)
{
    struct ensemble all;
    gboolean good =
        ensemble_init(&all, scenario, truth, sink, conductor, error) && play_round(&all, error);
    while (good && plays_again(&all))
        good = begin_round(&all, end_of_round(&all), error) && play_round(&all, error);
    good = good && play_out(&all, error);
    if (sink->settle_all != NULL)
        sink->settle_all(sink->context);
    ensemble_clear(&all);
    return good;
}
