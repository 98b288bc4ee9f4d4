/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/clock-model.h"

struct clock_reading clock_model_read(const struct clock_model *model, uint64_t ticks,
                                      int64_t arrival_ns)
{
    int128 expected = rate_ticks(model->pace_as, (int128)arrival_ns - model->arrival_ns);
    int64_t off = counter_nearest(model->rate.width, (int128)ticks - model->ticks - expected);
    int128 since_ns = rate_ns(model->rate.tick_as, expected + off);
    return (struct clock_reading){
        .time_ns = int128_clamp(model->time_ns + since_ns),
        .off_ns = int128_clamp(rate_ns(model->rate.tick_as, off)),
    };
}

size_t clock_history_count(const struct clock_history *history)
{
    return history->models == NULL ? 0 : history->models->len;
}

static const struct clock_model *model_at(const struct clock_history *history, size_t i)
{
    return &g_array_index(history->models, struct clock_model, i);
}

const struct clock_model *clock_history_last(const struct clock_history *history)
{
    size_t count = clock_history_count(history);
    return count == 0 ? NULL : model_at(history, count - 1);
}

bool clock_history_has_room(const struct clock_history *history, size_t count_max, size_t room)
{
    size_t count = clock_history_count(history);
    return count == 0 || (count < count_max && room > 0);
}

void clock_history_add(struct clock_history *history, const struct clock_model *model, size_t *room)
{
    if (history->models == NULL)
        history->models = g_array_sized_new(FALSE, FALSE, sizeof *model, 1);
    else
        --*room;
    g_array_append_vals(history->models, model, 1);
}

const struct clock_model *clock_history_at(const struct clock_history *history, uint64_t frame)
{
    size_t after = clock_history_count(history);
    /* Nearly always the last one holds. */
    if (after == 0 || model_at(history, after - 1)->frame <= frame)
        return clock_history_last(history);
    size_t first = 0;
    while (first < after) {
        size_t middle = first + (after - first) / 2;
        if (model_at(history, middle)->frame <= frame)
            first = middle + 1;
        else
            after = middle;
    }
    return first == 0 ? NULL : model_at(history, first - 1);
}

void clock_history_clear(struct clock_history *history)
{
    if (history->models != NULL)
        g_array_free(history->models, TRUE);
    history->models = NULL;
}
