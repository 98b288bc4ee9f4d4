/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/report/loss.h"

uint64_t expected_numbers(const struct sequence_counts *counts)
{
    uint64_t expected = counts->copies - counts->duplicates - counts->strays + counts->lost;
    return loss_signed(expected) > 0 ? expected : 0;
}

double loss_ratio(const struct sequence_counts *counts)
{
    uint64_t expected = expected_numbers(counts);
    int64_t lost = loss_signed(counts->lost);
    if (loss_signed(counts->copies) <= 0 || loss_is_constant(counts))
        return LOSS_UNKNOWN;
    /* In one interval more numbers can be lost than expected, for example if strays of the
     * interval before were revised. */
    return lost <= 0 ? 0 : (uint64_t)lost < expected ? (double)lost / (double)expected : 1;
}

bool loss_is_constant(const struct sequence_counts *counts)
{
    return loss_signed(counts->constants) > 0 &&
           counts->constants + counts->duplicates + counts->strays + 1 >= counts->copies;
}

/* True if at least two copies of the counter had different numbers. */
static bool have_numbers_moved(const struct sequence_counts *counts)
{
    return counts->copies > counts->constants + counts->duplicates + counts->strays + 1;
}

bool loss_is_open(const struct sequence_counts *counts)
{
    return counts->copies > 0 && !loss_is_constant(counts) && !have_numbers_moved(counts);
}

bool loss_is_known(const struct sequence_counts *counts, uint64_t unfollowed)
{
    return have_numbers_moved(counts) && unfollowed == 0;
}
