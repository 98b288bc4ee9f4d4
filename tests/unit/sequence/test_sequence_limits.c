/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much it takes until the meaning of numbers changes: what stands on either side of a limit. */
#include "core/sequence/sequence.h"

#include <glib.h>

/* Quirk Q3 (numbers that never move): a few equal numbers are duplicates, a dozen are a constant.
 */
static void test_constant(void)
{
    struct sequence *sequence = sequence_new();
    for (uint64_t frame = 1; frame <= 4; frame++) {
        const struct sequence_copy copy = {.number = 7, .frame = frame, .is_duplicate = frame > 1};
        sequence_take(sequence, &copy);
    }
    g_assert_cmpuint(sequence_counts_so_far(sequence)->constants, ==, 0);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->duplicates, ==, 3);
    for (uint64_t frame = 5; frame <= 12; frame++) {
        const struct sequence_copy copy = {.number = 7, .frame = frame, .is_duplicate = frame > 1};
        sequence_take(sequence, &copy);
    }
    g_assert_cmpuint(sequence_counts_so_far(sequence)->constants, ==, 11);
    g_assert_cmpuint(sequence_counts_so_far(sequence)->duplicates, ==, 0);
    sequence_free(sequence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sequence-limits/constant", test_constant);
    return g_test_run();
}
