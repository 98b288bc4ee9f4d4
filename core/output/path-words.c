/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/output/path-words.h"

#include <inttypes.h>

#include "core/base/quantity.h"

enum { BURSTY = 3 /* lost frames for each run of them */ };

const char *path_words_basis(enum path_basis basis)
{
    static const char *const words[PATH_BASES] = {
        [PATH_ONE_CLOCK] = "one_clock",
        [PATH_TIME_OF_DAY] = "time_of_day",
        [PATH_FREE_CLOCKS] = "free_clocks",
        [PATH_ARRIVAL] = "arrival",
    };
    return words[basis];
}

const char *path_words_clock(enum path_basis basis)
{
    static const char *const words[PATH_BASES] = {
        [PATH_ONE_CLOCK] = "one",
        [PATH_TIME_OF_DAY] = "two",
        [PATH_FREE_CLOCKS] = "free",
        [PATH_ARRIVAL] = "arrival",
    };
    return words[basis];
}

const char *path_words_order(enum path_order order)
{
    static const char *const words[] = {
        [PATH_BY_ARRIVAL] = "arrival",
        [PATH_BY_TIME] = "time",
        [PATH_BY_TTL] = "ttl",
    };
    return words[order];
}

char *path_words_point(const struct path_point_row *row)
{
    char address[ADDRESS_TEXT_MAX];
    GString *text = g_string_new(row->key.source.len > 0 ? address_format(&row->key.source, address)
                                                         : "unknown source");
    if (row->key.id != SESSION_NO_ID)
        g_string_append_printf(text, " session %" PRId64, row->key.id);
    if (row->by_direction)
        g_string_append(text, row->egress ? " egress" : " ingress");
    if (row->by_hardware_id)
        g_string_append_printf(text, " Hw ID %u", row->hardware_id);
    if (row->by_index)
        g_string_append_printf(text, " index %" PRIu32, row->index);
    return g_string_free(text, FALSE);
}

char *path_words_way(const struct path_report *report, const struct path_way *way)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < way->count; i++) {
        g_autofree char *point = path_words_point(path_report_point(report, way->points[i]));
        g_string_append_printf(text, "%s%s", i > 0 ? " > " : "", point);
    }
    return g_string_free(text, FALSE);
}

static void put_sizes(GString *text, const struct path_pair_row *pair)
{
    if (pair->lost >= 2 && pair->lost_shortest > pair->passed_longest)
        g_string_append_printf(text, ", all longer than %" PRIu32 " bytes", pair->passed_longest);
    else if (pair->lost >= 2 && pair->lost_are_long)
        g_string_append_printf(text, ", all of at least %s",
                               quantity_of(pair->lost_shortest, "byte", "bytes").text);
}

static void put_bursts(GString *text, const struct path_pair_row *pair)
{
    uint64_t longest = pair->lost >= BURSTY * pair->bursts ? pair->burst_longest : 0;
    longest = MAX(longest, pair->burst_of_all);
    if (longest > 0)
        g_string_append_printf(text, ", in bursts of up to %s", quantity_count(longest).text);
}

static void put_unknown(GString *text, const struct path_pair_row *pair, const char *to)
{
    if (pair->unknown > 0)
        g_string_append_printf(text, "; of %s that %s did not show it is not known",
                               quantity_of(pair->unknown, "more frame", "more frames").text, to);
    if (pair->unknown_longer > 0)
        g_string_append_printf(text,
                               ", %s of them because they are longer than all IP packets that it "
                               "showed: its mirror may leave such out",
                               quantity_count(pair->unknown_longer).text);
}

static void put_loss(GString *text, const struct path_pair_row *pair, const char *to)
{
    uint64_t known = pair->both + pair->lost;
    if (!pair->loss_known && pair->maybe_sampled)
        g_string_append_printf(
            text,
            "%s of %s do not appear at %s, whose mirror is whole: the network lost them, or that "
            "mirror does not copy all frames",
            quantity_count(pair->only_from).text,
            quantity_of(pair->both + pair->only_from, "frame", "frames").text, to);
    else if (!pair->loss_known)
        g_string_append_printf(text,
                               "loss cannot be known: the copies of %s have no sequence numbers; "
                               "it showed %s of %s",
                               to, quantity_count(pair->both).text,
                               quantity_of(pair->both + pair->only_from, "frame", "frames").text);
    else if (pair->lost == 0)
        g_string_append_printf(text, "none of %s is known to be lost",
                               quantity_of(known, "frame", "frames").text);
    else
        g_string_append_printf(text, "%s of %s %s lost (%s)", quantity_count(pair->lost).text,
                               quantity_of(known, "frame", "frames").text,
                               pair->lost == 1 ? "was" : "were",
                               quantity_share(pair->lost, known).text);
    if (!pair->loss_known)
        return;
    if (pair->lost > 0) {
        put_bursts(text, pair);
        put_sizes(text, pair);
    }
    put_unknown(text, pair, to);
}

static const char *duration(int64_t ns, struct quantity *room)
{
    *room = quantity_duration((double)ns);
    return room->text;
}

static void put_delay(GString *text, const struct path_delay_row *delay)
{
    struct quantity half;
    struct quantity most;
    struct quantity around;
    if (delay->frames == 0)
        return;
    g_string_append_printf(text, "; half of the frames take up to %s, 99 %% up to %s",
                           duration(delay->p50_ns, &half), duration(delay->p99_ns, &most));
    switch (delay->basis) {
    case PATH_ONE_CLOCK:
        g_string_append_printf(text, ", by one clock, within %s",
                               duration(delay->uncertainty_ns, &around));
        break;
    case PATH_TIME_OF_DAY:
        g_string_append_printf(text, ", by two clocks, within %s if they agree",
                               duration(delay->uncertainty_ns, &around));
        break;
    case PATH_FREE_CLOCKS:
        g_string_append_printf(text,
                               ", by two free clocks, within %s: traffic both ways bounds how far "
                               "they are apart",
                               duration(delay->uncertainty_ns, &around));
        break;
    default:
        g_string_append(text, ", by arrival: that includes what the ways of both mirrors differ");
        break;
    }
}

static void put_translated(GString *text, const char *what, uint64_t frames)
{
    if (frames > 0)
        g_string_append_printf(text, "; %s of %s were translated", what,
                               quantity_of(frames, "frame", "frames").text);
}

char *path_words_pair(const struct path_report *report, const struct path_pair_row *pair)
{
    g_autofree char *from = path_words_point(path_report_point(report, pair->from));
    g_autofree char *to = path_words_point(path_report_point(report, pair->to));
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "Between %s and %s ", from, to);
    put_loss(text, pair, to);
    put_delay(text, &pair->delay);
    if (pair->reordered > 0)
        g_string_append_printf(text, "; %s later than frames sent after",
                               quantity_of(pair->reordered, "frame came", "frames came").text);
    put_translated(text, "addresses", pair->addresses_changed);
    put_translated(text, "ports", pair->ports_changed);
    return g_string_free(text, FALSE);
}
