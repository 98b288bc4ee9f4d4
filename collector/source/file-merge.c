/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/source/file-merge.h"

#include <string.h>

/* A file whose next packet is known. */
struct pending {
    struct capture_file *file;
    struct packet packet; /* its bytes are there only if the file is begun */
    int64_t time_ns;      /* of the packet; of one without a time, that of the packet before it */
    size_t place;         /* in the order in which the files were named */
    bool begun;           /* or rewound, once its first time was known */
};

struct file_merge {
    struct pending *pending; /* those from first to count are left, sorted */
    size_t first, count;
    bool used; /* the packet of the first was handed out */
    uint64_t packets;
};

static bool is_before(const struct pending *one, const struct pending *other)
{
    return one->time_ns != other->time_ns ? one->time_ns < other->time_ns
                                          : one->place < other->place;
}

/* Moves the first one behind all that are before it: seldom, where files do not overlap. */
static void sort_first(struct file_merge *merge)
{
    struct pending *to = &merge->pending[merge->first];
    const struct pending *last = &merge->pending[merge->count - 1];
    if (to == last || !is_before(to + 1, to))
        return;
    const struct pending moved = *to;
    for (; to < last && is_before(to + 1, &moved); to++)
        *to = to[1];
    *to = moved;
}

static enum input_result read_next(struct pending *pending, GError **error)
{
    enum input_result result = capture_file_next(pending->file, &pending->packet, error);
    if (result == INPUT_THERE && !pending->packet.no_time)
        pending->time_ns = pending->packet.time_ns;
    return result;
}

static enum input_result read_first(struct pending *pending, GError **error)
{
    if (!capture_file_begin(pending->file, error))
        return INPUT_FAILED;
    pending->begun = true;
    return read_next(pending, error);
}

/* Until it is its turn, a file that can be read again keeps no memory. */
static gboolean set_aside(struct pending *pending, GError **error)
{
    if (capture_file_is_read_once(pending->file))
        return TRUE;
    pending->begun = false;
    return capture_file_rewind(pending->file, error);
}

static void drop_first(struct file_merge *merge)
{
    g_clear_pointer(&merge->pending[merge->first++].file, capture_file_free);
}

/* Adds one in front of the others, and sorts it in. */
static gboolean add(struct file_merge *merge, struct capture_file *file, size_t place,
                    GError **error)
{
    struct pending *pending = &merge->pending[--merge->first];
    *pending = (struct pending){.file = file, .place = place};
    enum input_result result = read_first(pending, error);
    if (result == INPUT_END)
        drop_first(merge);
    if (result != INPUT_THERE)
        return result == INPUT_END;
    if (!set_aside(pending, error))
        return FALSE;
    sort_first(merge);
    return TRUE;
}

struct file_merge *file_merge_new(struct capture_file **files, size_t count, GError **error)
{
    struct file_merge *merge = g_new0(struct file_merge, 1);
    merge->pending = g_new0(struct pending, count);
    merge->first = merge->count = count;
    bool good = true;
    for (size_t i = count; i-- > 0;) {
        if (good)
            good = add(merge, files[i], i, error);
        else
            capture_file_free(files[i]);
    }
    if (good)
        return merge;
    file_merge_free(merge);
    return NULL;
}

void file_merge_free(struct file_merge *merge)
{
    while (merge->first < merge->count)
        drop_first(merge);
    g_free(merge->pending);
    g_free(merge);
}

/* Reads on in the file whose packet was handed out, and finds the one that is next. */
static gboolean step(struct file_merge *merge, GError **error)
{
    struct pending *first = &merge->pending[merge->first];
    enum input_result result = read_next(first, error);
    if (result == INPUT_FAILED)
        return FALSE;
    if (result == INPUT_END)
        drop_first(merge);
    else
        sort_first(merge);
    return TRUE;
}

enum input_result file_merge_next(struct file_merge *merge, struct packet *packet, GError **error)
{
    if (merge->used && !step(merge, error))
        return INPUT_FAILED;
    merge->used = false;
    while (merge->first < merge->count && !merge->pending[merge->first].begun) {
        enum input_result result = read_first(&merge->pending[merge->first], error);
        if (result == INPUT_FAILED)
            return INPUT_FAILED;
        if (result == INPUT_END) /* it became shorter */
            drop_first(merge);
    }
    if (merge->first == merge->count)
        return INPUT_END;
    *packet = merge->pending[merge->first].packet;
    packet->number = ++merge->packets;
    merge->used = true;
    return INPUT_THERE;
}
