/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AF_XDP in copy mode, which every driver supports. The kernel copies each frame from a ring that
 * it shares with this program, and reports whether the driver took it. Zero-copy mode reports
 * nothing.
 */
#include "generator/send/backend.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <xdp/xsk.h>

#include "generator/send/monotonic.h"

enum { CHUNKS = 2048, CHUNK_LENGTH = 4096, AREA_LENGTH = CHUNKS * CHUNK_LENGTH };

/* A frame fails when the driver takes nothing for a second. */
static const int64_t longest_wait_ns = NS_PER_SECOND;

struct xdp_socket {
    const struct egress *egress;
    uint8_t *area;
    struct xsk_umem *umem; /* NULL: not open */
    struct xsk_socket *socket;
    struct xsk_ring_prod fill; /* not used for receiving, but AF_XDP requires it */
    struct xsk_ring_cons completed;
    struct xsk_ring_prod ring;
    uint64_t chunks[CHUNKS]; /* the free ones, by offset */
    size_t free_count;
};

static void close_socket(struct xdp_socket *xdp)
{
    if (xdp->socket != NULL)
        xsk_socket__delete(xdp->socket);
    if (xdp->umem != NULL)
        xsk_umem__delete(xdp->umem);
    xdp->socket = NULL;
    xdp->umem = NULL;
}

/* 0 or an errno. */
static int open_socket(struct xdp_socket *xdp)
{
    const struct xsk_umem_config area = {
        .fill_size = CHUNKS, .comp_size = CHUNKS, .frame_size = CHUNK_LENGTH};
    const struct xsk_socket_config config = {
        .tx_size = CHUNKS,
        .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
        .bind_flags = XDP_COPY | XDP_USE_NEED_WAKEUP,
    };
    xdp->fill = xdp->ring = (struct xsk_ring_prod){0};
    xdp->completed = (struct xsk_ring_cons){0};
    for (xdp->free_count = 0; xdp->free_count < CHUNKS; xdp->free_count++)
        xdp->chunks[xdp->free_count] = xdp->free_count * CHUNK_LENGTH;
    int status =
        xsk_umem__create(&xdp->umem, xdp->area, AREA_LENGTH, &xdp->fill, &xdp->completed, &area);
    if (status == 0)
        status = xsk_socket__create(&xdp->socket, xdp->egress->name, 0, xdp->umem, NULL, &xdp->ring,
                                    &config);
    if (status != 0)
        close_socket(xdp);
    return -status;
}

static void close_xdp(void *state)
{
    struct xdp_socket *xdp = state;
    close_socket(xdp);
    munmap(xdp->area, AREA_LENGTH);
    g_free(xdp);
}

/* The kernel releases a socket only some time after it was closed. */
static int open_socket_patiently(struct xdp_socket *xdp)
{
    int64_t until = monotonic_now() + longest_wait_ns;
    struct backoff backoff = {0};
    int number;
    while ((number = open_socket(xdp)) == EBUSY && monotonic_now() < until)
        backoff_wait(&backoff);
    return number;
}

static void *open_xdp(const struct egress *egress, GError **error)
{
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    void *area =
        mmap(NULL, AREA_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) {
        backend_refused(egress, "AF_XDP", errno, error);
        return NULL;
    }
    struct xdp_socket *xdp = g_new0(struct xdp_socket, 1);
    xdp->egress = egress;
    xdp->area = area;
    setrlimit(RLIMIT_MEMLOCK, &unlimited); /* which older kernels count */
    int number = open_socket_patiently(xdp);
    if (number == 0)
        return xdp;
    backend_refused(egress, "AF_XDP", number, error);
    close_xdp(xdp);
    return NULL;
}

/* Takes back the chunks of frames that were sent. */
static void reclaim(struct xdp_socket *xdp)
{
    uint32_t at = 0;
    uint32_t count = xsk_ring_cons__peek(&xdp->completed, CHUNKS, &at);
    for (uint32_t i = 0; i < count; i++)
        xdp->chunks[xdp->free_count++] = *xsk_ring_cons__comp_addr(&xdp->completed, at + i);
    xsk_ring_cons__release(&xdp->completed, count);
}

/* Waits until this many are free. Returns false after a timeout. */
static bool wait_for_chunks(struct xdp_socket *xdp, size_t count)
{
    int64_t until = monotonic_now() + longest_wait_ns;
    struct backoff backoff = {0};
    reclaim(xdp);
    while (xdp->free_count < count && monotonic_now() < until) {
        backoff_wait(&backoff);
        reclaim(xdp);
    }
    return xdp->free_count >= count;
}

/* Which frames of a batch were put into the ring. */
struct ring_batch {
    uint32_t begin; /* of the first, as the ring counts */
    uint32_t count;
    int *outcomes[BATCH_MAX];
};

static void put(struct xdp_socket *xdp, const struct bytes *frames, size_t count, int *outcomes,
                struct ring_batch *batch)
{
    batch->begin = __atomic_load_n(xdp->ring.producer, __ATOMIC_RELAXED);
    batch->count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t at;
        outcomes[i] = frames[i].len > CHUNK_LENGTH ? EFBIG : 0;
        if (outcomes[i] != 0 || xsk_ring_prod__reserve(&xdp->ring, 1, &at) != 1)
            continue;
        uint64_t chunk = xdp->chunks[--xdp->free_count];
        memcpy(xdp->area + chunk, frames[i].data, frames[i].len);
        *xsk_ring_prod__tx_desc(&xdp->ring, at) =
            (struct xdp_desc){.addr = chunk, .len = (uint32_t)frames[i].len};
        batch->outcomes[batch->count++] = &outcomes[i];
    }
    xsk_ring_prod__submit(&xdp->ring, batch->count);
}

/* The driver tried the frame behind the first @p taken last, and dropped it. If the ring has moved
 * on, it was the last frame that the ring counts as taken. */
static uint32_t note_drop(const struct ring_batch *batch, uint32_t taken, uint32_t taken_now)
{
    if (taken_now == taken)
        taken_now++;
    *batch->outcomes[taken_now - 1] = EBUSY;
    return taken_now;
}

static void fail_rest(const struct ring_batch *batch, uint32_t taken, int number)
{
    for (; taken < batch->count; taken++)
        *batch->outcomes[taken] = number;
}

/* Asks the kernel to send the frames in the ring. Returns false if the kernel leaves frames in it.
 */
static bool kick(struct xdp_socket *xdp, const struct ring_batch *batch)
{
    int64_t until = monotonic_now() + longest_wait_ns;
    uint32_t taken = 0;
    while (taken < batch->count) {
        int number =
            sendto(xsk_socket__fd(xdp->socket), NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? errno : 0;
        uint32_t now = __atomic_load_n(xdp->ring.consumer, __ATOMIC_ACQUIRE) - batch->begin;
        if (number == EBUSY)
            taken = note_drop(batch, taken, now);
        else
            taken = MAX(taken, now);
        bool stuck = number != 0 && number != EBUSY && number != EAGAIN && number != EINTR;
        if (taken < batch->count && (stuck || monotonic_now() > until)) {
            fail_rest(batch, taken, stuck ? number : EAGAIN);
            return false;
        }
    }
    return true;
}

static void send_frames(void *state, const struct bytes *frames, size_t count, int *outcomes)
{
    struct xdp_socket *xdp = state;
    struct ring_batch batch;
    int number = xdp->socket == NULL ? open_socket(xdp) : 0;
    if (number == 0 && !wait_for_chunks(xdp, count))
        number = ENOBUFS;
    if (number != 0) {
        for (size_t i = 0; i < count; i++)
            outcomes[i] = number;
        return;
    }
    put(xdp, frames, count, outcomes, &batch);
    /* Frames cannot be taken out of the ring, and must not leave after they were counted as
     * failed. A new socket has a new ring. */
    if (!kick(xdp, &batch))
        close_socket(xdp);
}

const struct backend backend_af_xdp = {
    .name = "af-xdp",
    .help = "AF_XDP socket in copy mode; frames of up to 4096 bytes",
    .makes_xdp_sockets = true,
    .open = open_xdp,
    .send = send_frames,
    .close = close_xdp,
};
