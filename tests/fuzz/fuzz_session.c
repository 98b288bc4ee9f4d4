/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads, analyses and reports a short capture as erspanrate does: text, JSON and verdicts. Input: a
 * byte that chooses policies (tests/fuzz/policies.h), one of which 2 bits choose the memory and 6
 * are how many packets the kernel dropped, then packets (tests/fuzz/packets.h).
 */
#include "collector/meter/packet-processor.h"
#include "collector/output/json-lines.h"
#include "collector/output/text-report.h"
#include "core/wire/link.h"
#include "tests/fuzz/fuzz.h"
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

static void report_interval(FILE *stream, struct text_report *text, struct snapshot *before,
                            struct snapshot *now)
{
    struct snapshot interval;
    snapshot_between(before, now, &interval);
    text_interval(text, &interval, now);
    json_lines_interval(stream, &interval, now, TOP);
    snapshot_clear(&interval);
    snapshot_clear(before);
    *before = *now;
}

static const struct confinement unconfined = {0};

static void report_end(FILE *stream, struct text_report *text, const struct snapshot *snapshot)
{
    text_summary(text, snapshot, file_name, snapshot->live ? "made up" : NULL);
    const struct packet_writer_counts written = {1, 2};
    const struct json_lines_run run = {.from = file_name,
                                       .how = snapshot->live ? "made up" : NULL,
                                       .confinement = &unconfined,
                                       .written = &written};
    json_lines_total(stream, snapshot, &run, TOP);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    REQUIRE(nowhere != NULL);
    struct bytes input = {data, size};
    const struct packet_processor_policy policy = choose_policy(input);
    struct packet_processor *packet_processor = packet_processor_new(&policy);
    struct text_report text;
    text_begin(&text, nowhere, TOP, NULL);
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
        report_interval(nowhere, &text, &before, &now);
    }
    struct snapshot end = look_at(packet_processor, packets, packet.time_ns, dropped);
    report_end(nowhere, &text, &end);
    snapshot_clear(&end);
    snapshot_clear(&before);
    packet_processor_free(packet_processor);
    return 0;
}
