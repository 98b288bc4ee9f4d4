/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/clock-engine.h"

#include "core/clock/timestamp.h"

enum { OFF_BELIEVED = 8, OFF_HOPELESS = 64 };

/* A pace this near to the tick is a crystal's, or jitter's, doing. */
#define PACE_WITHIN 0.001

static enum clock_form form_of(const struct erspan_header *header)
{
    if (timestamp_has_64(header))
        return CLOCK_FORM_64;
    bool seconds = header->granularity == ERSPAN_GRA_1588 && header->has_subheader &&
                   subheader_has_seconds(&header->subheader);
    return seconds ? CLOCK_FORM_SECONDS : CLOCK_FORM_32;
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
    return method == CLOCK_MARKER || method == CLOCK_COUNTER_64 || method == CLOCK_COUNTER_32;
}

static enum counter_width width_of(const struct clock_copy *copy)
{
    return copy->form == CLOCK_FORM_64 ? COUNTER_64_BITS : COUNTER_32_BITS;
}

static bool within(wide off_ns, int64_t limit_ns)
{
    return off_ns >= -limit_ns && off_ns <= limit_ns;
}

/* Beyond it a counter has not crept off, but jumped, or the timestamp is a wild one. */
static int64_t jump_ns(struct clock_rate rate)
{
    return 2 * rate_slack_ns(rate);
}

bool clock_model_time(const struct clock_model *model, const struct clock_copy *copy,
                      int64_t *time_ns)
{
    if (!is_counted(model->method))
        return model->method != CLOCK_UNKNOWN && stated_method(copy, time_ns) == model->method;
    struct clock_reading reading = clock_model_read(model, copy->ticks, copy->arrival_ns);
    *time_ns = reading.time_ns;
    return model->method == CLOCK_MARKER || within(reading.off_ns, jump_ns(model->rate));
}

static void add(struct engine_clock *clock, const struct clock_model *model, size_t *room)
{
    clock->off = 0;
    clock->off_agreeing = 0;
    clock_history_add(&clock->history, model, room);
}

static void count_from(struct engine_clock *clock, const struct clock_copy *copy,
                       struct clock_rate rate, size_t *room)
{
    clock->begin_ns = copy->arrival_ns;
    const struct clock_model model = {
        .frame = copy->frame,
        .method = rate.width == COUNTER_64_BITS ? CLOCK_COUNTER_64 : CLOCK_COUNTER_32,
        .rate = rate,
        .pace_as = rate.tick_as,
        .arrival_ns = copy->arrival_ns,
        .ticks = copy->ticks,
        .time_ns = copy->arrival_ns,
    };
    add(clock, &model, room);
}

/* @p rate: of the counter, if it is known, with a tick of 0 if not. */
static void begin(struct engine_clock *clock, const struct clock_copy *copy, struct clock_rate rate,
                  size_t *room)
{
    int64_t time_ns;
    struct clock_model model = {.frame = copy->frame, .method = stated_method(copy, &time_ns)};
    if (model.method == CLOCK_UNKNOWN && rate.tick_as != 0) {
        count_from(clock, copy, rate, room);
        return;
    }
    if (model.method != CLOCK_UNKNOWN)
        model.rate = (struct clock_rate){width_of(copy), stated_tick_as(model.method)};
    add(clock, &model, room);
    g_free(clock->samples);
    clock->samples = NULL;
    if (model.method == CLOCK_UNKNOWN || model.method == CLOCK_UNIX_100US)
        clock->samples = g_new0(struct rate_samples, 1);
}

static void measure(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    bool seconds = copy->header->granularity == ERSPAN_GRA_1588;
    struct clock_rate rate;
    if (!rate_samples_take(clock->samples, copy->arrival_ns, copy->ticks) ||
        !rate_find(clock->samples, width_of(copy), seconds, &rate))
        return;
    g_free(clock->samples);
    clock->samples = NULL;
    int64_t stated_as = clock_history_last(&clock->history)->rate.tick_as;
    if (!rate_same_tick(stated_as, rate.tick_as, RATE_KNOWN_WITHIN))
        count_from(clock, copy, rate, room);
}

/* The counter went away from the arrivals little by little: its time goes on. */
static void measure_pace(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    const struct clock_model *model = clock_history_last(&clock->history);
    int64_t time_ns = clock_model_read(model, copy->ticks, copy->arrival_ns).time_ns;
    wide since_ns = (wide)time_ns - clock->begin_ns;
    wide elapsed_ns = (wide)copy->arrival_ns - clock->begin_ns;
    int64_t tick_as = model->rate.tick_as;
    int64_t pace_as = since_ns > 0 ? wide_clamp(elapsed_ns * tick_as / since_ns) : 0;
    if (!rate_same_tick(pace_as, tick_as, PACE_WITHIN)) {
        begin(clock, copy, (struct clock_rate){model->rate.width, 0}, room);
        return;
    }
    struct clock_model crept = *model;
    crept.frame = copy->frame;
    crept.pace_as = pace_as;
    crept.arrival_ns = copy->arrival_ns;
    crept.ticks = copy->ticks;
    crept.time_ns = time_ns;
    add(clock, &crept, room);
}

static void doubt_count(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    const struct clock_model *model = clock_history_last(&clock->history);
    const struct clock_rate rate = model->rate;
    int64_t slack_ns = rate_slack_ns(rate);
    int64_t off_ns = clock_model_read(model, copy->ticks, copy->arrival_ns).off_ns;
    if (within(off_ns, slack_ns)) {
        clock->off = 0;
        clock->off_agreeing = 0;
        return;
    }
    if (clock->off_agreeing == 0 || !within((wide)off_ns - clock->off_ns, slack_ns)) {
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

static void doubt_stated(struct engine_clock *clock, const struct clock_copy *copy, size_t *room)
{
    int64_t time_ns;
    if (clock_model_time(clock_history_last(&clock->history), copy, &time_ns))
        clock->off = 0;
    else if (++clock->off == OFF_BELIEVED)
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
