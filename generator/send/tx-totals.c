/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/tx-totals.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/base/printable.h"
#include "core/base/quantity.h"
#include "generator/send/monotonic.h"
#include "generator/send/pace.h"

/* Only one thread writes, so an addition need not be atomic. */
static void add(atomic_uint_fast64_t *sum, uint64_t amount)
{
    uint64_t before = atomic_load_explicit(sum, memory_order_relaxed);
    atomic_store_explicit(sum, before + amount, memory_order_relaxed);
}

void tx_totals_add(struct tx_totals *totals, size_t length, int64_t now_ns, int64_t due)
{
    if (totals->first == 0)
        totals->first = now_ns;
    totals->last = now_ns;
    add(&totals->frames, 1);
    add(&totals->bits, pace_bits(length));
    if (due != 0)
        latency_histogram_add(&totals->lateness, now_ns - due);
}

void tx_totals_fail(struct tx_totals *totals, size_t length, int number)
{
    add(&totals->failed, 1);
    totals->failures[number >= 0 && number <= ERRNO_MAX ? number : ERRNO_MAX]++;
    if (number == EMSGSIZE)
        totals->longest_refused = MAX(totals->longest_refused, length);
}

void tx_totals_watch(const struct tx_totals *totals, struct tx_totals_mark *mark, int64_t now_ns)
{
    if (now_ns < mark->now_ns + NS_PER_SECOND || !isatty(STDERR_FILENO))
        return;
    const struct tx_totals_mark now = {totals->frames, totals->bits, now_ns};
    double seconds = (double)(now_ns - mark->now_ns) / NS_PER_SECOND;
    fprintf(stderr, "\r%" PRIu64 " frames, ", now.frames);
    fprintf(stderr, "%s, %s",
            quantity_per_second((double)(now.frames - mark->frames) / seconds, "frames").text,
            quantity_per_second((double)(now.bits - mark->bits) / seconds, "bit").text);
    if (totals->failed > 0)
        fprintf(stderr, ", %" PRIuFAST64 " failed", totals->failed);
    fputs("\033[K", stderr);
    *mark = now;
}

void tx_totals_unwatch(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static void print_failures(const struct tx_totals *totals, const struct egress *egress,
                           FILE *stream)
{
    fprintf(stream, "failed    %" PRIuFAST64 " frames\n", totals->failed);
    for (int number = 0; number <= ERRNO_MAX; number++) {
        if (totals->failures[number] == 0)
            continue;
        const char *name = strerrorname_np(number);
        fprintf(stream, "          %" PRIu64 " %s: %s", totals->failures[number],
                name != NULL ? name : "?", strerror(number));
        if (number == EMSGSIZE) {
            g_autofree char *shown = printable_text(egress->name, "");
            fprintf(stream, "; the longest has %zu bytes, the MTU of %s allows %zu",
                    totals->longest_refused, shown, egress_longest(egress));
        }
        fputc('\n', stream);
    }
}

static void print_lateness(const struct latency_histogram *lateness, FILE *stream)
{
    static const unsigned percents[] = {50, 95, 99};
    fputs("late      ", stream);
    for (size_t i = 0; i < G_N_ELEMENTS(percents); i++)
        fprintf(
            stream, "%u %% within %s, ", percents[i],
            quantity_duration((double)latency_histogram_percentile(lateness, percents[i])).text);
    fprintf(stream, "longest %s\n", quantity_duration((double)lateness->longest_ns).text);
}

void tx_totals_print(const struct tx_totals *totals, const struct egress *egress, FILE *stream)
{
    uint64_t frames = totals->frames;
    double seconds = (double)(totals->last - totals->first) / NS_PER_SECOND;
    fprintf(stream, "sent      %" PRIu64 " frames in %.6f s", frames, seconds);
    if (frames > 1 && seconds > 0) {
        /* The time between the first and the last frame does not include that of the last. */
        double share = (double)(frames - 1) / (double)frames;
        fprintf(stream, ": %s, %s",
                quantity_per_second(share * (double)frames / seconds, "frames").text,
                quantity_per_second(share * (double)totals->bits / seconds, "bit").text);
    }
    fputc('\n', stream);
    if (totals->failed > 0)
        print_failures(totals, egress, stream);
    if (totals->lateness.count > 0)
        print_lateness(&totals->lateness, stream);
    if (totals->held_back_ns > 0)
        fprintf(stream, "held back %.3f s: sending was slower than asked for\n",
                (double)totals->held_back_ns / NS_PER_SECOND);
}
