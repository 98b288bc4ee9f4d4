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

static struct intake_policy choose_policy(struct bytes input)
{
    struct fuzz_policies chosen = fuzz_choose_policies(bytes_u8(input, 0));
    return (struct intake_policy){
        .copy = chosen.copy,
        .analysis = {.domain = chosen.domain,
                     .memory_limit = memory_limits[bytes_u8(input, 1) % 4]},
    };
}

static void take_packet(struct intake *intake, uint64_t number, const struct fuzz_packet *taken)
{
    static const uint32_t links[FUZZ_LINKS] = {LINK_ETHERNET, LINK_LINUX_SLL, LINK_RAW,
                                               LINK_LINUX_SLL2};
    const struct packet packet = {number, taken->time_ns, links[taken->link], taken->captured,
                                  taken->length};
    intake_take(intake, &packet);
}

static struct look look_at(struct intake *intake, uint64_t packets, int64_t time_ns,
                           uint64_t dropped)
{
    struct look look;
    look_init(&look);
    look.source.dropped = dropped;
    look.live = packets % 2 == 1;
    look.seconds = (double)(time_ns - BEGIN_NS) / 1e9;
    intake_look(intake, &look);
    REQUIRE(look.totals.frames == packets);
    REQUIRE(look.all.copies <= packets);
    return look;
}

static void report_interval(FILE *stream, struct text_report *text, struct look *before,
                            struct look *now)
{
    struct look interval;
    look_between(before, now, &interval);
    text_interval(text, &interval, now);
    json_lines_interval(stream, &interval, now);
    look_clear(&interval);
    look_clear(before);
    *before = *now;
}

static void report_end(FILE *stream, struct text_report *text, const struct look *look)
{
    text_summary(text, look, file_name, look->live ? "made up" : NULL);
    json_lines_total(stream, look, file_name, look->live ? "made up" : NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *nowhere;
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    REQUIRE(nowhere != NULL);
    struct bytes input = {data, size};
    const struct intake_policy policy = choose_policy(input);
    struct intake *intake = intake_new(&policy);
    struct text_report text;
    text_begin(&text, nowhere, TOP);
    uint64_t dropped = bytes_u8(input, 1) / 4;
    struct look before = look_at(intake, 0, BEGIN_NS, dropped);
    struct fuzz_packet packet = {.time_ns = BEGIN_NS};
    uint64_t packets = 0;
    input = bytes_from(input, CHOICE_BYTES);
    while (packets < PACKETS_MAX && fuzz_next_packet(&input, packet.time_ns, &packet)) {
        take_packet(intake, ++packets, &packet);
        if (packets % LOOK_EVERY != 0)
            continue;
        struct look now = look_at(intake, packets, packet.time_ns, dropped);
        report_interval(nowhere, &text, &before, &now);
    }
    struct look end = look_at(intake, packets, packet.time_ns, dropped);
    report_end(nowhere, &text, &end);
    look_clear(&end);
    look_clear(&before);
    intake_free(intake);
    return 0;
}
