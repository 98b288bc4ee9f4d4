/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any history of one sequence counter. Input: runs of copies, each with its first number (or how
 * far it is from the one that would have come next) and the step from number to number. A clone of
 * the counter takes each run, too, and must come to the same.
 */
#include <string.h>

#include "core/sequence/sequence-internal.h"
#include "tests/fuzz/fuzz.h"

enum { RUN_LENGTH = 7, COPIES_MAX = SEQUENCE_PAST_MAX + 1024 };

/* The upper half of the byte is the label of the run's copies. */
enum { RUN_GOES_ON = 1, RUN_REPEATS = 2, RUN_MEMORY_IS_SHORT = 4, RUN_LABEL_SHIFT = 4 };

struct history {
    struct sequence *sequence;
    struct sequence_counts sum;
    uint32_t next;
    uint64_t frame;
};

static bool same_counts(const struct sequence_counts *a, const struct sequence_counts *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void check_counts(const struct history *history)
{
    const struct sequence_counts *counts = sequence_counts_so_far(history->sequence);
    REQUIRE(same_counts(counts, &history->sum));
    REQUIRE(counts->copies == history->frame);
    REQUIRE(counts->late + counts->duplicates + counts->strays + counts->restarts +
                counts->constants <
            counts->copies);
    REQUIRE(counts->extent_sure <= counts->extent_max && counts->extent_max <= counts->copies);
}

static void take_copy(struct history *history, struct sequence *clone, uint8_t kind)
{
    const struct sequence_label label = {.index = kind >> RUN_LABEL_SHIFT & 7,
                                         .ttl = kind >> RUN_LABEL_SHIFT >> 3};
    const struct sequence_copy copy = {history->next, ++history->frame, (kind & RUN_REPEATS) != 0,
                                       &label};
    struct sequence_finding finding = sequence_take(history->sequence, &copy);
    struct sequence_finding cloned = sequence_take(clone, &copy);
    REQUIRE(finding.kind == cloned.kind && finding.frame == cloned.frame);
    REQUIRE(finding.frame < history->frame);
    sequence_counts_add(&history->sum, &finding);
    check_counts(history);
}

static void take_run(struct history *history, struct bytes run)
{
    uint32_t first = bytes_u32(run, 0);
    unsigned copies = (bytes_u8(run, 4) / 8 + 1U) << bytes_u8(run, 4) % 8;
    uint32_t step = (uint32_t)(int8_t)bytes_u8(run, 5);
    uint8_t kind = bytes_u8(run, 6);
    struct sequence *clone;
    history->next = (kind & RUN_GOES_ON) != 0 ? history->next + first : first;
    sequence_set_low_memory(history->sequence, (kind & RUN_MEMORY_IS_SHORT) != 0);
    clone = sequence_clone(history->sequence);
    for (unsigned i = 0; i < copies && history->frame < COPIES_MAX; i++) {
        take_copy(history, clone, kind);
        history->next += step;
    }
    REQUIRE(same_counts(sequence_counts_so_far(clone), sequence_counts_so_far(history->sequence)));
    REQUIRE(sequence_memory(history->sequence) < 4 << 20);
    sequence_free(clone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = {data, size};
    struct history history = {.sequence = sequence_new()};
    for (size_t at = 0; bytes_has(input, at, RUN_LENGTH) && history.frame < COPIES_MAX;
         at += RUN_LENGTH)
        take_run(&history, bytes_from(input, at));
    sequence_free(history.sequence);
    return 0;
}
