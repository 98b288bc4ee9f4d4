/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/extcap/extcap-capture.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collector/extcap/extcap-pipe.h"
#include "collector/extcap/extcap-toolbar.h"
#include "collector/extcap/extcap-writer.h"
#include "collector/source/source.h"
#include "common/confinement/confinement.h"
#include "common/errors.h"
#include "common/signals.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"

enum {
    BUFFER = 64 << 20,  /* bytes between kernel and program */
    BATCH = 4096,       /* packets between two looks at the clock */
    MEMORY = 256 << 20, /* bytes for sessions and copies, and again for the report */
    LOOK_US = US_PER_SECOND,
    LOOKS_OF_STATISTICS = 5
};

struct capture {
    const struct extcap_options *options;
    struct extcap_toolbar toolbar;
    struct extcap_writer *writer;
    struct source *source;
    struct packet_processor *processor;
    unsigned looks;
};

/* Waits for the one who reads. */
static int open_fifo(const char *path, GError **error)
{
    return strcmp(path, "-") == 0 ? STDOUT_FILENO : extcap_pipe_open(path, O_WRONLY, error);
}

/* Wireshark runs as a user who has none of dumpcap's rights. */
static void explain_right(GError **error)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    bool may = fd >= 0;
    if (may)
        close(fd);
    if (may || length <= 0)
        return;
    program[length] = '\0';
    fail(error, STATUS_FAILED,
         "to let it capture as users may with dumpcap: setcap cap_net_raw+ep %s", program);
}

static struct source *open_source(const struct extcap_options *options, GError **error)
{
    const struct receive_plan plan = {
        .interface = options->interface,
        .filter = options->filter,
        .snap = options->snap,
        .buffer = BUFFER,
        .threads = 1,
    };
    GPtrArray *sources = g_ptr_array_new();
    gboolean good = source_pcap_open(&plan, sources, error);
    struct source *source = sources->len > 0 ? g_ptr_array_index(sources, 0) : NULL;
    g_ptr_array_free(sources, TRUE);
    if (good)
        return source;
    source_close(source);
    explain_right(error);
    return NULL;
}

static void show(struct capture *capture, const struct snapshot *snapshot)
{
    const struct report_session *all = &snapshot->all;
    uint64_t dropped = snapshot->source.dropped + extcap_writer_dropped(capture->writer);
    extcap_toolbar_show(&capture->toolbar, EXTCAP_CONTROL_RECEIVED,
                        quantity_count(all->counts.copies).text);
    extcap_toolbar_show(&capture->toolbar, EXTCAP_CONTROL_LOST,
                        all->state.loss_known ? quantity_count(all->sequence.lost).text : "-");
    extcap_toolbar_show(&capture->toolbar, EXTCAP_CONTROL_LATE,
                        all->state.loss_known ? quantity_count(all->sequence.late).text : "-");
    extcap_toolbar_show(&capture->toolbar, EXTCAP_CONTROL_DROPPED, quantity_count(dropped).text);
}

/* Returns what the kernel dropped. */
static uint64_t look(struct capture *capture, bool at_end)
{
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    snapshot.live = true;
    source_statistics(capture->source, &snapshot.source);
    packet_processor_snapshot(capture->processor, &snapshot);
    uint64_t kernel_drops = snapshot.source.dropped;
    extcap_toolbar_listen(&capture->toolbar);
    show(capture, &snapshot);
    snapshot_clear(&snapshot);
    if (at_end || ++capture->looks % LOOKS_OF_STATISTICS == 0)
        extcap_writer_put_statistics(capture->writer, kernel_drops);
    return kernel_drops;
}

static gboolean receive(struct capture *capture, GError **error)
{
    const struct packet_sink sink = packet_processor_sink(capture->processor);
    enum source_state state = SOURCE_MORE;
    gint64 next_us = g_get_monotonic_time();
    while (state == SOURCE_MORE && !signals_stop_requested()) {
        state = source_dispatch(capture->source, &sink, BATCH, error);
        packet_processor_flush(capture->processor);
        if (g_get_monotonic_time() < next_us)
            continue;
        look(capture, false);
        next_us = g_get_monotonic_time() + LOOK_US;
        if (extcap_writer_is_over(capture->writer))
            break;
    }
    return state != SOURCE_FAILED;
}

static gboolean fail_write(const char *fifo, int reason, GError **error)
{
    const char *name = strcmp(fifo, "-") == 0 ? "standard output" : fifo;
    return fail(error, STATUS_FAILED, "%s: %s", name, g_strerror(reason));
}

static gboolean run(struct capture *capture, GError **error)
{
    struct packet_processor_policy policy = {.analysis = {.memory_limit = MEMORY}};
    extcap_writer_follow(capture->writer, &policy);
    capture->processor = packet_processor_new(&policy);
    gboolean good = receive(capture, error);
    extcap_writer_finish(capture->writer);
    uint64_t kernel_drops = look(capture, true);
    const struct packet_pipe_counts end = extcap_writer_close(capture->writer);
    capture->writer = NULL;
    if (kernel_drops > 0)
        g_printerr("erspandump: %s dropped before this program: the kernel's buffer was full\n",
                   quantity_of(kernel_drops, "packet", "packets").text);
    if (end.unwritten > 0)
        g_printerr("erspandump: %s not handed on: the reader was too slow\n",
                   quantity_of(end.unwritten, "frame", "frames").text);
    if (good && end.wrong != 0)
        return fail_write(capture->options->fifo, end.wrong, error);
    return good;
}

/* All that needs a right is open by then. */
static gboolean confine(GError **error)
{
    const struct confinement_plan plan = {.user = NULL};
    struct confinement confinement;
    if (!confinement_begin(&plan, &confinement, error))
        return FALSE;
    confinement_clear(&confinement);
    return TRUE;
}

gboolean extcap_capture(const struct extcap_options *options, GError **error)
{
    struct capture capture = {.options = options};
    int fd = -1;
    signals_catch();
    /* Wireshark waits for the toolbar's FIFOs before it reads the other. */
    gboolean good =
        extcap_toolbar_open(&capture.toolbar, options->control_in, options->control_out, error) &&
        (capture.source = open_source(options, error)) != NULL &&
        (fd = open_fifo(options->fifo, error)) >= 0 && confine(error);
    if (good) {
        capture.writer = extcap_writer_new(options, fd);
        good = run(&capture, error);
    }
    if (capture.processor != NULL)
        packet_processor_free(capture.processor);
    source_close(capture.source);
    if (fd > STDOUT_FILENO)
        close(fd);
    extcap_toolbar_close(&capture.toolbar);
    return good;
}
