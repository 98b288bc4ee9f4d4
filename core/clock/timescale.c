/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/timescale.h"

#include <stddef.h>

#include "core/base/time-units.h"

/* IERS Bulletin C: TAI - UTC in seconds, and since when. */
static const struct leap {
    int64_t from_s; /* Unix time */
    uint8_t ahead_s;
} leaps[] = {
    {1483228800, 37}, /* 2017-01-01 */
    {1435708800, 36}, /* 2015-07-01 */
    {1341100800, 35}, /* 2012-07-01 */
    {1230768000, 34}, /* 2009-01-01 */
    {1136073600, 33}, /* 2006-01-01 */
};
enum { AHEAD_BEFORE_S = 32 /* since 1999 */ };

/* The table is valid until 2026-07-01. After that TAI - UTC may differ by one. */
#define PUBLISHED_UNTIL_S INT64_C(1782864000)

int64_t timescale_tai_ahead_s(int64_t utc_s)
{
    for (size_t i = 0; i < sizeof leaps / sizeof leaps[0]; i++)
        if (utc_s >= leaps[i].from_s)
            return leaps[i].ahead_s;
    return AHEAD_BEFORE_S;
}

/* How far TAI was ahead at the copy's arrival. @p off_ns: the stated time less the arrival. */
static int64_t tai_ahead_s(__int128 utc_ns, __int128 off_ns,
                           const struct timescale_reference *reference)
{
    if (reference->tai_ahead_s != 0)
        return reference->tai_ahead_s;
    int64_t utc_s = (int64_t)(utc_ns / NS_PER_SECOND);
    int64_t ahead_s = timescale_tai_ahead_s(utc_s);
    if (utc_s < PUBLISHED_UNTIL_S)
        return ahead_s;
    for (int64_t one = -1; one <= 1; one++)
        if (off_ns > (2 * (ahead_s + one) - 1) * NS_PER_SECOND / 2 &&
            off_ns <= (2 * (ahead_s + one) + 1) * NS_PER_SECOND / 2)
            return ahead_s + one;
    return ahead_s;
}

static bool is_near(__int128 off_ns)
{
    const int64_t near_ns = TIMESCALE_NEAR_S * NS_PER_SECOND;
    return off_ns >= -near_ns && off_ns <= near_ns;
}

struct timescale timescale_of(int64_t stated_ns, int64_t arrival_ns,
                              const struct timescale_reference *reference)
{
    __int128 utc_ns = (__int128)arrival_ns - reference->collector_ahead_ns;
    __int128 off_ns = stated_ns - utc_ns;
    if (is_near(off_ns))
        return (struct timescale){true, 0};
    int64_t ahead_s = tai_ahead_s(utc_ns, off_ns, reference);
    if (is_near(off_ns - ahead_s * NS_PER_SECOND))
        return (struct timescale){true, (uint8_t)ahead_s};
    return (struct timescale){false, 0};
}
