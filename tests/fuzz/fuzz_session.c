/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads, analyses and reports a short capture as erspanrate does: text, JSON and verdicts. Input:
 * two bytes that choose policies, then packets (tests/fuzz/packets.h).
 */
#include "collector/intake.h"
#include "collector/json-lines.h"
#include "collector/text.h"
#include "core/link.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/packets.h"

enum {
    PACKETS_MAX = 256,
    LOOK_EVERY = 16, /* packets */
    POLICY_BYTES = 2,
    TOP = 4
};

#define BEGIN_NS INT64_C(1700000000000000000)

/* So little that there is always something to give up; or enough for any input. */
static const size_t memory_limits[] = {4 << 10, 32 << 10, 4 << 20, 4 << 20};

static struct intake_policy choose_policy(struct bytes input)
{
    uint16_t choice = bytes_u16(input, 0);
    return (struct intake_policy){
        .copy = {.header = (enum header_policy)(choice % 3),
                 .subheader = (enum subheader_policy)(choice / 3 % 3),
                 .fcs = (enum fcs_policy)(choice / 9 % 3)},
        .analysis = {.domain = (enum domain_policy)(choice / 27 % 4),
                     .memory_limit = memory_limits[choice / 108 % 4]},
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

static struct look look_at(struct intake *intake, uint64_t packets, int64_t time_ns)
{
    struct look look;
    look_init(&look);
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
    text_summary(text, look, "fuzz", look->live ? "made up" : NULL);
    json_lines_total(stream, look, "fuzz", look->live ? "made up" : NULL);
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
    struct look before = look_at(intake, 0, BEGIN_NS);
    struct fuzz_packet packet = {.time_ns = BEGIN_NS};
    uint64_t packets = 0;
    input = bytes_from(input, POLICY_BYTES);
    while (packets < PACKETS_MAX && fuzz_next_packet(&input, packet.time_ns, &packet)) {
        take_packet(intake, ++packets, &packet);
        if (packets % LOOK_EVERY != 0)
            continue;
        struct look now = look_at(intake, packets, packet.time_ns);
        report_interval(nowhere, &text, &before, &now);
    }
    struct look end = look_at(intake, packets, packet.time_ns);
    report_end(nowhere, &text, &end);
    look_clear(&end);
    look_clear(&before);
    intake_free(intake);
    return 0;
}
