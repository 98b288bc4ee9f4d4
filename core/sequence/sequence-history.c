/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the meaning of the latest copies, and lists the earlier copies whose meaning a later one
 * changed. */
#include "core/sequence/sequence-history.h"

#include <glib.h>
#include <string.h>

#include "core/sequence/sequence-discontinuity.h"
#include "core/sequence/sequence-run.h"

enum {
    NOTES_AT_FIRST = 4,
    NOTES_MAX = 256,         /* before there are more, the older half is forgotten */
    NOTES_KEPT_MAX = 1 << 12 /* the same with SEQUENCE_RECORDS_AND_KEEPS */
};

const struct sequence_note *sequence_history_notes(const struct sequence_counter *counter,
                                                   uint32_t *count)
{
    *count = counter->history != NULL ? counter->history->count : 0;
    return counter->history != NULL ? counter->history->notes : NULL;
}

/* ---- memory ---- */

static void forget_oldest(struct sequence_history *history, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        history->revised -= history->notes[i].revised;
    history->count -= count;
    memmove(history->notes, history->notes + count, history->count * sizeof *history->notes);
}

static uint32_t limit_of(const struct sequence_counter *counter)
{
    return counter->recording == SEQUENCE_RECORDS_AND_KEEPS ? NOTES_KEPT_MAX : NOTES_MAX;
}

/* Makes room for a note; false where memory is short. */
static bool make_room(struct sequence_counter *counter)
{
    struct sequence_history *history = counter->history;
    if (history == NULL) {
        if (counter->low_memory)
            return false;
        history = counter->history = g_new0(struct sequence_history, 1);
        counter->memory += sizeof *history;
    }
    if (history->count < MIN(history->capacity, limit_of(counter)))
        return true;
    if (history->count > 0 && (counter->low_memory || history->count >= limit_of(counter))) {
        forget_oldest(history, MAX(history->count / 2, 1));
        return true;
    }
    if (counter->low_memory)
        return false;
    uint32_t capacity = MAX(NOTES_AT_FIRST, history->capacity * 2);
    history->notes = g_renew(struct sequence_note, history->notes, capacity);
    counter->memory += (capacity - history->capacity) * sizeof *history->notes;
    history->capacity = capacity;
    return true;
}

void sequence_history_clear(struct sequence_counter *counter)
{
    if (counter->history == NULL)
        return;
    counter->memory -=
        sizeof *counter->history + counter->history->capacity * sizeof *counter->history->notes;
    g_free(counter->history->notes);
    g_clear_pointer(&counter->history, g_free);
}

void sequence_history_clone(struct sequence_counter *counter)
{
    if (counter->history == NULL)
        return;
    counter->history = g_memdup2(counter->history, sizeof *counter->history);
    counter->history->notes = g_memdup2(
        counter->history->notes, counter->history->capacity * sizeof *counter->history->notes);
}

void sequence_history_set(struct sequence_counter *counter, enum sequence_recording recording)
{
    struct sequence_history *history = counter->history;
    counter->recording = (uint8_t)recording;
    if (recording != SEQUENCE_RECORDS_ODD)
        counter->in_order = false;
    if (history != NULL && history->count > limit_of(counter))
        forget_oldest(history, history->count - limit_of(counter) / 2);
}

/* ---- notes ---- */

/* The first note that is not of an earlier frame. */
static uint32_t find_frame(const struct sequence_history *history, uint64_t frame)
{
    uint32_t low = 0;
    uint32_t high = history->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (history->notes[middle].frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct sequence_note *find(const struct sequence_counter *counter, uint64_t frame,
                                  uint32_t number)
{
    struct sequence_history *history = counter->history;
    if (history == NULL)
        return NULL;
    for (uint32_t i = find_frame(history, frame);
         i < history->count && history->notes[i].frame == frame; i++)
        if (history->notes[i].number == number)
            return &history->notes[i];
    return NULL;
}

const struct sequence_note *sequence_history_find(const struct sequence_counter *counter,
                                                  uint64_t frame, uint32_t number)
{
    return find(counter, frame, number);
}

static void set_note(struct sequence_note *note, const struct sequence_finding *finding)
{
    note->kind = (uint8_t)finding->kind;
    note->taken_for = (uint8_t)finding->taken_for;
    note->lost = finding->lost;
    note->extent = finding->extent;
    note->found = finding->found;
    note->missing = finding->missing;
    note->other_frame = finding->frame;
}

/* Adds a note in the order of frames. NULL where memory is short. */
static struct sequence_note *insert(struct sequence_counter *counter,
                                    const struct sequence_arrival *copy)
{
    if (!make_room(counter))
        return NULL;
    struct sequence_history *history = counter->history;
    uint32_t at = history->count;
    if (at > 0 && history->notes[at - 1].frame > copy->frame)
        at = find_frame(history, copy->frame);
    struct sequence_note *note = &history->notes[at];
    memmove(note + 1, note, (history->count - at) * sizeof *note);
    *note = (struct sequence_note){.frame = copy->frame, .number = copy->number};
    history->count++;
    return note;
}

void sequence_history_add(struct sequence_counter *counter, const struct sequence_arrival *copy,
                          const struct sequence_finding *finding)
{
    bool odd = finding->kind != SEQUENCE_FIRST && finding->kind != SEQUENCE_NEXT &&
               finding->kind != SEQUENCE_CONSTANT;
    if (!odd && counter->recording == SEQUENCE_RECORDS_ODD && counter->pending_count == 0)
        return;
    struct sequence_note *note = insert(counter, copy);
    if (note != NULL)
        set_note(note, finding);
}

static void mark(struct sequence_counter *counter, struct sequence_note *note)
{
    counter->history->revised += !note->revised;
    note->revised = true;
}

void sequence_history_revise(struct sequence_counter *counter, const struct sequence_arrival *copy,
                             const struct sequence_finding *finding)
{
    struct sequence_note *note = find(counter, copy->frame, copy->number);
    if (note == NULL)
        note = insert(counter, copy);
    if (note == NULL)
        return;
    set_note(note, finding);
    mark(counter, note);
}

void sequence_history_constant(struct sequence_counter *counter, unsigned copies)
{
    struct sequence_history *history = counter->history;
    for (uint32_t i = history != NULL ? history->count : 0; i > 0 && copies > 0; i--) {
        struct sequence_note *note = &history->notes[i - 1];
        if (note->kind != SEQUENCE_DUPLICATE)
            continue;
        note->kind = SEQUENCE_CONSTANT;
        mark(counter, note);
        copies--;
    }
}

void sequence_history_overtaken(struct sequence_counter *counter,
                                const struct sequence_arrival *copy, uint32_t extent,
                                uint64_t by_frame)
{
    struct sequence_note *note = find(counter, copy->frame, copy->number);
    if (note == NULL || note->kind == SEQUENCE_LATE)
        return;
    note->kind = SEQUENCE_LATE;
    note->extent = extent;
    note->other_frame = by_frame;
    mark(counter, note);
}

void sequence_history_restarted(struct sequence_counter *counter)
{
    if (counter->history == NULL || counter->history->count == 0)
        return;
    struct sequence_note *first = &counter->history->notes[0];
    first->kind = SEQUENCE_RESTART;
    mark(counter, first);
}

void sequence_history_told(struct sequence_counter *counter)
{
    struct sequence_history *history = counter->history;
    if (history == NULL || history->revised == 0)
        return;
    for (uint32_t i = 0; i < history->count; i++)
        history->notes[i].revised = false;
    history->revised = 0;
}

struct sequence_finding sequence_history_finding(const struct sequence_note *note)
{
    return (struct sequence_finding){
        .kind = (enum sequence_kind)note->kind,
        .taken_for = (enum sequence_kind)note->taken_for,
        .lost = note->lost,
        .extent = note->extent,
        .found = note->found,
        .missing = note->missing,
        .frame = note->other_frame,
    };
}

/* ---- parting ---- */

/* The latest copy that continued the run below the gap. */
struct resumption {
    uint64_t highest;
    uint64_t frame;
    unsigned resumed; /* copies */
};

static void resume(struct sequence_counter *lower, struct sequence_note *note, uint64_t number,
                   struct resumption *to)
{
    struct sequence_finding finding = {
        .kind = SEQUENCE_NEXT,
        .lost = (uint32_t)(number - to->highest - 1),
    };
    if (finding.lost > 0) {
        finding.kind = SEQUENCE_GAP;
        finding.missing = to->highest + 1;
        finding.frame = to->frame;
    }
    set_note(note, &finding);
    mark(lower, note);
    *to = (struct resumption){number, note->frame, to->resumed + 1};
}

static void hand_over(struct sequence_counter *upper, const struct sequence_note *note, bool first)
{
    const struct sequence_arrival copy = {.number = note->number, .frame = note->frame};
    struct sequence_finding finding = sequence_history_finding(note);
    struct sequence_note *handed = insert(upper, &copy);
    if (first)
        finding = (struct sequence_finding){.kind = SEQUENCE_FIRST};
    if (handed != NULL)
        set_note(handed, &finding);
}

/* The copy went ahead in the run from the discontinuity on, or is late there: not in an earlier
 * run. */
static bool is_of_upper(const struct sequence_note *note, uint64_t number,
                        const struct sequence_discontinuity *discontinuity)
{
    return sequence_difference(number, discontinuity->first) >= 0 &&
           note->kind != SEQUENCE_DUPLICATE &&
           (note->kind != SEQUENCE_LATE || note->other_frame >= discontinuity->frame);
}

/* It fills the gap of the discontinuity, and goes on before it. */
static bool has_resumed(const struct sequence_note *note, uint64_t number,
                        const struct sequence_discontinuity *discontinuity,
                        const struct resumption *to)
{
    return note->kind == SEQUENCE_LATE && note->other_frame == discontinuity->frame &&
           note->frame >= discontinuity->resumed_from &&
           sequence_goes_on(to->highest, to->resumed, number);
}

/* It fills the gap where no copy that goes on has been yet: it is as foreign as the copy that
 * revealed the gap. */
static bool is_foreign(const struct sequence_note *note, uint64_t number,
                       const struct sequence_discontinuity *discontinuity)
{
    return note->kind == SEQUENCE_LATE && note->other_frame == discontinuity->frame &&
           sequence_difference(number, discontinuity->resumed_to) > 0;
}

struct sequence_handed sequence_history_split(struct sequence_counter *lower,
                                              const struct sequence_discontinuity *discontinuity,
                                              struct sequence_counter *upper)
{
    static const struct sequence_finding stray = {.kind = SEQUENCE_STRAY};
    struct sequence_history *history = lower->history;
    struct resumption to = {discontinuity->before, discontinuity->before_frame, 0};
    struct sequence_handed handed = {0};
    if (history == NULL)
        return handed;
    uint32_t keep = find_frame(history, discontinuity->frame);
    const struct sequence_note landed = {
        .frame = discontinuity->frame,
        .number = sequence_carried(lower, discontinuity->first),
    };
    bool first = find(lower, landed.frame, landed.number) != NULL;
    if (!first) /* forgotten */
        hand_over(upper, &landed, true);
    for (uint32_t i = keep; i < history->count; i++) {
        struct sequence_note *note = &history->notes[i];
        uint64_t number = sequence_extended_at(lower, discontinuity->first, note->number);
        if (is_of_upper(note, number, discontinuity)) {
            handed.late += note->kind == SEQUENCE_LATE;
            history->revised -= note->revised;
            hand_over(upper, note, first);
            first = false;
            continue;
        }
        if (is_foreign(note, number, discontinuity)) {
            handed.strays++;
            set_note(note, &stray);
            mark(lower, note);
        } else if (has_resumed(note, number, discontinuity, &to)) {
            resume(lower, note, number, &to);
        }
        history->notes[keep++] = *note;
    }
    history->count = keep;
    return handed;
}
