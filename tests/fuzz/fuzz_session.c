/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads, analyses and reports a short capture as erspanrate does: text, JSON, SVG and verdicts,
 * each of which must be what it is called (tests/fuzz/oracles.h). Input: a byte that chooses
 * policies (tests/fuzz/policies.h), one of which 2 bits choose the memory and 6 are how many
 * packets the kernel dropped, then packets (tests/fuzz/packets.h).
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/meter/packet-processor.h"
#include "collector/output/json-lines.h"
#include "collector/output/plot.h"
#include "collector/output/text-report.h"
#include "core/wire/link.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/oracles.h"
#include "tests/fuzz/packets.h"
#include "tests/fuzz/policies.h"

enum {
    PACKETS_MAX = 256,
    LOOK_EVERY = 16, /* packets */
    CHOICE_BYTES = 2,
    TOP = 4
};

#define BEGIN_NS INT64_C(1700000000000000000)

/* So little that there is always something to give up; or enough for any input. */
static const size_t memory_limits[] = {4 << 10, 32 << 10, 4 << 20, 4 << 20};

/* What is shown as the capture's name is made up by others, too. */
static const char file_name[] = "\"\\\t\x7f\xff.pcap";

static struct packet_processor_policy choose_policy(struct bytes input)
{
    struct fuzz_policies chosen = fuzz_choose_policies(bytes_u8(input, 0));
    return (struct packet_processor_policy){
        .copy = chosen.copy,
        .analysis = {.domain = chosen.domain,
                     .memory_limit = memory_limits[bytes_u8(input, 1) % 4]},
        .paths_memory = memory_limits[bytes_u8(input, 1) % 4],
    };
}

static void take_packet(struct packet_processor *packet_processor, uint64_t number,
                        const struct fuzz_packet *taken)
{
    static const uint32_t links[FUZZ_LINKS] = {LINK_ETHERNET, LINK_LINUX_SLL, LINK_RAW,
                                               LINK_LINUX_SLL2};
    const struct packet packet = {
        .number = number,
        .time_ns = taken->time_ns,
        .link = links[taken->link],
        .bytes = taken->captured,
        .length = taken->length,
    };
    packet_processor_take(packet_processor, &packet);
}

static struct snapshot look_at(struct packet_processor *packet_processor, uint64_t packets,
                               int64_t time_ns, uint64_t dropped)
{
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    snapshot.source.dropped = dropped;
    snapshot.live = packets % 2 == 1;
    snapshot.seconds = (double)(time_ns - BEGIN_NS) / 1e9;
    packet_processor_snapshot(packet_processor, &snapshot);
    REQUIRE(snapshot.totals.frames == packets);
    REQUIRE(snapshot.all.counts.copies <= packets);
    return snapshot;
}

/* All that is said of a run. */
struct said {
    char *table_text;
    char *json_text;
    size_t table_length;
    size_t json_length;
    FILE *table;
    FILE *json;
    struct plot *plot;
    int drawing; /* of the plot, in memory */
    struct text_report text;
};

static void begin(struct said *said)
{
    char path[40];
    said->table = open_memstream(&said->table_text, &said->table_length);
    said->json = open_memstream(&said->json_text, &said->json_length);
    said->drawing = memfd_create("plot", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", said->drawing);
    said->plot = plot_open(path, NULL);
    REQUIRE(said->table != NULL && said->json != NULL && said->plot != NULL);
    text_begin(&said->text, said->table, TOP, NULL);
}

static struct bytes bytes_of(const char *text, size_t length)
{
    return (struct bytes){(const uint8_t *)text, length};
}

static void check_drawing(int fd)
{
    struct stat status;
    REQUIRE(fstat(fd, &status) == 0 && status.st_size > 0);
    void *text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    REQUIRE(text != MAP_FAILED);
    oracle_svg(bytes_of(text, (size_t)status.st_size));
    munmap(text, (size_t)status.st_size);
}

/* Ends it, and looks at each. */
static void check(struct said *said, const struct snapshot *snapshot)
{
    fclose(said->table);
    fclose(said->json);
    oracle_text(bytes_of(said->table_text, said->table_length));
    oracle_json_lines(bytes_of(said->json_text, said->json_length));
    free(said->table_text);
    free(said->json_text);
    REQUIRE(plot_close(said->plot, snapshot, file_name, NULL));
    check_drawing(said->drawing);
    close(said->drawing);
}

static void report_interval(struct said *said, struct snapshot *before, struct snapshot *now)
{
    struct snapshot interval;
    snapshot_between(before, now, &interval);
    text_interval(&said->text, &interval, now);
    json_lines_interval(said->json, &interval, now, TOP);
    plot_add(said->plot, &interval, now);
    snapshot_clear(&interval);
    snapshot_clear(before);
    *before = *now;
}

static const struct confinement unconfined = {0};

static void report_end(struct said *said, const struct snapshot *snapshot)
{
    text_summary(&said->text, snapshot, file_name, snapshot->live ? "made up" : NULL);
    const struct packet_writer_counts written = {1, 2};
    const struct json_lines_run run = {.from = file_name,
                                       .how = snapshot->live ? "made up" : NULL,
                                       .confinement = &unconfined,
                                       .written = &written};
    json_lines_total(said->json, snapshot, &run, TOP);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    const struct packet_processor_policy policy = choose_policy(input);
    struct packet_processor *packet_processor = packet_processor_new(&policy);
    struct said said;
    begin(&said);
    uint64_t dropped = bytes_u8(input, 1) / 4;
    struct snapshot before = look_at(packet_processor, 0, BEGIN_NS, dropped);
    struct fuzz_packet packet = {.time_ns = BEGIN_NS};
    uint64_t packets = 0;
    input = bytes_from(input, CHOICE_BYTES);
    while (packets < PACKETS_MAX && fuzz_next_packet(&input, packet.time_ns, &packet)) {
        take_packet(packet_processor, ++packets, &packet);
        if (packets % LOOK_EVERY != 0)
            continue;
        struct snapshot now = look_at(packet_processor, packets, packet.time_ns, dropped);
        report_interval(&said, &before, &now);
    }
    packet_processor_end(packet_processor);
    struct snapshot end = look_at(packet_processor, packets, packet.time_ns, dropped);
    report_end(&said, &end);
    check(&said, &end);
    snapshot_clear(&end);
    snapshot_clear(&before);
    packet_processor_free(packet_processor);
    return 0;
}
