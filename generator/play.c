/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/play.h"

#include "generator/marker-stream.h"
#include "generator/session-stream.h"

/* A session or a marker, and when it is its turn. */
struct player {
    const struct stream_plan *plan;
    uint64_t made;
    int64_t next_ns;
    struct session_stream *session; /* one of the two */
    struct marker_stream *marker;
};

struct ensemble {
    size_t count;
    struct player *players;
    struct session_stream *sessions;
    struct marker_stream *markers;
    uint8_t *scratch;
};

static struct player player_of(const struct scenario *scenario, const struct stream_plan *plan)
{
    return (struct player){.plan = plan,
                           .next_ns = scenario->capture.start_ns + plan->schedule.delay_ns};
}

/* A device that has one counter for all its sessions: the first of them keeps it. */
static void share_sequence(struct session_stream *sessions, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct session_plan *plan = sessions[i].encapsulation.plan;
        for (size_t j = 0; j < i && plan->gre.sequence_domain == DOMAIN_SOURCE; j++) {
            const struct session_plan *first = sessions[j].encapsulation.plan;
            if (first->gre.sequence_domain == DOMAIN_SOURCE &&
                memcmp(&first->stream.outer.source, &plan->stream.outer.source,
                       sizeof plan->stream.outer.source) == 0) {
                sessions[i].encapsulation.sequence = sessions[j].encapsulation.sequence;
                break;
            }
        }
    }
}

static struct ensemble ensemble_new(const struct scenario *scenario)
{
    guint sessions = scenario->sessions->len;
    guint markers = scenario->markers->len;
    struct ensemble all = {
        .players = g_new0(struct player, sessions + markers),
        .sessions = g_new0(struct session_stream, sessions),
        .markers = g_new0(struct marker_stream, markers),
        .scratch = g_malloc(2 * FRAME_MAX_LENGTH),
    };
    for (guint i = 0; i < sessions; i++) {
        const struct session_plan *plan =
            &g_array_index(scenario->sessions, struct session_plan, i);
        session_stream_init(&all.sessions[i], plan, i, scenario->capture.start_ns);
        all.players[all.count] = player_of(scenario, &plan->stream);
        all.players[all.count++].session = &all.sessions[i];
    }
    for (guint i = 0; i < markers; i++) {
        const struct marker_plan *plan = &g_array_index(scenario->markers, struct marker_plan, i);
        marker_stream_init(&all.markers[i], plan, scenario->capture.start_ns);
        all.players[all.count] = player_of(scenario, &plan->stream);
        all.players[all.count++].marker = &all.markers[i];
    }
    share_sequence(all.sessions, sessions);
    return all;
}

static void ensemble_clear(struct ensemble *all)
{
    g_free(all->players);
    g_free(all->sessions);
    g_free(all->markers);
    g_free(all->scratch);
}

/* Whose frame is the next; of several at the same time, the first in the scenario. NULL: the end.
 */
static struct player *next_player(const struct ensemble *all)
{
    struct player *next = NULL;
    for (size_t i = 0; i < all->count; i++) {
        struct player *player = &all->players[i];
        if (player->made < player->plan->schedule.count &&
            (next == NULL || player->next_ns < next->next_ns))
            next = player;
    }
    return next;
}

static gboolean emit(struct player *player, uint8_t *scratch, const struct frame_sink *sink,
                     GError **error)
{
    if (player->session != NULL)
        return session_stream_emit(player->session, player->made, player->next_ns, scratch, sink,
                                   error);
    return marker_stream_emit(player->marker, player->made, player->next_ns, sink, error);
}

gboolean play(const struct scenario *scenario, const struct frame_sink *sink, GError **error)
{
    struct ensemble all = ensemble_new(scenario);
    gboolean good = TRUE;
    struct player *player;
    while (good && (player = next_player(&all)) != NULL) {
        good = emit(player, all.scratch, sink, error);
        player->made++;
        player->next_ns += player->plan->schedule.interval_ns;
    }
    ensemble_clear(&all);
    return good;
}
