/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sequence discontinuities (RFC 4737, section 3.4): copies that revealed a gap. Such a copy may be
 * foreign; then later copies fill the gap from its front. Part of
 * core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_DISCONTINUITY_H
#define CORE_SEQUENCE_SEQUENCE_DISCONTINUITY_H

#include "core/sequence/sequence-run.h"

/** The copy raised the highest number from @p before to @p first, over a gap. */
void sequence_discontinuities_add(struct sequence_counter *counter, uint64_t before, uint64_t first,
                                  const struct sequence_arrival *copy);

/** A late copy with that number filled a gap. */
void sequence_discontinuities_late(struct sequence_counter *counter, uint64_t number,
                                   const struct sequence_arrival *copy, uint32_t extent);

/** True if the late copy with that number goes on before a gap that was revealed just now: no
 * counter begins anew there. */
bool sequence_discontinuities_go_on(const struct sequence_counter *counter, uint64_t number);

/** Copies that go on before a gap: so many in order, until the gap is doubtful. */
enum { SEQUENCE_RESUMED_MIN = 3 };

/** True if a late copy with @p number goes on from @p highest, to which @p resumed copies before
 * the gap have come. Once there were some, copies may be lost among them, too. */
static inline bool sequence_goes_on(uint64_t highest, unsigned resumed, uint64_t number)
{
    int64_t step = sequence_difference(number, highest);
    return step >= 1 && (step <= SEQUENCE_CLOSE || resumed >= SEQUENCE_RESUMED_MIN);
}

/** Forgets all discontinuities: the counter restarted. */
void sequence_discontinuities_forget(struct sequence_counter *counter);

/**
 * The discontinuity whose gap was filled in order, from its front, by several copies; or wholly, if
 * @p copy, which comes next and repeats none, has the number behind it; or a jump before which @p
 * copy goes on after a while, as where counters take turns. Each is returned once.
 * @param among_foreign  foreign copies seem to come: one copy in the gap may be enough.
 * @return NULL: none.
 */
struct sequence_discontinuity *sequence_discontinuity_doubtful(struct sequence_counter *counter,
                                                               const struct sequence_copy *copy,
                                                               bool among_foreign);

/** Splits the run of @p lower, which has memory of its own, at @p discontinuity, which is not in
 * it. The numbers from there on go to @p upper, which is empty. Copies with numbers in the gap
 * above those that went on become strays. */
void sequence_discontinuity_split(struct sequence_counter *lower,
                                  const struct sequence_discontinuity *discontinuity,
                                  struct sequence_counter *upper);

#endif
