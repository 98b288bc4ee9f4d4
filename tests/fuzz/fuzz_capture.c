/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a capture file as erspanrate does, itself or through libpcap and libwiretap, and counts
 * what is in it. Input: a byte that chooses how the file is reached and the filter, then the file,
 * of which there is no copy but in memory. With the highest bit of the choice it is read together
 * with itself, as another file of the same capture.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collector/meter/packet-processor.h"
#include "collector/source/capture-file.h"
#include "collector/source/source.h"
#include "tests/fuzz/fuzz.h"

enum {
    BATCH = 64,
    BATCHES_MAX = 64,
    PIPE_ROOM = 1 << 16, /* of a pipe that nobody reads yet */
    MEMORY_LIMIT = 1 << 20,
    TOGETHER = 0x80
};

enum way { BY_PATH, STANDARD_INPUT, STANDARD_INPUT_PIPE, WAYS };

static const char *const filters[] = {NULL, "ip proto 47", "vlan or ip6"};
enum { FILTERS = sizeof filters / sizeof filters[0] };

static void take(void *context, const struct packet *packet)
{
    REQUIRE(packet->length >= packet->bytes.len);
    REQUIRE(packet->number > 0);
    read_all(packet->bytes);
    packet_processor_take(context, packet);
}

static void read_source(struct source *source)
{
    const struct packet_processor_policy policy = {.analysis = {.memory_limit = MEMORY_LIMIT}};
    struct packet_processor *packet_processor = packet_processor_new(&policy);
    const struct packet_sink sink = {.context = packet_processor, .take = take};
    enum source_state state = SOURCE_MORE;
    GError *error = NULL;
    for (int batch = 0; batch < BATCHES_MAX && state == SOURCE_MORE; batch++)
        state = source_dispatch(source, &sink, BATCH, &error);
    REQUIRE((state == SOURCE_FAILED) == (error != NULL));
    g_clear_error(&error);
    packet_processor_free(packet_processor);
}

static void free_file(gpointer file)
{
    capture_file_free(file);
}

static void read_files(const char *path, int times, const char *filter)
{
    GError *error = NULL;
    GPtrArray *files = g_ptr_array_new_with_free_func(free_file);
    for (int i = 0; i < times && error == NULL; i++) {
        struct capture_file *file =
            capture_file_open(path, &error); /* NULL where there is no /proc */
        if (file != NULL)
            g_ptr_array_add(files, file);
    }
    struct source *source = error == NULL ? source_file_open(files, filter, &error) : NULL;
    REQUIRE((source == NULL) == (error != NULL));
    if (source != NULL)
        read_source(source);
    source_close(source);
    g_ptr_array_free(files, TRUE);
    g_clear_error(&error);
}

/* A descriptor from which the file can be read. */
static int open_file(struct bytes file, enum way way)
{
    int ends[2];
    if (way == STANDARD_INPUT_PIPE) {
        REQUIRE(pipe(ends) == 0);
        REQUIRE(write(ends[1], file.data, file.len) == (ssize_t)file.len);
        close(ends[1]);
        return ends[0];
    }
    ends[0] = memfd_create("capture", MFD_CLOEXEC);
    REQUIRE(ends[0] >= 0 && write(ends[0], file.data, file.len) == (ssize_t)file.len);
    REQUIRE(lseek(ends[0], 0, SEEK_SET) == 0);
    return ends[0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    uint8_t choice = bytes_u8(input, 0);
    enum way way = (enum way)(choice % WAYS);
    struct bytes file = bytes_from(input, 1);
    if (file.len == 0 || file.len > PIPE_ROOM)
        return 0;
    int fd = open_file(file, way);
    char path[40] = "-";
    if (way == BY_PATH)
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    else
        REQUIRE(dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    int times = way == BY_PATH && (choice & TOGETHER) != 0 ? 2 : 1;
    read_files(path, times, filters[choice / WAYS % FILTERS]);
    close(fd);
    return 0;
}
