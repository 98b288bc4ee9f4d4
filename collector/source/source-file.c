/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One capture file, or several as if they were one. */
#include "collector/source/capture-file.h"
#include "collector/source/file-merge.h"
#include "collector/source/packet-filter.h"
#include "collector/source/source.h"

struct source_file {
    struct source source;
    struct capture_file *file; /* either this */
    struct file_merge *merge;  /* or that */
    struct packet_filter *filter;
    uint64_t packets;
};

static enum input_result next(struct source_file *file, struct packet *packet, GError **error)
{
    return file->file != NULL ? capture_file_next(file->file, packet, error)
                              : file_merge_next(file->merge, packet, error);
}

static enum source_state file_dispatch(struct source *source, const struct packet_sink *sink,
                                       size_t limit, GError **error)
{
    struct source_file *file = (struct source_file *)source;
    for (size_t i = 0; i < limit; i++) {
        struct packet packet;
        enum input_result result = next(file, &packet, error);
        if (result != INPUT_THERE)
            return result == INPUT_END ? SOURCE_END : SOURCE_FAILED;
        file->packets++;
        if (packet_filter_passes(file->filter, &packet))
            packet_put(sink, &packet);
    }
    return SOURCE_MORE;
}

static void file_statistics(struct source *source, struct source_statistics *statistics)
{
    *statistics = (struct source_statistics){.received = ((struct source_file *)source)->packets};
}

static void file_close(struct source *source)
{
    struct source_file *file = (struct source_file *)source;
    g_clear_pointer(&file->file, capture_file_free);
    g_clear_pointer(&file->merge, file_merge_free);
    packet_filter_free(file->filter);
    g_free(file);
}

static const struct source_class file_class = {
    .name = "file",
    .times_exact = true,
    .dispatch = file_dispatch,
    .statistics = file_statistics,
    .close = file_close,
};

static gboolean begin(struct source_file *file, GPtrArray *files, GError **error)
{
    if (files->len == 1) {
        file->file = g_ptr_array_steal_index(files, 0);
        return capture_file_begin(file->file, error);
    }
    size_t count;
    struct capture_file **taken = (struct capture_file **)g_ptr_array_steal(files, &count);
    file->merge = file_merge_new(taken, count, error);
    g_free(taken);
    return file->merge != NULL;
}

struct source *source_file_open(GPtrArray *files, const char *filter, GError **error)
{
    struct source_file *file = g_new0(struct source_file, 1);
    file->source.class = &file_class;
    file->filter = packet_filter_new(filter, error);
    if (file->filter != NULL && begin(file, files, error))
        return &file->source;
    file_close(&file->source);
    return NULL;
}
