/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/serve.h"

#include <unistd.h>

#include "common/control/control-channel.h"
#include "common/control/control-key.h"
#include "common/errors.h"
#include "core/base/time-units.h"

enum {
    STILL_LOOK_US = 50000, /* between two looks at what still comes after a trial */
    STILL_LOOKS = 10,      /* without a new copy: nothing more comes */
    TRIAL_MS_MAX = 3600000
};

static const int64_t wait_us = CONTROL_WAIT_MS * US_PER_MS;

/* The generator waits for CONTROL_WAIT_MS: what still comes then is not waited for. */
static const int64_t copies_wait_us_max = 3000000;

enum phase { AWAITS_KEY, BETWEEN_TRIALS, IN_TRIAL };

struct serve {
    int listener;
    char *key; /* NULL: none is needed */
    struct control_channel *peer;
    enum phase phase;
    int64_t deadline_us;  /* monotonic: the generator must have sent a message by then */
    int64_t trial_end_us; /* likewise: a trial is over by then */
    uint64_t numbers[CONTROL_KEY_NUMBERS];
    struct snapshot before; /* in a trial */
};

void serve_plan_clear(struct serve_plan *plan)
{
    g_free(plan->address);
    g_free(plan->key_file);
}

struct serve *serve_open(const struct serve_plan *plan, GError **error)
{
    char *key = NULL;
    if (plan->key_file != NULL && (key = control_key_read(plan->key_file, error)) == NULL)
        return NULL;
    int listener = control_channel_listen(plan->address, (unsigned)plan->port, error);
    if (listener < 0) {
        g_free(key);
        return NULL;
    }
    struct serve *serve = g_new0(struct serve, 1);
    serve->listener = listener;
    serve->key = key;
    g_printerr("%s: waits for erspangen limit at TCP port %d%s\n", g_get_prgname(), plan->port,
               key == NULL ? ", from anyone: see --control-key" : "");
    return serve;
}

static void expect_within(struct serve *serve, int64_t us)
{
    serve->deadline_us = g_get_monotonic_time() + us;
}

static void hang_up(struct serve *serve, const char *why)
{
    if (serve->phase == IN_TRIAL)
        snapshot_clear(&serve->before);
    control_channel_close(serve->peer);
    serve->peer = NULL;
    g_printerr("%s: the limit test ended%s%s\n", g_get_prgname(), why != NULL ? ": " : "",
               why != NULL ? why : "");
}

static void refuse(struct control_channel *channel, enum control_refusal why)
{
    const uint64_t number = why;
    control_channel_send(channel, CONTROL_REFUSE, 1, &number);
}

static void send_hello(struct serve *serve)
{
    char address[CONTROL_ADDRESS_MAX];
    control_channel_peer_address(serve->peer, address);
    g_printerr("%s: a generator connected from %s\n", g_get_prgname(), address);
    serve->phase = AWAITS_KEY;
    expect_within(serve, wait_us);
    uint64_t hello[2 + CONTROL_KEY_NUMBERS] = {CONTROL_VERSION, serve->key != NULL};
    if (!control_key_draw(serve->numbers)) {
        hang_up(serve, "the kernel gives no random numbers");
        return;
    }
    for (unsigned i = 0; i < CONTROL_KEY_NUMBERS; i++)
        hello[2 + i] = serve->numbers[i];
    control_channel_send(serve->peer, CONTROL_HELLO, G_N_ELEMENTS(hello), hello);
}

static void accept_generator(struct serve *serve)
{
    struct control_channel *caller = control_channel_accept(serve->listener);
    if (caller == NULL)
        return;
    if (serve->peer != NULL) {
        refuse(caller, CONTROL_BUSY);
        control_channel_close(caller);
        return;
    }
    serve->peer = caller;
    send_hello(serve);
}

static void check_key(struct serve *serve, const struct serve_meter *meter,
                      const struct control_message *message)
{
    const uint64_t welcome[] = {meter->mtu, meter->receiver, control_key_host(serve->numbers)};
    if (message->numbers[0] != CONTROL_VERSION) {
        refuse(serve->peer, CONTROL_OTHER_VERSION);
        hang_up(serve, "the generator is of another version");
    } else if (serve->key != NULL &&
               !control_key_verify(serve->key, serve->numbers, &message->numbers[1])) {
        refuse(serve->peer, CONTROL_WRONG_KEY);
        hang_up(serve, "the generator has not the key");
    } else {
        serve->phase = BETWEEN_TRIALS;
        expect_within(serve, wait_us);
        control_channel_send(serve->peer, CONTROL_WELCOME, G_N_ELEMENTS(welcome), welcome);
    }
}

static void begin_trial(struct serve *serve, const struct serve_meter *meter, uint64_t length_ms)
{
    meter->look(meter->context, &serve->before);
    serve->phase = IN_TRIAL;
    expect_within(serve, wait_us);
    serve->trial_end_us = serve->deadline_us + (int64_t)MIN(length_ms, TRIAL_MS_MAX) * US_PER_MS;
    control_channel_send(serve->peer, CONTROL_READY, 0, NULL);
}

/* The generator is there, but no trial lasts for ever. */
static void extend_trial(struct serve *serve)
{
    if (g_get_monotonic_time() < serve->trial_end_us)
        expect_within(serve, wait_us);
}

static uint64_t received_since(const struct snapshot *before, const struct snapshot *now)
{
    return now->all.counts.copies - before->all.counts.copies;
}

/* Takes snapshots until all that was sent has come, or nothing more comes. */
static void wait_for_copies(struct serve *serve, const struct serve_meter *meter, uint64_t sent,
                            struct snapshot *now)
{
    unsigned still = 0;
    int64_t end_us = g_get_monotonic_time() + copies_wait_us_max;
    meter->look(meter->context, now);
    while (still < STILL_LOOKS && g_get_monotonic_time() < end_us) {
        uint64_t received = received_since(&serve->before, now);
        if (received >= sent)
            return;
        g_usleep(STILL_LOOK_US);
        snapshot_clear(now);
        meter->look(meter->context, now);
        still = received_since(&serve->before, now) == received ? still + 1 : 0;
    }
}

struct delays {
    uint64_t copies;
    double mean_ns;
    double jitter_ns; /* of the session that has most of them */
};

/* Of the copies that say when they were made. */
static struct delays delays_of(const struct snapshot *trial)
{
    struct delays all = {0};
    uint64_t most = 0;
    for (guint i = 0; i < trial->entries->len; i++) {
        const struct session_state *one = &snapshot_session(trial, i)->state;
        if (one->delays == 0)
            continue;
        all.copies += one->delays;
        all.mean_ns +=
            (one->delay_mean_ns - all.mean_ns) * (double)one->delays / (double)all.copies;
        if (one->delays > most)
            all.jitter_ns = one->jitter_ns;
        most = MAX(most, one->delays);
    }
    return all;
}

static void end_trial(struct serve *serve, const struct serve_meter *meter, uint64_t sent)
{
    struct snapshot now;
    struct snapshot trial;
    wait_for_copies(serve, meter, sent, &now);
    snapshot_between(&serve->before, &now, &trial);
    uint64_t received = received_since(&serve->before, &now);
    const struct own_drops own = {trial.source.dropped, trial.source.in_interface,
                                  trial.unfollowed};
    struct losses losses =
        losses_attribute(sent > received ? sent - received : 0, &trial.drops, &own);
    const struct delays delays = delays_of(&trial);
    int64_t late = loss_signed(trial.all.sequence.late);
    const uint64_t counts[CONTROL_COUNTS] = {
        [CONTROL_RECEIVED] = received,
        [CONTROL_LATE] = late > 0 ? (uint64_t)late : 0,
        [CONTROL_ON_THE_WAY] = losses.on_the_way,
        [CONTROL_INTERFACE] = losses.interface,
        [CONTROL_KERNEL] = losses.kernel,
        [CONTROL_PROGRAM] = losses.program,
        [CONTROL_RING] = trial.source.dropped,
        [CONTROL_BACKLOG] = trial.drops.backlog,
        [CONTROL_TIMED] = delays.copies,
        [CONTROL_DELAY] = (uint64_t)(int64_t)delays.mean_ns,
        [CONTROL_JITTER] = (uint64_t)delays.jitter_ns,
    };
    snapshot_clear(&trial);
    snapshot_clear(&now);
    snapshot_clear(&serve->before);
    serve->phase = BETWEEN_TRIALS;
    expect_within(serve, wait_us);
    control_channel_send(serve->peer, CONTROL_RESULT, CONTROL_COUNTS, counts);
}

static void answer(struct serve *serve, const struct serve_meter *meter,
                   const struct control_message *message)
{
    if (serve->phase == AWAITS_KEY && message->verb == CONTROL_KEY)
        check_key(serve, meter, message);
    else if (serve->phase == BETWEEN_TRIALS && message->verb == CONTROL_BEGIN)
        begin_trial(serve, meter, message->numbers[0]);
    else if (serve->phase == IN_TRIAL && message->verb == CONTROL_STILL)
        extend_trial(serve);
    else if (serve->phase == IN_TRIAL && message->verb == CONTROL_END)
        end_trial(serve, meter, message->numbers[0]);
    else
        hang_up(serve, "a message came out of turn");
}

static void take_messages(struct serve *serve, const struct serve_meter *meter)
{
    while (serve->peer != NULL) {
        struct control_message message;
        switch (control_channel_receive(serve->peer, 0, &message)) {
        case CONTROL_MESSAGE:
            answer(serve, meter, &message);
            break;
        case CONTROL_GONE:
            hang_up(serve, serve->phase == IN_TRIAL
                               ? "the generator closed the connection during a trial"
                               : NULL);
            break;
        case CONTROL_GARBAGE:
            hang_up(serve, "what came is no message of a generator");
            break;
        case CONTROL_NOTHING:
            if (g_get_monotonic_time() > serve->deadline_us)
                hang_up(serve, "the generator sent nothing for too long");
            return;
        }
    }
}

/* A peer that hung up before another called keeps it from nothing. */
void serve_step(struct serve *serve, const struct serve_meter *meter)
{
    take_messages(serve, meter);
    accept_generator(serve);
    take_messages(serve, meter);
}

void serve_close(struct serve *serve)
{
    if (serve == NULL)
        return;
    if (serve->peer != NULL)
        hang_up(serve, "this run ends");
    close(serve->listener);
    g_free(serve->key);
    g_free(serve);
}
