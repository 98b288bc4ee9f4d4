/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the tick of a counter: the straight line through samples of arrival and count, whose wraps
 * are not known. */
#include "core/clock/clock-rate.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/base/time-units.h"

#define SLACK_MAX_NS (4 * NS_PER_SECOND)
#define SPAN_MAX_NS  (30 * NS_PER_SECOND)
#define SAMPLES_MIN  4
#define SAMPLES_MANY 16

#define TICK_MIN_AS RATE_AS_PER_PS
#define TICK_MAX_AS (1000000 * RATE_AS_PER_NS)

#define MEASURED_WITHIN 0.0002
#define TIMES_BETTER    8

static const int64_t known_as[] = {
    100000 * RATE_AS_PER_NS, /* Gra 0 */
    100 * RATE_AS_PER_NS,    /* Gra 1 */
    8 * RATE_AS_PER_NS,      /* 125 MHz */
    2400 * RATE_AS_PER_PS,   /* 416.67 MHz: quirk Q9 (custom tick) */
    RATE_AS_PER_NS,          /* Gra 2 */
    100 * RATE_AS_PER_PS,    /* quirk Q8 (hidden sub-header), and the ASIC of marker packets */
};
enum { KNOWN_COUNT = sizeof known_as / sizeof known_as[0] };

int64_t int128_clamp(int128 value)
{
    if (value > INT64_MAX)
        return INT64_MAX;
    return value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

int64_t counter_nearest(enum counter_width width, int128 ticks)
{
    switch (width) {
    case COUNTER_32_BITS:
        return (int32_t)(uint32_t)ticks;
    case COUNTER_64_BITS:
        return (int64_t)(uint64_t)ticks;
    default:
        break;
    }
    int64_t rest = (int64_t)(ticks % NS_PER_SECOND);
    if (rest > NS_PER_SECOND / 2)
        return rest - NS_PER_SECOND;
    return rest < -NS_PER_SECOND / 2 ? rest + NS_PER_SECOND : rest;
}

static int128 turn_ticks(enum counter_width width)
{
    switch (width) {
    case COUNTER_32_BITS:
        return (int128)1 << 32;
    case COUNTER_64_BITS:
        return (int128)1 << 64;
    default:
        return NS_PER_SECOND;
    }
}

int64_t rate_slack_ns(struct clock_rate rate)
{
    int128 slack = rate_ns(rate.tick_as, turn_ticks(rate.width)) / 16;
    return slack < SLACK_MAX_NS ? (int64_t)slack : SLACK_MAX_NS;
}

static double size_of(double value)
{
    return value < 0 ? -value : value;
}

bool rate_same_tick(int64_t a_as, int64_t b_as, double within)
{
    return size_of((double)a_as / (double)b_as - 1) <= within;
}

bool rate_can_be(double tick_as)
{
    return tick_as >= (double)TICK_MIN_AS && tick_as <= (double)TICK_MAX_AS;
}

int64_t rate_snap(int64_t tick_as)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        if (rate_same_tick(tick_as, known_as[i], RATE_KNOWN_WITHIN))
            return known_as[i];
    return tick_as;
}

/* Makes room in a full array. The first sample is always dropped, so a corrupt one does not stay
 * for ever. */
static void halve(struct rate_samples *samples)
{
    enum { HALF = RATE_SAMPLES_MAX / 2 };
    struct rate_sample *sample = samples->sample;
    uint64_t span =
        (uint64_t)sample[RATE_SAMPLES_MAX - 1].arrival_ns - (uint64_t)sample->arrival_ns;
    if (span < SPAN_MAX_NS) {
        for (size_t i = 0; i < HALF; i++)
            sample[i] = sample[2 * i + 1];
        samples->spacing_ns = span / HALF;
    } else {
        memmove(sample, sample + HALF, HALF * sizeof *sample);
    }
    samples->count = HALF;
}

bool rate_samples_take(struct rate_samples *samples, int64_t arrival_ns, uint64_t ticks)
{
    if (samples->count > 0 && arrival_ns < samples->sample[0].arrival_ns)
        *samples = (struct rate_samples){0};
    if (samples->count > 0) {
        int64_t last = samples->sample[samples->count - 1].arrival_ns;
        if (arrival_ns <= last || (uint64_t)arrival_ns - (uint64_t)last < samples->spacing_ns)
            return false;
    }
    if (samples->count == RATE_SAMPLES_MAX)
        halve(samples);
    samples->sample[samples->count++] = (struct rate_sample){arrival_ns, ticks};
    return true;
}

/* How the samples lie around the line that a tick draws through them. */
struct rate_fit {
    struct clock_rate rate;
    double fast;    /* the counter is faster than the tick says, as a part of it */
    double scatter; /* ns: the farthest from a line of the counter's own speed */
    double off;     /* ns: how badly the tick itself fits */
};

static double span_ns(const struct rate_samples *samples)
{
    const struct rate_sample *sample = samples->sample;
    return (double)((int128)sample[samples->count - 1].arrival_ns - sample[0].arrival_ns);
}

/* Fills x with the arrivals since the first, y with how far the counter is ahead of each: both in
 * ns. False when a step leaves open which turn the counter is in. */
static bool follow(const struct rate_samples *samples, struct clock_rate rate, double *x, double *y)
{
    const struct rate_sample *sample = samples->sample;
    double step_max = (double)rate_slack_ns(rate) / 2;
    int128 ahead = 0;
    for (size_t i = 0; i < samples->count; i++) {
        int128 elapsed = (int128)sample[i].arrival_ns - sample[0].arrival_ns;
        int128 ticks = (int128)sample[i].ticks - sample[0].ticks;
        int128 left = ticks - rate_ticks(rate.tick_as, elapsed) - ahead;
        int64_t step = counter_nearest(rate.width, left);
        if (size_of((double)rate_ns(rate.tick_as, step)) > step_max)
            return false;
        ahead += step;
        x[i] = (double)elapsed;
        y[i] = (double)rate_ns(rate.tick_as, ahead);
    }
    return true;
}

static double mean(const double *value, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += value[i];
    return sum / (double)count;
}

/* Least squares. */
static bool fit_line(const struct rate_samples *samples, struct clock_rate rate,
                     struct rate_fit *result)
{
    double x[RATE_SAMPLES_MAX];
    double y[RATE_SAMPLES_MAX];
    size_t n = samples->count;
    if (!follow(samples, rate, x, y))
        return false;
    double mean_x = mean(x, n);
    double mean_y = mean(y, n);
    double xx = 0;
    double xy = 0;
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    *result = (struct rate_fit){.rate = rate, .fast = xy / xx};
    for (size_t i = 0; i < n; i++) {
        double distance = size_of(y[i] - mean_y - result->fast * (x[i] - mean_x));
        if (distance > result->scatter)
            result->scatter = distance;
    }
    result->off = result->scatter + size_of(result->fast) * x[n - 1];
    return true;
}

/* The tick that the samples measure by themselves. */
static struct clock_rate measured(const struct rate_fit *fit)
{
    double tick_as = (double)fit->rate.tick_as / (1 + fit->fast);
    return (struct clock_rate){fit->rate.width, (int64_t)tick_as};
}

/* How far a sample may lie off the line, in ns. Each count is off by up to a tick, though counts
 * that keep step with the arrivals do not show it. */
static double uncertainty_ns(const struct rate_fit *fit)
{
    return fmax(fit->scatter, (double)fit->rate.tick_as / (double)RATE_AS_PER_NS);
}

/* The known tick, unless jitter and drift do not explain the deviation; then the measured tick.
 * With few samples the jitter may be underestimated. */
static bool choose(const struct rate_samples *samples, const struct rate_fit *fit,
                   struct clock_rate *rate)
{
    double jitter_part = uncertainty_ns(fit) / span_ns(samples);
    bool explained = size_of(fit->fast) <= RATE_DRIFT_WITHIN + 4 * jitter_part;
    *rate = explained ? fit->rate : measured(fit);
    return explained || samples->count >= SAMPLES_MANY;
}

static bool find_known(const struct rate_samples *samples, enum counter_width width, bool seconds,
                       struct clock_rate *rate)
{
    struct rate_fit best = {.off = DBL_MAX};
    double second_off = DBL_MAX;
    for (size_t i = 0; i < KNOWN_COUNT + (seconds ? 1 : 0); i++) {
        struct clock_rate candidate = i < KNOWN_COUNT
                                          ? (struct clock_rate){width, known_as[i]}
                                          : (struct clock_rate){COUNTER_SECOND, RATE_AS_PER_NS};
        struct rate_fit fit;
        if (!fit_line(samples, candidate, &fit))
            continue;
        if (fit.off < best.off) {
            second_off = best.off;
            best = fit;
        } else if (fit.off < second_off) {
            second_off = fit.off;
        }
    }
    return best.off <= RATE_KNOWN_WITHIN * span_ns(samples) &&
           best.off <= second_off / TIMES_BETTER && choose(samples, &best, rate);
}

/* The tick, if the counter wrapped at most once between two samples; 0 if the result is
 * impossible. */
static int64_t tick_without_turns(const struct rate_samples *samples, enum counter_width width)
{
    int128 ticks = 0;
    uint64_t gap_max = 0;
    for (size_t i = 1; i < samples->count; i++) {
        const struct rate_sample *last = &samples->sample[i - 1];
        const struct rate_sample *next = &samples->sample[i];
        uint64_t step = next->ticks - last->ticks;
        uint64_t gap = (uint64_t)next->arrival_ns - (uint64_t)last->arrival_ns;
        ticks += width == COUNTER_32_BITS ? (uint32_t)step : step;
        gap_max = gap > gap_max ? gap : gap_max;
    }
    double tick_as = span_ns(samples) * (double)RATE_AS_PER_NS / (double)ticks;
    double turn_ns = tick_as / (double)RATE_AS_PER_NS * (double)turn_ticks(width);
    return rate_can_be(tick_as) && (double)gap_max <= turn_ns / 8 ? (int64_t)tick_as : 0;
}

static bool find_unknown(const struct rate_samples *samples, enum counter_width width,
                         struct clock_rate *rate)
{
    struct clock_rate guess = {width, tick_without_turns(samples, width)};
    struct rate_fit fit;
    if (samples->count < SAMPLES_MANY || guess.tick_as == 0 || !fit_line(samples, guess, &fit) ||
        fit.off > RATE_KNOWN_WITHIN * span_ns(samples) ||
        uncertainty_ns(&fit) > MEASURED_WITHIN * span_ns(samples))
        return false;
    *rate = measured(&fit);
    return true;
}

static bool stands_still(const struct rate_samples *samples)
{
    for (size_t i = 1; i < samples->count; i++)
        if (samples->sample[i].ticks != samples->sample[0].ticks)
            return false;
    return true;
}

bool rate_find(const struct rate_samples *samples, enum counter_width width, bool seconds,
               struct clock_rate *rate)
{
    if (samples->count < SAMPLES_MIN || stands_still(samples))
        return false;
    return find_known(samples, width, seconds, rate) || find_unknown(samples, width, rate);
}
