/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/cli/limit-peer.h"

#include <string.h>

#include "common/control/control-channel.h"
#include "common/control/control-key.h"
#include "common/errors.h"
#include "common/signals.h"
#include "core/base/time-units.h"
#include "generator/cli/confine-command.h"
#include "generator/load/builtin.h"
#include "generator/scenario/keys.h"
#include "generator/send/addressing.h"
#include "generator/send/sender.h"
#include "generator/send/tx-thread.h"

/* The collector looks for three seconds whether more comes. That its host is gone is known sooner.
 */
enum { RESULT_WAIT_MS = CONTROL_WAIT_MS + 4000 };

/* What is still under way when a flood ends, and then the next try of TCP, take less. */
enum { QUIET_WAIT_MS = 2300, QUIET_TRIALS_MAX = 3 };

enum { ANY_SIZE = 256 }; /* of frames, where it does not matter */

static const char *refusal(uint64_t why)
{
    switch (why) {
    case CONTROL_OTHER_VERSION:
        return "it is of another version of erspan-tools";
    case CONTROL_WRONG_KEY:
        return "it has another key: --control-key must name a file with the same text on both "
               "sides";
    case CONTROL_BUSY:
        return "it makes a limit test with another generator";
    default:
        return "it refuses";
    }
}

/* Waits for the message that must come next. */
static gboolean expect(const struct limit_peer *peer, enum control_verb verb, int wait_ms,
                       struct control_message *message, GError **error)
{
    switch (control_channel_receive(peer->channel, wait_ms, message)) {
    case CONTROL_NOTHING:
        return fail(error, STATUS_FAILED, "the collector did not answer within %d seconds",
                    wait_ms / 1000);
    case CONTROL_GONE:
        return fail(error, STATUS_FAILED, "the collector closed the connection");
    case CONTROL_GARBAGE:
        return fail(error, STATUS_FAILED,
                    "the other side is not an erspanrate --serve of this version");
    case CONTROL_MESSAGE:
        break;
    }
    if (message->verb == CONTROL_REFUSE)
        return fail(error, STATUS_FAILED, "the collector refused: %s",
                    refusal(message->numbers[0]));
    return message->verb == verb ||
           fail(error, STATUS_FAILED, "the collector sent an unexpected answer");
}

static gboolean show_key(const struct limit_peer *peer, const struct control_message *hello,
                         GError **error)
{
    uint64_t answer[1 + CONTROL_KEY_NUMBERS] = {CONTROL_VERSION};
    if (hello->numbers[0] != CONTROL_VERSION)
        return fail(error, STATUS_FAILED, "the collector refused: %s",
                    refusal(CONTROL_OTHER_VERSION));
    if (hello->numbers[1] != 0 && peer->key == NULL)
        return fail(error, STATUS_USAGE, "the collector requires a key: --control-key FILE");
    if (peer->key != NULL)
        control_key_sign(peer->key, &hello->numbers[2], &answer[1]);
    return control_channel_send(peer->channel, CONTROL_KEY, G_N_ELEMENTS(answer), answer) ||
           fail(error, STATUS_FAILED, "the collector closed the connection");
}

gboolean limit_peer_greet(struct limit_peer *peer, GError **error)
{
    static const char *const receivers[CONTROL_RECEIVERS] = {[CONTROL_BY_PCAP] = "pcap",
                                                             [CONTROL_BY_PACKET] = "packet",
                                                             [CONTROL_BY_XDP] = "xdp",
                                                             [CONTROL_BY_COUNT] = "count",
                                                             [CONTROL_BY_STRIP] = "strip"};
    struct control_message hello;
    struct control_message welcome;
    if (!expect(peer, CONTROL_HELLO, CONTROL_WAIT_MS, &hello, error) ||
        !show_key(peer, &hello, error) ||
        !expect(peer, CONTROL_WELCOME, CONTROL_WAIT_MS, &welcome, error))
        return FALSE;
    uint64_t receiver = welcome.numbers[1];
    uint64_t host_number = welcome.numbers[2];
    peer->receiver = receiver < CONTROL_RECEIVERS ? receivers[receiver] : "unknown";
    peer->one_clock = host_number != 0 && host_number == control_key_host(&hello.numbers[2]);
    return TRUE;
}

static bool is_loopback(const char *address)
{
    return *address == '\0' || g_str_has_prefix(address, "127.") || strcmp(address, "::1") == 0;
}

/* The sessions of a scenario keep their sources, which tell them apart, if these are of the
 * destination's family. */
static bool keeps_sources(const struct limit_peer *peer)
{
    struct scenario *scenario =
        peer->scenario.path != NULL ? builtin_use(&peer->scenario, peer->options, NULL) : NULL;
    if (scenario != NULL)
        scenario_free(scenario);
    return scenario != NULL;
}

static gboolean give_addresses(const struct limit_peer *peer, GError **error)
{
    char own[CONTROL_ADDRESS_MAX];
    char other[CONTROL_ADDRESS_MAX];
    if (key_options_has(peer->options, "destination"))
        return TRUE;
    control_channel_own_address(peer->channel, own);
    control_channel_peer_address(peer->channel, other);
    if (is_loopback(other) || strchr(other, '%') != NULL)
        return fail(error, STATUS_USAGE,
                    "--destination is needed: the collector was called at %s, which is not where "
                    "copies go",
                    other);
    key_options_give(peer->options, "destination", other);
    if (!key_options_has(peer->options, "source") && !keeps_sources(peer))
        key_options_give(peer->options, "source", own);
    return TRUE;
}

static struct send_plan plan_of(const struct limit_peer *peer, const struct limit_order *order)
{
    const struct ramp ramp = {.from = MAX((int64_t)(order->rate + 0.5), 1),
                              .to = MAX((int64_t)(order->rate + 0.5), 1),
                              .frames = true};
    struct send_plan plan = {
        .timing = order->rate > 0 ? TIMING_RATE : TIMING_MAX,
        .ramp = ramp,
        .count = order->frames > 0 ? (int64_t)order->frames : INT64_MAX,
        .duration_ns = (int64_t)(order->seconds * NS_PER_SECOND),
        .loops = true,
        .held = peer->interface,
    };
    if (order->rate > 0 && order->frames == 0)
        plan.count = MAX((int64_t)(order->rate * order->seconds), 1);
    return plan;
}

/* Copies that tell to the nanosecond when they were made. */
static void give_times(const struct key_options *options)
{
    static const char *const stamps[][2] = {
        {"type", "3"}, {"gra", "2"}, {"platform", "5"}, {"timestamp", "unix"}};
    for (size_t i = 0; i < G_N_ELEMENTS(stamps); i++)
        key_options_give(options, stamps[i][0], stamps[i][1]);
}

/* Frames of one size; the conversations of others have short ones, too. */
static void give_frames(const struct limit_peer *peer, const struct limit_order *order)
{
    unsigned less = order->timed ? peer->timed_more : 0;
    g_autofree char *size = g_strdup_printf("%u", order->traffic.size - less);
    if (!key_options_has(peer->options, "inner"))
        key_options_give(peer->options, "inner", "udp");
    key_options_give(peer->options, "inner-size", size);
}

/* What the order asks for. NULL after an error.
 *
 * @param numbered  the sequence numbers go on from the last trial, so that no copy seems late. */
static struct scenario *load_so(const struct limit_peer *peer, const struct limit_order *order,
                                bool numbered, GError **error)
{
    static char imix[] = "imix";
    static char imix_text[] = "[traffic imix]\nkind = imix\n[session imix]\nmirror = imix\n";
    static const struct scenario_source of_its_own[] = {
        [LIMIT_FRAMES] = {0}, [LIMIT_IMIX] = {.path = imix, .text = imix_text}};
    GArray *given = peer->options->overrides;
    guint of_the_user = given->len;
    g_autofree char *start = g_strdup_printf("%u", peer->sequence);
    enum limit_mix mix = order->traffic.mix;
    if (numbered)
        key_options_give(peer->options, "sequence-start", start);
    if (order->timed)
        give_times(peer->options);
    if (mix == LIMIT_FRAMES)
        give_frames(peer, order);
    struct scenario *scenario = builtin_use(
        mix == LIMIT_SCENARIO ? &peer->scenario : &of_its_own[mix], peer->options, error);
    g_array_set_size(given, of_the_user);
    return scenario;
}

/* A scenario keeps its own numbers and times, and copies without numbers have none. */
static struct scenario *load(const struct limit_peer *peer, const struct limit_order *order,
                             GError **error)
{
    struct limit_order as_it_is = *order;
    struct scenario *scenario = NULL;
    if (order->traffic.mix == LIMIT_SCENARIO)
        as_it_is.timed = false;
    else if (!key_options_has(peer->options, "sequence-start"))
        scenario = load_so(peer, order, true, NULL);
    return scenario != NULL ? scenario : load_so(peer, &as_it_is, false, error);
}

static gboolean fill(const struct limit_peer *peer, struct scenario *scenario, GError **error)
{
    return addressing_fill(scenario, peer->options, &peer->wire, peer->neighbours, error);
}

/* Sends it. */
static gboolean send_order(const struct limit_peer *peer, const struct limit_order *order,
                           struct scenario *scenario, struct limit_outcome *outcome, GError **error)
{
    const struct send_plan plan = plan_of(peer, order);
    struct truth *truth = NULL;
    struct tx_totals *totals = g_new0(struct tx_totals, 1);
    gboolean good = fill(peer, scenario, error);
    if (good) {
        truth = truth_new(scenario);
        good = peer->backend->simulate != NULL
                   ? peer->backend->simulate(scenario, &plan, &peer->wire, truth, totals, error)
                   : sender_run(scenario, &plan, &peer->wire, peer->backend, truth, totals, error);
    }
    outcome->sent = atomic_load(&totals->frames);
    outcome->bits = atomic_load(&totals->bits);
    outcome->late_ns = MAX(totals->lateness.longest_ns, totals->held_back_ns);
    outcome->failed = atomic_load(&totals->failed);
    int64_t time_ns = totals->last - totals->first;
    outcome->rate = outcome->sent > 1 && time_ns > 0
                        ? (double)(outcome->sent - 1) * NS_PER_SECOND / (double)time_ns
                        : order->rate;
    tx_totals_unwatch();
    if (truth != NULL)
        truth_free(truth);
    g_free(totals);
    return good;
}

/* While it sends, it would not hear that the collector is gone. A way so full that the collector
 * cannot be heard loses copies, too: the trial ends then, and tells what it lost.
 *
 * @param quiet  set to whether it ended so. */
static gboolean send_watched(const struct limit_peer *peer, const struct limit_order *order,
                             struct scenario *scenario, struct limit_outcome *outcome, bool *quiet,
                             GError **error)
{
    struct control_watch *watch = control_channel_watch(peer->channel, signals_request_stop);
    gboolean good = send_order(peer, order, scenario, outcome, error);
    enum control_presence presence = control_channel_unwatch(watch);
    if (!good)
        return FALSE;
    *quiet = presence == CONTROL_QUIET && signals_withdraw_stop();
    if (*quiet && !control_channel_confirmed(peer->channel, QUIET_WAIT_MS))
        presence = CONTROL_ABSENT;
    if (presence == CONTROL_ABSENT)
        return fail(
            error, STATUS_FAILED,
            "the collector closed the connection within a trial, or does not answer any more");
    return !signals_stop_requested() || fail(error, STATUS_FAILED, "interrupted");
}

/* Bytes of a frame around its outer IP packet, with FCS. */
static unsigned link_length(const struct scenario *scenario)
{
    enum { ETHERNET = 14, TAG = 4, FCS = 4 };
    const struct session_plan *first = &g_array_index(scenario->sessions, struct session_plan, 0);
    return ETHERNET + TAG * (unsigned)first->stream.outer.tags.count +
           (unsigned)first->fate.appended.len + (first->fate.outer_fcs == CHECK_NONE ? 0 : FCS) +
           FCS;
}

static void take_result(const struct control_message *message, struct limit_outcome *outcome)
{
    const uint64_t *numbers = message->numbers;
    outcome->received = numbers[CONTROL_RECEIVED];
    outcome->late = numbers[CONTROL_LATE];
    outcome->on_the_way = numbers[CONTROL_ON_THE_WAY];
    outcome->interface = numbers[CONTROL_INTERFACE];
    outcome->kernel = numbers[CONTROL_KERNEL];
    outcome->program = numbers[CONTROL_PROGRAM];
    outcome->ring = numbers[CONTROL_RING];
    outcome->backlog = numbers[CONTROL_BACKLOG];
    outcome->timed = numbers[CONTROL_TIMED];
    outcome->delay_ns = (double)(int64_t)numbers[CONTROL_DELAY];
    outcome->jitter_ns = (double)numbers[CONTROL_JITTER];
}

static gboolean make_trial(const struct limit_peer *peer, const struct limit_order *order,
                           struct scenario *scenario, struct limit_outcome *outcome, bool *quiet,
                           GError **error)
{
    struct control_message message;
    const uint64_t length_ms = (uint64_t)(order->seconds * 1000) + CONTROL_WAIT_MS;
    if (!control_channel_send(peer->channel, CONTROL_BEGIN, 1, &length_ms))
        return fail(error, STATUS_FAILED, "the collector closed the connection");
    if (!expect(peer, CONTROL_READY, CONTROL_WAIT_MS, &message, error) ||
        !send_watched(peer, order, scenario, outcome, quiet, error))
        return FALSE;
    if (!control_channel_send(peer->channel, CONTROL_END, 1, &outcome->sent))
        return fail(error, STATUS_FAILED, "the collector closed the connection");
    if (!expect(peer, CONTROL_RESULT, RESULT_WAIT_MS, &message, error))
        return FALSE;
    take_result(&message, outcome);
    return TRUE;
}

/* @param quiet  set to whether the trial ended early, and lost nothing: it says nothing then. */
static gboolean try_once(struct limit_peer *peer, const struct limit_order *order,
                         struct limit_outcome *outcome, bool *quiet, GError **error)
{
    *outcome = (struct limit_outcome){0};
    struct scenario *scenario = load(peer, order, order->timed ? NULL : error);
    *quiet = false;
    if (scenario == NULL)
        return order->timed; /* what the user asks for and times do not go together */
    gboolean good = make_trial(peer, order, scenario, outcome, quiet, error);
    outcome->link_length = link_length(scenario);
    scenario_free(scenario);
    peer->sequence += (uint32_t)(outcome->sent + outcome->failed);
    *quiet = *quiet && limit_lost(outcome) == 0;
    return good;
}

gboolean limit_peer_try(void *context, const struct limit_order *order,
                        struct limit_outcome *outcome, GError **error)
{
    for (unsigned i = 0; i < QUIET_TRIALS_MAX; i++) {
        bool quiet;
        if (!try_once(context, order, outcome, &quiet, error))
            return FALSE;
        if (!quiet)
            return TRUE;
    }
    return fail(error, STATUS_FAILED,
                "in %d trials in a row the collector did not answer on the control connection, "
                "although all copies arrived",
                QUIET_TRIALS_MAX);
}

/* Finds the neighbours to send to, and holds the captures, of what will be sent. */
static gboolean prepare(const struct limit_peer *peer, const struct limit_traffic *traffic,
                        GError **error)
{
    const struct limit_order order = {.traffic = *traffic};
    struct scenario *scenario = load(peer, &order, error);
    if (scenario == NULL)
        return FALSE;
    gboolean good = fill(peer, scenario, error) && confine_command_hold(scenario, error);
    scenario_free(scenario);
    return good;
}

static gboolean prepare_all(const struct limit_peer *peer, GError **error)
{
    static const struct limit_traffic frames = {LIMIT_FRAMES, ANY_SIZE};
    static const struct limit_traffic scenario = {LIMIT_SCENARIO, 0};
    return prepare(peer, &frames, error) &&
           (peer->scenario.path == NULL || prepare(peer, &scenario, error));
}

gboolean limit_peer_open(struct limit_peer *peer, const char *host, unsigned port,
                         const char *key_file, GError **error)
{
    peer->neighbours = addressing_known_new();
    tx_thread_keep_priority();
    peer->interface = peer->backend->open(&peer->wire, error);
    if (peer->interface == NULL ||
        (key_file != NULL && (peer->key = control_key_read(key_file, error)) == NULL))
        return FALSE;
    peer->channel = control_channel_connect(host, port, error);
    return peer->channel != NULL && give_addresses(peer, error) && prepare_all(peer, error);
}

void limit_peer_close(struct limit_peer *peer)
{
    control_channel_close(peer->channel);
    peer->channel = NULL;
    if (peer->interface != NULL)
        peer->backend->close(peer->interface);
    peer->interface = NULL;
    g_clear_pointer(&peer->neighbours, g_array_unref);
    g_clear_pointer(&peer->key, g_free);
    scenario_source_clear(&peer->scenario);
}
