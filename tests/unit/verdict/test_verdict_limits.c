/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much it takes for a verdict: sessions made by hand, on either side of each limit that the
 * rules state. What a whole transfer is called is test_verdict.c's.
 */
#include <glib.h>

#include "core/verdict/verdict.h"

#include "tests/unit/support/session-by-hand.h"

#define CUT(of, copies_cut, alike, kept)                                                           \
    OWN, .counts.copies = (of), .counts.cut = (copies_cut), .extremes.at_cut_max = (alike),        \
         .extremes.cut_max = (kept), .extremes.mirrored_max = 1000, .extremes.inner_max = (kept)

/* The same, but longer copies came whole. */
#define CUT_SHORT(of, copies_cut, alike)                                                           \
    OWN, .counts.copies = (of), .counts.cut = (copies_cut), .extremes.at_cut_max = (alike),        \
         .extremes.cut_max = 64, .extremes.mirrored_max = 1000, .extremes.inner_max = 1000

#define TALKS(all, one_sided, other_end_elsewhere)                                                 \
    .flows = {.flows = (all),                                                                      \
              .talking_flows = (all),                                                              \
              .one_sided_talks = (one_sided),                                                      \
              .talks_elsewhere = (other_end_elsewhere)}

/* The same where nothing tells how long full-size frames are. */
#define GUESSED_SIZE(frames, largest)                                                              \
    NUMBERS_OF_FRAMES(frames, 1, largest), .flows = {.delivered = (frames)*1448,                   \
                                                     .implied_frames = (frames),                   \
                                                     .implied_bytes = (frames)*1514}

/* Half of 100 full-size frames came, of each direction alike. */
#define SAMPLED                                                                                    \
    .flows = {.segments = 100,                                                                     \
              .delivered = 144800,                                                                 \
              .captured = 72400,                                                                   \
              .implied_frames = 100,                                                               \
              .frames_implied = 100,                                                               \
              .frames_came = 50,                                                                   \
              .numbered_sent = 100,                                                                \
              .numbered_came = 50,                                                                 \
              .share_squares = 25,                                                                 \
              .share_terms = 1}

/* 90 of 1000. */
#define SAMPLED_OF_MANY                                                                            \
    .flows = {.segments = 100,                                                                     \
              .delivered = 1448000,                                                                \
              .captured = 90 * 1448,                                                               \
              .implied_frames = 1000,                                                              \
              .implied_max = 1514,                                                                 \
              .frames_implied = 1000,                                                              \
              .frames_came = 90,                                                                   \
              .numbered_sent = 1000,                                                               \
              .numbered_came = 90,                                                                 \
              .share_squares = 8.1,                                                                \
              .share_terms = 1}

/* Seven in ten full-size frames came by their payload; by the identifications, 80 frames of ... */
#define IDENTIFIED(without_payload, with_payload)                                                  \
    .counts.data_segments = 50,                                                                    \
    .flows = {.segments = 100,                                                                     \
              .delivered = 144800,                                                                 \
              .captured = 101360,                                                                  \
              .implied_frames = 100,                                                               \
              .frames_implied = 100,                                                               \
              .frames_came = 70,                                                                   \
              .numbered_sent = 100,                                                                \
              .numbered_came = 70,                                                                 \
              .share_squares = 49,                                                                 \
              .share_terms = 1,                                                                    \
              .frames = {.copies = {40, 40},                                                       \
                         .frames = {(without_payload), (with_payload)},                            \
                         .progress = {1, 1},                                                       \
                         .whole = {1, 1}}}

/* One of 20, in directions of which next to nothing came. */
#define HIDDEN                                                                                     \
    .flows = {.segments = 100,                                                                     \
              .delivered = 28960,                                                                  \
              .captured = 1448,                                                                    \
              .implied_frames = 20,                                                                \
              .implied_max = 1514,                                                                 \
              .frames_implied = 20,                                                                \
              .frames_came = 1,                                                                    \
              .share_squares = 0.05,                                                               \
              .share_terms = 1,                                                                    \
              .hidden_implied = 20,                                                                \
              .hidden_came = 1}

/* @p at copies fill 50 bytes more than @p largest. */
#define FILLED(missing, at, largest)                                                               \
    NUMBERS(38, missing, 2), .extremes.inner_max = (largest), .extremes.mirrored_max = (largest),  \
                             .extremes.at_inner_max = (at), .extremes.overhead = 50

/* An ICMP error states 1500 of a copy of 1550 bytes that came; so many came since, up to @p packet.
 */
#define LEARNED(packet, since)                                                                     \
    NUMBERS(100, 40, 2), .extremes.inner_max = 1500, .extremes.mirrored_max = 1500,                \
                         .extremes.at_inner_max = 2, .extremes.overhead = 50,                      \
                         .counts.icmp_too_big = 1, .state.icmp_mtu = 1500,                         \
                         .state.icmp_mtus = {{.mtu = 1500,                                         \
                                              .plausible = 1,                                      \
                                              .quoted_least = 1550,                                \
                                              .copies_after = (since),                             \
                                              .largest_after = (packet)}}

/* 100 full-size frames were delivered; of @p frames the payload came, in frames up to @p largest.
 */
#define LARGE_NEVER_CAME(frames, largest)                                                          \
    OWN, .counts.copies = 60, .sequence = {.copies = 60}, .extremes.mirrored_max = (largest),      \
         .extremes.inner_max = (largest), .counts.data_segments = 26, .extremes.overhead = 50,     \
         .flows = {.flows = 1,                                                                     \
                   .whole_starts = 1,                                                              \
                   .segments = 60,                                                                 \
                   .delivered = 144800,                                                            \
                   .captured = (frames)*1448,                                                      \
                   .implied_frames = 100,                                                          \
                   .implied_max = 1514,                                                            \
                   .frames_implied = 100,                                                          \
                   .frames_came = (frames),                                                        \
                   .numbered_sent = 100,                                                           \
                   .numbered_came = (frames),                                                      \
                   .share_squares = (double)(frames) * (frames) / 100,                             \
                   .share_terms = 1}

static const struct {
    const char *name;
    struct report_session session;
    const char *causes; /* all that are named, in order */
} cases[] = {
    {"nothing", {OWN, .counts.copies = 100, .sequence = {.copies = 100}}, ""},

    /* cut: two copies, 1 % of all; they hold as much as the longest copy of all, or eight of them
     * and 90 % hold as much; and a MAC header at least */
    {"cut-one", {CUT(10, 1, 1, 64)}, ""},
    {"cut-two-of-eight", {CUT(8, 2, 2, 64)}, "cut"},
    {"cut-two-of-nine", {CUT(9, 2, 2, 64)}, ""},
    {"cut-three-of-many", {CUT(100, 3, 3, 64)}, ""},
    {"cut-four-of-many", {CUT(100, 4, 4, 64)}, "cut"},
    {"cut-less-than-a-percent", {CUT(401, 4, 4, 64)}, ""},
    {"cut-a-percent", {CUT(400, 4, 4, 64)}, "cut"},
    {"cut-to-13-bytes", {CUT(10, 5, 5, 13)}, ""},
    {"cut-to-14-bytes", {CUT(10, 5, 5, 14)}, "cut"},
    {"cut-to-the-longest", {CUT(100, 100, 2, 64)}, "cut"},
    {"cut-unlike", {CUT_SHORT(1000, 100, 89)}, ""},
    {"cut-alike", {CUT_SHORT(1000, 100, 90)}, "cut"},
    {"cut-seven-alike", {CUT_SHORT(100, 7, 7)}, ""},
    {"cut-eight-alike", {CUT_SHORT(100, 8, 8)}, "cut"},
    {"cut-unlike-declared-once", {CUT_SHORT(1000, 100, 2), .counts.truncated = 1}, ""},
    {"cut-unlike-declared", {CUT_SHORT(1000, 100, 2), .counts.truncated = 2}, "cut"},

    /* loop: two copies, a tenth of all */
    {"loop-one",
     {OWN, .counts.copies = 5, .counts.looped = 1, .counts.nested = 1, .extremes.depth_max = 1},
     ""},
    {"loop-two",
     {OWN, .counts.copies = 20, .counts.looped = 2, .counts.nested = 2, .extremes.depth_max = 1},
     "loop"},
    {"loop-too-few",
     {OWN, .counts.copies = 21, .counts.looped = 2, .counts.nested = 2, .extremes.depth_max = 1},
     ""},
    /* Numbers that the copies inside took are missing, too. */
    {"loop-explains-numbers",
     {NUMBERS(20, 10, 1), .counts.looped = 10, .counts.nested = 10, .extremes.depth_max = 1},
     "loop"},
    {"loop-does-not-explain",
     {NUMBERS(20, 11, 1), .counts.looped = 10, .counts.nested = 10, .extremes.depth_max = 1},
     "loop undetermined"},
    {"loop-as-deep-as-anybody-looks",
     {NUMBERS(20, 11, 1), .counts.looped = 10, .counts.nested = 10,
      .extremes.depth_max = REPORT_DEPTH_LEAST},
     "loop"},

    /* super-frames: two segments above the MSS, or two frames beyond jumbo frames whose lengths the
     * copies bear out */
    {"above-mss-one", {OWN, .counts.copies = 100, .flows = {.above_mss = 1}}, ""},
    {"above-mss-two", {OWN, .counts.copies = 100, .flows = {.above_mss = 2}}, "super-frames"},
    {"jumbo-one", {OWN, .counts.copies = 100, .counts.sizes = {[8] = 1}}, ""},
    {"jumbo-two", {OWN, .counts.copies = 100, .counts.sizes = {[8] = 2}}, "super-frames"},
    {"length-borne-out",
     {OWN, .counts.copies = 100, .counts.sizes = {[8] = 2}, .extremes.mirrored_max = 10000,
      .extremes.inner_max = 9744},
     "super-frames"},
    {"length-made-up",
     {OWN, .counts.copies = 100, .counts.sizes = {[8] = 2}, .extremes.mirrored_max = 10000,
      .extremes.inner_max = 9743},
     ""},

    /* one direction: nine in ten of the connections that talk, and half of all whose other end is
     * heard nowhere */
    {"one-sided", {OWN, .counts.copies = 100, TALKS(10, 9, 0)}, "one-direction"},
    {"often-one-sided", {OWN, .counts.copies = 100, TALKS(10, 8, 0)}, ""},
    {"other-side-elsewhere", {OWN, .counts.copies = 100, TALKS(10, 9, 5)}, ""},
    {"other-side-half-elsewhere", {OWN, .counts.copies = 100, TALKS(10, 9, 4)}, "one-direction"},
    /* As much as came may be missing for half as many copies. */
    {"one-sided-by-loss", {NUMBERS(100, 50, 1), TALKS(10, 10, 0)}, "undetermined"},
    {"one-sided-with-loss", {NUMBERS(100, 49, 1), TALKS(10, 10, 0)}, "one-direction undetermined"},

    /* loss: four copies are worth a sentence, one in a thousand a cause; a policer makes four runs,
     * longer or shorter than chance */
    {"lost-three", {NUMBERS(100, 3, 3)}, ""},
    {"lost-four", {NUMBERS(100, 4, 4)}, "undetermined"},
    {"runs-three", {NUMBERS(100, 40, 3)}, "undetermined"},
    {"runs-four", {NUMBERS(100, 40, 4)}, "policer"},
    {"runs-with-late-ones", {NUMBERS(100, 40, 4), .sequence.late = 30}, "undetermined"},
    {"runs-with-few-late-ones", {NUMBERS(100, 40, 4), .sequence.late = 1}, "policer"},
    {"runs-of-too-little", {NUMBERS(100000, 99, 4)}, "undetermined"},
    {"runs-of-a-thousandth", {NUMBERS(100000, 101, 4)}, "policer"},
    {"regular", {NUMBERS(100, 89, 89)}, "policer"},
    /* One of several counters can lose more than the others. */
    {"runs-of-several-counters", {NUMBERS(100, 40, 4), .state.counters = 2}, "undetermined"},
    {"numbers-in-steps", {NUMBERS(100, 90, 90)}, "undetermined"},
    {"of-drops-alone", {NUMBERS(100, 40, 4), .state.drops_only = true}, ""},
    {"cut-of-drops-alone", {CUT(100, 100, 2, 64), .state.drops_only = true}, "cut"},
    {"left-out", {NUMBERS(100, 40, 4), .counts.left_out = 1}, ""},
    {"constant", {NUMBERS(100, 40, 4), .state.constant_sequence = true}, "undetermined"},

    /* Every byte came: the numbers count something else. Loss would have taken 16 frames. */
    {"nothing-is-missing",
     {NUMBERS(100, 100, 1), .counts.data_segments = 32,
      .flows = {.delivered = 16384, .captured = 16384}},
     ""},
    {"too-few-to-tell",
     {NUMBERS(100, 100, 1), .counts.data_segments = 31,
      .flows = {.delivered = 16384, .captured = 16384}},
     "undetermined"},
    {"too-little-to-tell",
     {NUMBERS(100, 100, 1), .counts.data_segments = 32,
      .flows = {.delivered = 16383, .captured = 16383}},
     "undetermined"},

    /* an MTU by ICMP: errors that quote a number that never came, and a packet above the MTU */
    {"icmp", {NUMBERS(100, 4, 4), ICMP(1500, 1, 1, 1550)}, "mtu"},
    {"icmp-of-what-came", {NUMBERS(100, 4, 4), ICMP(1500, 0, 1, 1550)}, "undetermined"},
    {"icmp-made-up", {NUMBERS(100, 4, 4), ICMP(1500, 1, 0, 1550)}, "undetermined"},
    /* ... but not where as many quote numbers that came */
    {"icmp-of-as-many-that-came",
     {NUMBERS(100, 4, 4), ICMP(1500, 2, 4, 1550), .state.icmp_mtus[0].came = 2},
     "undetermined"},
    {"icmp-of-fewer-that-came",
     {NUMBERS(100, 4, 4), ICMP(1500, 2, 3, 1550), .state.icmp_mtus[0].came = 1},
     "mtu"},
    {"icmp-without-numbers", {OWN, .counts.copies = 100, ICMP(1500, 0, 1, 1550)}, "mtu"},

    /* an MTU by ACKs: more than half of the payload is missing, no frame as long came, and between
     * half and four times as many copies are missing, in several runs */
    {"mtu", {FULL_SIZE(100, 1, 100, 0, 100)}, "mtu"},
    {"mtu-four-lost-for-a-frame", {FULL_SIZE(400, 4, 100, 0, 100)}, "mtu"},
    {"mtu-more-lost-for-a-frame", {FULL_SIZE(401, 5, 100, 0, 100)}, "undetermined"},
    {"mtu-half-in-one-run", {FULL_SIZE(100, 50, 100, 0, 100)}, "undetermined"},
    {"mtu-less-in-one-run", {FULL_SIZE(100, 49, 100, 0, 100)}, "mtu"},
    {"mtu-but-as-long-came", {FULL_SIZE(100, 1, 100, 0, 1514)}, "undetermined"},
    {"mtu-but-shorter-came", {FULL_SIZE(100, 1, 100, 0, 1513)}, "mtu"},
    /* ... of which none is explained by as many that are no longer than what came */
    {"mtu-but-longer-than-came", {FULL_SIZE(200, 1, 100, 0, 789)}, "mtu"},
    {"mtu-but-as-long-as-came", {FULL_SIZE(200, 1, 100, 0, 790)}, "undetermined"},
    {"mtu-of-guessed-frames", {GUESSED_SIZE(100, 1279)}, "mtu"},
    {"mtu-but-these-may-be-full-size", {GUESSED_SIZE(100, 1280)}, "undetermined"},
    {"mtu-but-half-came", {FULL_SIZE(100, 1, 100, 50 * 1448, 100)}, "undetermined"},

    /* a source that samples: of the frames, three in ten neither came nor are in missing copies */
    {"sampling",
     {NUMBERS(100, 26, 1), .counts.data_segments = 50, SAMPLED},
     "sampling undetermined"},
    {"sampling-or-loss",
     {NUMBERS(100, 27, 1), .counts.data_segments = 50, SAMPLED},
     "undetermined"},
    {"sampling-without-numbers",
     {OWN, .counts.copies = 100, .counts.data_segments = 50, SAMPLED},
     "undetermined"},

    {"sampled-in-rows",
     {NUMBERS(100, 4, 4), .counts.data_segments = 50, SAMPLED, .flows.joined = 73,
      .flows.parted = 27},
     "undetermined"},
    {"sampled-hardly-in-rows",
     {NUMBERS(100, 4, 4), .counts.data_segments = 50, SAMPLED, .flows.joined = 72,
      .flows.parted = 28},
     "sampling undetermined"},

    /* ... or, by identifications, a third of them, which must agree with the payload */
    {"sampling-by-identifications",
     {OWN, .counts.copies = 100, .sequence.copies = 100, IDENTIFIED(98, 62)},
     "sampling"},
    {"sampling-by-identifications-or-loss",
     {NUMBERS(100, 40, 1), IDENTIFIED(98, 62)},
     "undetermined"},
    {"identifications-of-other-packets",
     {OWN, .counts.copies = 100, .sequence.copies = 100, IDENTIFIED(408, 62)},
     "undetermined"},
    {"identifications-that-disagree",
     {OWN, .counts.copies = 100, .sequence.copies = 100, IDENTIFIED(40, 120)},
     "undetermined"},

    /* ... whose copies get lost, too: there is payload as of any frames, none of super-frames. */
    {"sampling-with-loss",
     {NUMBERS(100, 40, 40), .counts.data_segments = 42, .extremes.mirrored_max = 1514,
      SAMPLED_OF_MANY},
     "sampling undetermined"},
    /* ... more ACKs than of any traffic: all of them came */
    {"long-frames-left-out",
     {NUMBERS(100, 40, 40), .counts.data_segments = 41, .extremes.mirrored_max = 1514,
      SAMPLED_OF_MANY},
     "undetermined"},
    {"super-frames-lost",
     {NUMBERS(100, 40, 40), .counts.data_segments = 29, .extremes.mirrored_max = 1514,
      SAMPLED_OF_MANY},
     "mtu"},
    /* ... of which handshakes come, or ACKs as often as hosts send them */
    {"super-frames-lost-or-sampled",
     {NUMBERS(100, 40, 40), .counts.data_segments = 29, .extremes.mirrored_max = 1514,
      SAMPLED_OF_MANY, .flows.flows = 10},
     "undetermined"},
    /* ... or whose frames are short, without numbers. */
    {"sampled-short-frames",
     {OWN, .counts.copies = 100, .counts.data_segments = 30, .extremes.mirrored_max = 200,
      SAMPLED_OF_MANY},
     "undetermined"},
    {"full-size-frames-without-numbers",
     {OWN, .counts.copies = 100, .counts.data_segments = 29, .extremes.mirrored_max = 200,
      SAMPLED_OF_MANY},
     "mtu"},
    /* ... and hardly any of them are where ACKs tell of their payload. */
    {"sampled-outside-of-acks",
     {OWN, .counts.copies = 100, .sequence.copies = 100, .counts.data_segments = 31,
      .extremes.mirrored_max = 1514, HIDDEN},
     "undetermined"},
    {"hidden",
     {OWN, .counts.copies = 100, .sequence.copies = 100, .counts.data_segments = 29,
      .extremes.mirrored_max = 1514, HIDDEN},
     "super-frames"},

    /* ... though copies are missing, if the ACKs among them leave too few for the payload */
    {"hidden-beside-lost-acks", {LOST_ACKS(10 * 98304 + 1)}, "super-frames undetermined"},
    {"lost-acks-and-super-frames", {LOST_ACKS(10 * 98304)}, "mtu"},

    /* What came in another session was not missed by all. */
    {"unseen",
     {OWN, .counts.copies = 100, .extremes.mirrored_max = 1514, .extremes.inner_max = 1514,
      .flows =
          {.delivered = 144800, .captured = 72400, .implied_frames = 100, .frames_implied = 100}},
     "undetermined"},
    {"came-elsewhere",
     {OWN, .counts.copies = 100, .extremes.mirrored_max = 1514, .extremes.inner_max = 1514,
      .flows = {.delivered = 144800,
                .captured = 72400,
                .elsewhere = 72400,
                .implied_frames = 100,
                .frames_implied = 100}},
     ""},

    /* ... by copies that fill a usual MTU to the byte: fewer of them than are missing */
    {"mtu-filled", {FILLED(5, 4, 1450)}, "mtu"},
    {"mtu-filled-by-as-many", {FILLED(5, 5, 1450)}, "undetermined"},
    /* ... nor by hosts whose MTU makes them so long, whatever part of them is lost */
    {"mtu-filled-by-a-quarter", {FILLED(20, 10, 1450)}, "undetermined"},
    {"mtu-filled-by-a-quarter-without-a-peak",
     {FILLED(20, 10, 1450), .counts.sizes = {[5] = 41}},
     "undetermined"},
    {"mtu-filled-by-less", {FILLED(20, 9, 1450), .counts.sizes = {[5] = 40}}, "mtu"},
    /* ... nor where they are a peak among those of about their size */
    {"mtu-filled-by-a-peak", {FILLED(20, 8, 1450), .counts.sizes = {[5] = 32}}, "undetermined"},
    {"mtu-filled-without-a-peak",
     {FILLED(20, 8, 1450), .counts.sizes = {[4] = 8, [5] = 33}},
     "mtu"},
    {"mtu-filled-by-few", {FILLED(20, 7, 1450), .counts.sizes = {[5] = 7}}, "mtu"},
    {"mtu-filled-but-for-a-byte", {FILLED(5, 1, 1449)}, "undetermined"},

    /* ... by an ICMP error about a copy that came, after which none above its MTU did */
    {"mtu-learned", {LEARNED(1500, 16)}, "mtu"},
    {"mtu-learned-lately", {LEARNED(1500, 15)}, "undetermined"},
    {"mtu-not-obeyed", {LEARNED(1501, 16)}, "undetermined"},

    /* ... by payload of which no full-size segment came, though no copy is missing: as many as 16
     * frames' worth came */
    {"mtu-at-the-source", {LARGE_NEVER_CAME(16, 1266)}, "mtu"},
    {"large-came-too", {LARGE_NEVER_CAME(32, 1514)}, "sampling"},
    {"large-came-too-but-few", {LARGE_NEVER_CAME(31, 1514)}, "undetermined"},

    /* ... and without numbers, where both ends are heard */
    {"mtu-without-numbers",
     {OWN, .counts.copies = 100, .extremes.mirrored_max = 100, .extremes.inner_max = 100,
      .flows =
          {.delivered = 144800, .implied_frames = 100, .implied_max = 1514, .frames_implied = 100}},
     "mtu"},
    {"one-side-without-numbers",
     {OWN, .counts.copies = 100, .extremes.mirrored_max = 100, .extremes.inner_max = 100,
      .flows = {.delivered = 144800,
                .implied_frames = 100,
                .implied_max = 1514,
                .frames_implied = 100,
                .talking_flows = 10,
                .one_sided_talks = 10}},
     "one-direction"},

};

static void test_limit(gconstpointer data)
{
    size_t i = GPOINTER_TO_SIZE(data);
    struct report *report = report_new(1 << 20);
    struct verdict verdicts[CAUSES];
    size_t found = verdict_find(report, &cases[i].session, verdicts);
    GString *causes = g_string_new(NULL);
    for (size_t n = 0; n < found; n++)
        g_string_append_printf(causes, "%s%s", n > 0 ? " " : "", cause_name(verdicts[n].cause));
    g_assert_cmpstr(causes->str, ==, cases[i].causes);
    g_string_free(causes, TRUE);
    report_free(report);
}

/* The collector itself is the cause from four packets on that it dropped. */
static void test_collector(void)
{
    const struct report_session session = {NUMBERS(100, 8, 2)};
    struct report *report = report_new(1 << 20);
    struct verdict verdicts[CAUSES];
    report_set_drops(report, 1, 1, 1);
    g_assert_cmpuint(verdict_find(report, &session, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_UNDETERMINED);
    report_set_drops(report, 1, 1, 2);
    g_assert_cmpuint(verdict_find(report, &session, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_COLLECTOR);
    report_free(report);
}

/* 40 copies are missing. Drops explain them only as far as they were copies of the session: the
 * same part as of all that arrived. */
static void test_collector_of_others(void)
{
    static const struct {
        unsigned others; /* packets that arrived beside the 100 copies */
        uint64_t drops;
        enum cause cause;
    } rows[] = {
        {0, 19, CAUSE_POLICER},        {0, 20, CAUSE_COLLECTOR},    {300, 79, CAUSE_POLICER},
        {300, 80, CAUSE_COLLECTOR},    {9900, 1999, CAUSE_POLICER}, {9900, 2000, CAUSE_COLLECTOR},
        {99900, 10000, CAUSE_POLICER},
    };
    for (size_t row = 0; row < G_N_ELEMENTS(rows); row++) {
        const struct report_session session = {NUMBERS(100, 40, 4)};
        struct report *report = report_new(1 << 20);
        struct verdict verdicts[CAUSES];
        for (unsigned i = 0; i < 100 + rows[row].others; i++)
            report_count_frame(report, i, 100);
        report_set_drops(report, rows[row].drops, 0, 0);
        g_assert_cmpuint(verdict_find(report, &session, verdicts), ==, 1);
        g_assert_cmpint(verdicts[0].cause, ==, rows[row].cause);
        report_free(report);
    }
}

/* A source that fragments its copies drops none for its length. */
static void test_filled_by_fragments(void)
{
    const struct report_session session = {FILLED(5, 4, 1450)};
    struct report *report = report_new(1 << 20);
    struct verdict verdicts[CAUSES];
    report_count(report, REPORT_FIRST_FRAGMENT);
    g_assert_cmpuint(verdict_find(report, &session, verdicts), ==, 1);
    g_assert_cmpint(verdicts[0].cause, ==, CAUSE_UNDETERMINED);
    report_free(report);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *path = g_strdup_printf("/verdict-limits/%s", cases[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_limit);
        g_free(path);
    }
    g_test_add_func("/verdict-limits/collector", test_collector);
    g_test_add_func("/verdict-limits/collector-of-others", test_collector_of_others);
    g_test_add_func("/verdict-limits/filled-by-fragments", test_filled_by_fragments);
    return g_test_run();
}
