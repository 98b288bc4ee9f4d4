/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-pipe.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "common/signals.h"
#include "core/base/time-units.h"

enum {
    CHECK_MS = 20, /* between two checks whether to give up */
    CHECK_US = 20000,
    STALLED_US = 2 * US_PER_SECOND, /* a reader that takes nothing for so long is given up */
    AFTER_SIGNAL_US = US_PER_SECOND / 2,
    LEAVE_US = US_PER_SECOND / 5 /* the thread notices by then that it is given up */
};

struct packet_pipe {
    int fd;
    bool waits;
    GThread *thread;
    GMutex lock;
    GCond changed;
    /* under the lock */
    struct packet_buffer filling;
    uint64_t taken; /* bytes that the pipe took */
    uint64_t unwritten;
    int wrong;
    bool ending;
    bool given_up;
    bool done;
    /* the thread's */
    struct packet_buffer draining;
};

static bool is_given_up(struct packet_pipe *pipe)
{
    g_mutex_lock(&pipe->lock);
    bool given_up = pipe->given_up;
    g_mutex_unlock(&pipe->lock);
    return given_up;
}

static void note_taken(struct packet_pipe *pipe, size_t count)
{
    g_mutex_lock(&pipe->lock);
    pipe->taken += count;
    g_mutex_unlock(&pipe->lock);
}

/* Where poll() says that a pipe can be written to, it has room for PIPE_BUF bytes: no write waits.
 * Returns what was written. */
static size_t drain(struct packet_pipe *pipe, int *wrong)
{
    size_t written = 0;
    *wrong = 0;
    while (written < pipe->draining.length && !is_given_up(pipe)) {
        struct pollfd ready = {.fd = pipe->fd, .events = POLLOUT};
        if (poll(&ready, 1, CHECK_MS) <= 0)
            continue;
        ssize_t count = write(pipe->fd, pipe->draining.bytes + written,
                              MIN((size_t)PIPE_BUF, pipe->draining.length - written));
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (count <= 0) {
            *wrong = count == 0 ? EIO : errno;
            break;
        }
        written += (size_t)count;
        note_taken(pipe, (size_t)count);
    }
    return written;
}

/* True if there is something to write now. */
static bool take_over(struct packet_pipe *pipe)
{
    g_mutex_lock(&pipe->lock);
    while (pipe->filling.length == 0 && !pipe->ending)
        g_cond_wait(&pipe->changed, &pipe->lock);
    struct packet_buffer full = pipe->filling;
    pipe->filling = pipe->draining;
    pipe->draining = full;
    g_cond_broadcast(&pipe->changed);
    g_mutex_unlock(&pipe->lock);
    return full.length > 0;
}

static gpointer run(gpointer data)
{
    struct packet_pipe *pipe = data;
    int wrong = 0;
    while (wrong == 0 && !is_given_up(pipe) && take_over(pipe)) {
        size_t written = drain(pipe, &wrong);
        packet_buffer_remove(&pipe->draining, written);
        g_mutex_lock(&pipe->lock);
        pipe->unwritten += pipe->draining.packets;
        g_mutex_unlock(&pipe->lock);
        packet_buffer_empty(&pipe->draining);
    }
    g_mutex_lock(&pipe->lock);
    pipe->wrong = wrong;
    pipe->unwritten += pipe->filling.packets;
    packet_buffer_empty(&pipe->filling);
    pipe->done = true;
    g_cond_broadcast(&pipe->changed);
    g_mutex_unlock(&pipe->lock);
    return NULL;
}

struct packet_pipe *packet_pipe_new(int fd, size_t limit, bool waits)
{
    struct packet_pipe *pipe = g_new0(struct packet_pipe, 1);
    pipe->fd = fd;
    pipe->waits = waits;
    pipe->filling.limit = limit / 2;
    pipe->draining.limit = limit / 2;
    g_mutex_init(&pipe->lock);
    g_cond_init(&pipe->changed);
    return pipe;
}

static void wait_a_moment(struct packet_pipe *pipe)
{
    g_cond_wait_until(&pipe->changed, &pipe->lock, g_get_monotonic_time() + CHECK_US);
}

struct packet_buffer *packet_pipe_lock(struct packet_pipe *pipe, size_t size)
{
    g_mutex_lock(&pipe->lock);
    if (pipe->thread == NULL) /* not before: it has the confinement of who begins it */
        pipe->thread = signals_block_thread("write", run, pipe);
    while (!pipe->done) {
        if (packet_buffer_reserve(&pipe->filling, size))
            return &pipe->filling;
        if (!pipe->waits || signals_stop_requested())
            break;
        wait_a_moment(pipe);
    }
    g_mutex_unlock(&pipe->lock);
    return NULL;
}

void packet_pipe_unlock(struct packet_pipe *pipe)
{
    g_cond_broadcast(&pipe->changed);
    g_mutex_unlock(&pipe->lock);
}

int packet_pipe_wrong(struct packet_pipe *pipe)
{
    g_mutex_lock(&pipe->lock);
    int wrong = pipe->wrong;
    g_mutex_unlock(&pipe->lock);
    return wrong;
}

/* Under the lock: waits until all is written, or as long as it may take. */
static void wait_for_reader(struct packet_pipe *pipe)
{
    gint64 moved_us = g_get_monotonic_time();
    gint64 signal_us = 0;
    uint64_t taken = pipe->taken;
    while (!pipe->done) {
        wait_a_moment(pipe);
        gint64 now_us = g_get_monotonic_time();
        if (pipe->taken != taken)
            moved_us = now_us;
        taken = pipe->taken;
        if (signals_stop_requested() && signal_us == 0)
            signal_us = now_us;
        if ((signal_us != 0 && now_us - signal_us >= AFTER_SIGNAL_US) || signals_hurry() ||
            (!pipe->waits && now_us - moved_us >= STALLED_US))
            return;
    }
}

struct packet_pipe_counts packet_pipe_end(struct packet_pipe *pipe)
{
    g_mutex_lock(&pipe->lock);
    pipe->ending = true;
    pipe->done |= pipe->thread == NULL;
    g_cond_broadcast(&pipe->changed);
    wait_for_reader(pipe);
    pipe->given_up = true;
    gint64 leave_us = g_get_monotonic_time() + LEAVE_US;
    while (!pipe->done && g_cond_wait_until(&pipe->changed, &pipe->lock, leave_us))
        ;
    struct packet_pipe_counts counts = {pipe->unwritten, pipe->wrong};
    bool done = pipe->done;
    if (!done) /* it waits inside write(), for a terminal that is stopped: it ends with the process
                */
        counts.unwritten += pipe->filling.packets + pipe->draining.packets;
    g_mutex_unlock(&pipe->lock);
    if (!done)
        return counts;
    if (pipe->thread != NULL)
        g_thread_join(pipe->thread);
    packet_buffer_clear(&pipe->filling);
    packet_buffer_clear(&pipe->draining);
    g_mutex_clear(&pipe->lock);
    g_cond_clear(&pipe->changed);
    g_free(pipe);
    return counts;
}
