/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interface through AF_XDP. An XDP program passes packets that concern ERSPAN to the socket of
 * their queue before the kernel allocates a packet buffer. The driver writes the bytes into this
 * program's memory if it can (zero copy), else the kernel copies them there.
 *
 * The kernel gives no arrival time: packets get the time at which they are read, in batches.
 */
#include <errno.h>
#include <linux/if_xdp.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <xdp/xsk.h>

#include "collector/source/packet-filter.h"
#include "collector/source/source.h"
#include "collector/source/xdp-program.h"
#include "common/errors.h"
#include "core/base/time-units.h"
#include "core/wire/link.h"
#include "receive_bpf.skel.h"

/* Packets of several chunks: Linux 6.6, newer than the headers of Debian 12. */
#ifndef XDP_USE_SG
#define XDP_USE_SG    (1 << 4)
#define XDP_PKT_CONTD (1 << 0)
#endif

enum {
    CHUNK_SIZE = XSK_UMEM__DEFAULT_FRAME_SIZE,
    CHUNKS_MIN = 256,
    CHUNKS_MAX = 1 << 20,
    BATCH = 256,
    NO_CHUNK = -1
};

struct source_xdp {
    struct source source;
    char *interface;
    struct xdp_program *program; /* owns the skeleton */
    const struct receive_bpf *skeleton;
    bool is_first; /* of the queues: it tells what the program counts for all */
    struct packet_filter *filter;
    size_t snap;
    uint32_t chunks; /* a power of two */
    uint8_t *area;   /* of chunks */
    struct xsk_umem *umem;
    struct xsk_socket *socket;
    struct xsk_ring_prod fill; /* chunks for the kernel */
    struct xsk_ring_cons completion;
    struct xsk_ring_cons received;
    int64_t first_chunk;  /* of a packet whose end has not arrived; NO_CHUNK: none */
    struct packet packet; /* being received, or the last one */
    int wrong;            /* an errno that the socket told; 0: none */
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* The ring has room for all chunks. */
static void give_back(struct source_xdp *live, uint64_t address)
{
    uint32_t index;
    if (xsk_ring_prod__reserve(&live->fill, 1, &index) != 1)
        return;
    *xsk_ring_prod__fill_addr(&live->fill, index) = address - address % CHUNK_SIZE;
    xsk_ring_prod__submit(&live->fill, 1);
}

static void begin_packet(struct source_xdp *live, const struct xdp_desc *chunk, int64_t time_ns)
{
    live->first_chunk = (int64_t)chunk->addr;
    live->packet.number++;
    live->packet.time_ns = time_ns;
    live->packet.bytes = (struct bytes){live->area + chunk->addr, MIN(chunk->len, live->snap)};
    live->packet.length = 0;
}

/* A packet may span several chunks. All headers lie in the first. */
static void take_chunk(struct source_xdp *live, const struct packet_sink *sink,
                       const struct xdp_desc *chunk, int64_t time_ns)
{
    bool is_first = live->first_chunk == NO_CHUNK;
    if (is_first)
        begin_packet(live, chunk, time_ns);
    else
        give_back(live, chunk->addr);
    live->packet.length += chunk->len;
    if (chunk->options & XDP_PKT_CONTD)
        return;
    if (packet_filter_passes(live->filter, &live->packet))
        packet_put(sink, &live->packet);
    give_back(live, (uint64_t)live->first_chunk);
    live->first_chunk = NO_CHUNK;
}

/* poll() does not report that an interface was removed; the socket does, once. What had come before
 * is taken first: both may be there after one wait. */
static enum source_state wait_for_packets(struct source_xdp *live, GError **error)
{
    struct pollfd waiting = {.fd = xsk_socket__fd(live->socket), .events = POLLIN};
    socklen_t length = sizeof live->wrong;
    if (poll(&waiting, 1, SOURCE_WAIT_MS) > 0 && !(waiting.revents & (POLLERR | POLLHUP)))
        return SOURCE_MORE;
    if (live->wrong == 0)
        getsockopt(waiting.fd, SOL_SOCKET, SO_ERROR, &live->wrong, &length);
    if (live->wrong == 0 || xsk_cons_nb_avail(&live->received, 1) > 0)
        return SOURCE_MORE;
    fail(error, STATUS_FAILED, "%s: the interface is gone", live->interface);
    return SOURCE_FAILED;
}

static enum source_state xdp_dispatch(struct source *source, const struct packet_sink *sink,
                                      size_t limit, GError **error)
{
    struct source_xdp *live = (struct source_xdp *)source;
    uint32_t index;
    uint32_t count =
        xsk_ring_cons__peek(&live->received, (uint32_t)MIN(limit, (size_t)BATCH), &index);
    if (count == 0)
        return wait_for_packets(live, error);
    int64_t time_ns = now_ns();
    for (uint32_t i = 0; i < count; i++)
        take_chunk(live, sink, xsk_ring_cons__rx_desc(&live->received, index + i), time_ns);
    xsk_ring_cons__release(&live->received, count);
    return SOURCE_MORE;
}

static void xdp_statistics(struct source *source, struct source_statistics *statistics)
{
    const struct source_xdp *live = (const struct source_xdp *)source;
    struct xdp_statistics counts = {0};
    socklen_t length = sizeof counts;
    getsockopt(xsk_socket__fd(live->socket), SOL_XDP, XDP_STATISTICS, &counts, &length);
    uint64_t dropped = counts.rx_dropped + counts.rx_ring_full;
    *statistics = (struct source_statistics){
        .received = live->packet.number + dropped,
        .dropped = dropped,
        .in_interface = dropped,
        .unread = live->is_first ? xdp_program_total(live->skeleton->maps.unread, 0) : 0,
        .unread_by = "xdp",
    };
}

static void xdp_close(struct source *source)
{
    struct source_xdp *live = (struct source_xdp *)source;
    if (live->socket != NULL)
        xsk_socket__delete(live->socket);
    if (live->umem != NULL)
        xsk_umem__delete(live->umem);
    if (live->area != NULL)
        munmap(live->area, (size_t)live->chunks * CHUNK_SIZE);
    if (live->program != NULL)
        xdp_program_unref(live->program);
    packet_filter_free(live->filter);
    g_free(live->interface);
    g_free(live);
}

static const struct source_class xdp_copy_class = {
    .name = "AF_XDP, copied by the kernel",
    .live = true,
    .dispatch = xdp_dispatch,
    .statistics = xdp_statistics,
    .close = xdp_close,
};

static const struct source_class xdp_zero_copy_class = {
    .name = "AF_XDP, zero copy",
    .live = true,
    .dispatch = xdp_dispatch,
    .statistics = xdp_statistics,
    .close = xdp_close,
};

/* libxdp returns negative errno values. */
static gboolean fail_step(const struct source_xdp *live, const char *what, int result,
                          GError **error)
{
    return fail(error, STATUS_FAILED, "%s: %s: %s", live->interface, what, g_strerror(-result));
}

static gboolean make_area(struct source_xdp *live, size_t buffer, GError **error)
{
    live->chunks = CHUNKS_MIN;
    while (live->chunks < CHUNKS_MAX && (size_t)live->chunks * 2 * CHUNK_SIZE <= buffer)
        live->chunks *= 2;
    void *area = mmap(NULL, (size_t)live->chunks * CHUNK_SIZE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        return fail_step(live, "memory for packets", -errno, error);
    live->area = area;
    const struct xsk_umem_config config = {
        .fill_size = live->chunks,
        .comp_size = CHUNKS_MIN,
        .frame_size = CHUNK_SIZE,
    };
    int result = xsk_umem__create(&live->umem, live->area, (uint64_t)live->chunks * CHUNK_SIZE,
                                  &live->fill, &live->completion, &config);
    return result == 0 || fail_step(live, "AF_XDP", result, error);
}

/* Accepts packets of several chunks if the kernel supports them. */
static gboolean make_socket(struct source_xdp *live, unsigned queue, GError **error)
{
    struct xsk_socket_config config = {
        .rx_size = live->chunks,
        .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
        .bind_flags = XDP_USE_NEED_WAKEUP | XDP_USE_SG,
    };
    int result = xsk_socket__create(&live->socket, live->interface, queue, live->umem,
                                    &live->received, NULL, &config);
    if (result == -EINVAL) {
        config.bind_flags = XDP_USE_NEED_WAKEUP;
        result = xsk_socket__create(&live->socket, live->interface, queue, live->umem,
                                    &live->received, NULL, &config);
    }
    if (result != 0)
        return fail_step(live, "AF_XDP", result, error);
    result = xsk_socket__update_xskmap(live->socket, bpf_map__fd(live->skeleton->maps.sockets));
    return result == 0 || fail_step(live, "AF_XDP", result, error);
}

static bool is_zero_copy(const struct source_xdp *live)
{
    struct xdp_options options = {0};
    socklen_t length = sizeof options;
    return getsockopt(xsk_socket__fd(live->socket), SOL_XDP, XDP_OPTIONS, &options, &length) == 0 &&
           (options.flags & XDP_OPTIONS_ZEROCOPY) != 0;
}

static struct source_xdp *open_queue(const struct receive_plan *plan, struct xdp_program *program,
                                     const struct receive_bpf *skeleton, unsigned queue,
                                     GError **error)
{
    struct source_xdp *live = g_new0(struct source_xdp, 1);
    live->source.class = &xdp_copy_class;
    live->interface = g_strdup(plan->interface);
    live->program = xdp_program_ref(program);
    live->skeleton = skeleton;
    live->snap = plan->snap;
    live->first_chunk = NO_CHUNK;
    live->packet.link = LINK_ETHERNET;
    live->filter = packet_filter_new(plan->filter, error);
    if (live->filter == NULL || !make_area(live, plan->buffer, error) ||
        !make_socket(live, queue, error)) {
        xdp_close(&live->source);
        return NULL;
    }
    for (uint32_t chunk = 0; chunk < live->chunks; chunk++)
        give_back(live, (uint64_t)chunk * CHUNK_SIZE);
    if (is_zero_copy(live))
        live->source.class = &xdp_zero_copy_class;
    return live;
}

static void destroy(void *skeleton)
{
    receive_bpf__destroy(skeleton);
}

gboolean source_xdp_open(const struct receive_plan *plan, GPtrArray *sources, GError **error)
{
    xdp_program_be_quiet();
    struct receive_bpf *skeleton = receive_bpf__open();
    const struct xdp_skeleton opened = {
        .skeleton = skeleton,
        .object = skeleton != NULL ? skeleton->skeleton : NULL,
        .program = skeleton != NULL ? skeleton->progs.receive : NULL,
        .destroy = destroy,
    };
    struct xdp_program *program = xdp_program_attach(plan->interface, &opened, error);
    if (program == NULL)
        return FALSE;
    unsigned queues = xdp_queue_count(plan->interface);
    struct receive_plan share = *plan;
    share.buffer /= queues;
    gboolean good = TRUE;
    for (unsigned queue = 0; queue < queues && good; queue++) {
        struct source_xdp *live = open_queue(&share, program, skeleton, queue, error);
        good = live != NULL;
        if (good) {
            live->is_first = queue == 0;
            g_ptr_array_add(sources, &live->source);
        }
    }
    xdp_program_unref(program);
    return good;
}
