/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the clock model of one Hw ID by what its copies state and when they arrive: accepts,
 * measures, corrects or restarts it. */
#include "core/clock/clock-engine.h"

#include "core/base/time-units.h"
#include "core/clock/timestamp.h"

enum { OFF_BELIEVED = 8, OFF_HOPELESS = 64 };

/* A rate that differs from the tick by less than this is explained by the oscillator or by
 * jitter. */
#define PACE_WITHIN 0.001

static enum clock_form form_of(const struct erspan_header *header)
{
    if (timestamp_has_64(header))
        return CLOCK_FORM_64;
    return timestamp_has_seconds(header) ? CLOCK_FORM_SECONDS : CLOCK_FORM_32;
}

struct clock_copy clock_copy_of(const struct erspan_header *header, int64_t arrival_ns,
                                uint64_t frame)
{
    return (struct clock_copy){
        .header = header,
        .form = form_of(header),
        .ticks = timestamp_has_64(header) ? timestamp_64(header) : header->timestamp,
        .arrival_ns = arrival_ns,
        .frame = frame,
    };
}

static enum clock_method stated_method(const struct clock_copy *copy, int64_t *time_ns)
{
    switch (timestamp_absolute(copy->header, copy->arrival_ns, time_ns)) {
    case TIMESTAMP_1588:
        return CLOCK_1588;
    case TIMESTAMP_1588_NANOSECONDS:
        return CLOCK_1588_NANOSECONDS;
    case TIMESTAMP_UNIX_NS:
        return CLOCK_UNIX_NS;
    case TIMESTAMP_UNIX_100US:
        return CLOCK_UNIX_100US;
    default:
        return CLOCK_UNKNOWN;
    }
}

static int64_t stated_tick_as(enum clock_method method)
{
    return method == CLOCK_UNIX_100US ? 100000 * RATE_AS_PER_NS : RATE_AS_PER_NS;
}

static bool is_counted(enum clock_method method)
{
    return method == CLOCK_MARKER || method == CLOCK_1588_NANOSECONDS ||
           method == CLOCK_COUNTER_64 || method == CLOCK_COUNTER_32;
}

static enum counter_width width_of(const struct clock_copy *copy)
{
    return copy->form == CLOCK_FORM_64 ? COUNTER_64_BITS : COUNTER_32_BITS;
}

static bool within(int128 off_ns, int64_t limit_ns)
{
    return off_ns >= -limit_ns && off_ns <= limit_ns;
}

/* A larger deviation is a jump of the counter or a corrupt timestamp, not drift. */
static int64_t jump_ns(struct clock_rate rate)
{
    return 2 * rate_slack_ns(rate);
}

/* PTP counts TAI, be it stated in seconds or in nanoseconds of 64 bits. */
static bool may_be_tai(enum clock_method method)
{
    return method == CLOCK_1588 || method == CLOCK_UNIX_NS;
}

bool clock_model_time(const struct clock_model *model, const struct clock_copy *copy,
                      int64_t *time_ns)
{
    if (!is_counted(model->method)) {
        bool states =
            model->method != CLOCK_UNKNOWN && stated_method(copy, time_ns) == model->method;
        if (states && may_be_tai(model->method))
            *time_ns -= model->scale.ahead_s * NS_PER_SECOND;
        return states;
    }
    struct clock_reading reading = clock_model_read(model, copy->ticks, copy->arrival_ns);
    *time_ns = reading.time_ns;
    if (model->method == CLOCK_1588_NANOSECONDS)
        return copy->ticks < (uint64_t)NS_PER_SECOND;
    return model->method == CLOCK_MARKER || within(reading.off_ns, jump_ns(model->rate));
}

static void add(struct engine_clock *clock, const struct clock_model *model, size_t *room)
{
    clock->off = 0;
    clock->off_agreeing = 0;
    clock_history_add(&clock->history, model, room);
}

/* A counter of the nanoseconds within the second has the time of day but for the second, which is
 * the arrival's; any other begins at the arrival. */
static void count_from(struct engine_clock *clock, const struct clock_copy *copy,
                       struct clock_rate rate, size_t *room)
{
    int64_t time_ns;
    bool within_second =
        rate.width == COUNTER_SECOND && stated_method(copy, &time_ns) == CLOCK_1588_NANOSECONDS;
    clock->begin_ns = copy->arrival_ns;
    const struct clock_model model = {
        .frame = copy->frame,
        .method = within_second                   ? CLOCK_1588_NANOSECONDS
                  : rate.width == COUNTER_64_BITS ? CLOCK_COUNTER_64
                                                  : CLOCK_COUNTER_32,
        .rate = rate,
        .pace_as = rate.tick_as,
        .arrival_ns = copy->arrival_ns,
        .ticks = copy->ticks,
        .time_ns = within_second ? time_ns : copy->arrival_ns,
    };
    add(clock, &model, room);
}

/* @p rate: of the counter, if it is known, with a tick of 0 if not. */
static void begin(struct engine_clock *clock, const struct clock_copy *copy, struct clock_rate rate,
                  size_t *room)
{
    int64_t time_ns;
    struct clock_model model = {.frame = copy->frame, .method = stated_method(copy, &time_ns)};
    if (model.method == CLOCK_1588_NANOSECONDS && clock->no_second >= OFF_BELIEVED &&
        rate.tick_as == 0)
        model.method = CLOCK_UNKNOWN;
    bool in_turn = model.method == CLOCK_UNKNOWN || model.method == CLOCK_1588_NANOSECONDS;
    if (in_turn && rate.tick_as != 0) {
        count_from(clock, copy, rate, room);
        return;
    }
    g_free(clock->samples);
    clock->samples = NULL;
    if (in_turn || model.method == CLOCK_UNIX_100US)
        clock->samples = g_new0(struct rate_samples, 1);
    if (model.method == CLOCK_1588_NANOSECONDS) {
        count_from(clock, copy, (struct clock_rate){COUNTER_SECOND, RATE_AS_PER_NS}, room);
        return;
    }
    if (model.method != CLOCK_UNKNOWN)
        model.rate = (struct clock_rate){width_of(copy), stated_tick_as(model.method)};
    if (may_be_tai(model.method))
        model.scale = timescale_of(time_ns, copy->arrival_ns, &copy->reference);
    add(clock, &model, room);
}

/* True if the rate that was found is the one that the model goes by. The nanoseconds within a
 * second look like those of 32 bits for as long as no second ends. */
static bool is_known(const struct clock_model *model, const struct rate_samples *samples,
                     struct clock_rate found)
{
    if (!rate_same_tick(model->rate.tick_as, found.tick_as, RATE_KNOWN_WITHIN))
        return false;
    for (size_t i = 0; model->method == CLOCK_1588_NANOSECONDS && i < samples->count; i++)
        if (samples->sample[i].ticks >= (uint64_t)NS_PER_SECOND && found.width != COUNTER_SECOND)
            return false;
    return true;
}

static void measure(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    bool seconds = copy->header->granularity == ERSPAN_GRA_1588;
    struct clock_rate rate;
    if (!rate_samples_take(clock->samples, copy->arrival_ns, copy->ticks) ||
        !rate_find(clock->samples, width_of(copy), seconds, &rate))
        return;
    bool known = is_known(clock_history_last(&clock->history), clock->samples, rate);
    g_free(clock->samples);
    clock->samples = NULL;
    if (!known)
        count_from(clock, copy, rate, room);
}

/* The counter drifted against the arrivals: measures its rate again and keeps its time
 * continuous. */
static void measure_pace(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    const struct clock_model *model = clock_history_last(&clock->history);
    int64_t time_ns = clock_model_read(model, copy->ticks, copy->arrival_ns).time_ns;
    int128 since_ns = (int128)time_ns - clock->begin_ns;
    int128 elapsed_ns = (int128)copy->arrival_ns - clock->begin_ns;
    int64_t tick_as = model->rate.tick_as;
    int64_t pace_as = since_ns > 0 ? int128_clamp(elapsed_ns * tick_as / since_ns) : 0;
    if (!rate_same_tick(pace_as, tick_as, PACE_WITHIN)) {
        begin(clock, copy, (struct clock_rate){model->rate.width, 0}, room);
        return;
    }
    struct clock_model crept = *model;
    crept.frame = copy->frame;
    /* A second ends after as many nanoseconds, however the delays of the copies differ. */
    if (model->method != CLOCK_1588_NANOSECONDS)
        crept.pace_as = pace_as;
    crept.arrival_ns = copy->arrival_ns;
    crept.ticks = copy->ticks;
    crept.time_ns = time_ns;
    add(clock, &crept, room);
}

/* What speaks against nanoseconds within the second: more of them than a second has, or a timestamp
 * that stands still. */
static bool is_no_second(const struct clock_model *model, const struct clock_copy *copy,
                         bool on_time)
{
    return copy->ticks >= (uint64_t)NS_PER_SECOND || (copy->ticks == model->ticks && !on_time);
}

static void doubt_count(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    const struct clock_model *model = clock_history_last(&clock->history);
    const struct clock_rate rate = model->rate;
    int64_t slack_ns = rate_slack_ns(rate);
    int64_t off_ns = clock_model_read(model, copy->ticks, copy->arrival_ns).off_ns;
    bool on_time = within(off_ns, slack_ns);
    if (model->method == CLOCK_1588_NANOSECONDS && is_no_second(model, copy, on_time)) {
        if (++clock->no_second == OFF_BELIEVED)
            begin(clock, copy, (struct clock_rate){width_of(copy), 0}, room);
        return;
    }
    clock->no_second = 0;
    if (on_time) {
        clock->off = 0;
        clock->off_agreeing = 0;
        return;
    }
    if (clock->off_agreeing == 0 || !within((int128)off_ns - clock->off_ns, slack_ns)) {
        clock->off_agreeing = 0;
        clock->off_ns = off_ns;
    }
    clock->off++;
    clock->off_agreeing++;
    if (clock->off_agreeing == OFF_BELIEVED && within(off_ns, jump_ns(rate)))
        measure_pace(clock, copy, room);
    else if (clock->off_agreeing == OFF_BELIEVED)
        begin(clock, copy, rate, room);
    else if (clock->off == OFF_HOPELESS)
        begin(clock, copy, (struct clock_rate){rate.width, 0}, room);
}

/* How many copies in a row must contradict the model's time scale to change it. 0: this copy
 * does not contradict it. */
static unsigned scale_believed(const struct clock_model *model, const struct clock_copy *copy)
{
    int64_t stated_ns;
    if (!may_be_tai(model->method) || stated_method(copy, &stated_ns) != model->method)
        return 0;
    struct timescale told = timescale_of(stated_ns, copy->arrival_ns, &copy->reference);
    if (!told.known || (model->scale.known && model->scale.ahead_s == told.ahead_s))
        return 0;
    return model->scale.known ? OFF_BELIEVED : 1;
}

static void doubt_stated(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    const struct clock_model *model = clock_history_last(&clock->history);
    int64_t time_ns;
    unsigned believed =
        clock_model_time(model, copy, &time_ns) ? scale_believed(model, copy) : OFF_BELIEVED;
    if (believed == 0)
        clock->off = 0;
    else if (++clock->off >= believed)
        begin(clock, copy, (struct clock_rate){width_of(copy), 0}, room);
}

static void doubt(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    enum clock_method method = clock_history_last(&clock->history)->method;
    if (is_counted(method))
        doubt_count(clock, copy, room);
    else if (method != CLOCK_UNKNOWN)
        doubt_stated(clock, copy, room);
}

void engine_clock_clear(struct engine_clock *clock)
{
    clock_history_clear(&clock->history);
    g_free(clock->samples);
    clock->samples = NULL;
}

void engine_clock_take(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    if (!clock_history_has_room(&clock->history, CLOCK_MODELS_MAX, *room)) {
        g_free(clock->samples);
        clock->samples = NULL;
        return;
    }
    if (clock_history_last(&clock->history) == NULL)
        begin(clock, copy, (struct clock_rate){width_of(copy), 0}, room);
    else
        doubt(clock, copy, room);
    if (clock->samples != NULL)
        measure(clock, copy, room);
}
