/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/text-absence.h"

#include "core/base/printable.h"
#include "core/base/quantity.h"

enum { ROWS_MAX = 10 /* kinds of packets to name */ };

static void print_row(FILE *stream, uint64_t count, const char *what)
{
    fprintf(stream, "  %14s  %s\n", quantity_count(count).text, what);
}

static void print_arrivals(FILE *stream, const struct snapshot *snapshot)
{
    struct other_packets rows[OTHER_SLOTS];
    size_t count = other_traffic_rows(&snapshot->others, rows);
    uint64_t rest = snapshot->others.rest;
    fputs("Instead arrived:\n", stream);
    for (size_t i = 0; i < count; i++) {
        if (i >= ROWS_MAX) {
            rest += rows[i].count;
            continue;
        }
        char *text = other_packets_text(&rows[i]);
        print_row(stream, rows[i].count, text);
        g_free(text);
    }
    if (rest > 0)
        print_row(stream, rest, "of other kinds");
}

static bool has_gre(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < OTHER_SLOTS; i++)
        if (snapshot->others.slots[i].count > 0 && snapshot->others.slots[i].kind == OTHER_GRE)
            return true;
    return false;
}

/* Each only where it holds. */
static void print_hints(const struct text_report *text, const struct snapshot *snapshot)
{
    const struct report_totals *totals = &snapshot->totals;
    FILE *stream = text->stream;
    if (snapshot->reception.interface_down)
        fputs("The interface is down.\n", stream);
    if (snapshot->reception.foreign_xdp)
        fputs(
            "Another program's XDP program is attached to the interface: packets that it takes do "
            "not arrive here.\n",
            stream);
    if (text->filter != NULL) {
        g_autofree char *shown = printable_text(text->filter, "");
        fprintf(stream, "The filter \"%s\" lets only a part of the packets through.\n", shown);
    }
    if (has_gre(snapshot))
        fputs("GRE with another protocol type is not ERSPAN, which has 0x88be (Types I and II) or "
              "0x22eb (Type III): check the type of the mirror session at the source.\n",
              stream);
    if (totals->broken > 0)
        fprintf(stream,
                "%s with ERSPAN's GRE type: the version of the header is unknown, or it is cut.\n",
                quantity_of(totals->broken, "packet", "packets").text);
    if (totals->later_fragments > 0)
        fprintf(stream, "%s later fragments of GRE packets arrived, and no first one.\n",
                quantity_count(totals->later_fragments).text);
    if (totals->icmp_errors > 0)
        fprintf(stream, "%s copies: these were sent, and rejected on the way.\n",
                quantity_of(totals->icmp_errors, "ICMP error quotes", "ICMP errors quote").text);
    if (totals->frames == 0 && snapshot->live)
        fputs("No packet arrived at all: check that the mirror session is on, and that its "
              "destination is an address of this host.\n",
              stream);
}

void text_absence(const struct text_report *text, const struct snapshot *snapshot)
{
    fputs("\nNo ERSPAN arrived", text->stream);
    if (snapshot->seconds > 0)
        fprintf(text->stream, " in %s", quantity_duration(snapshot->seconds * 1e9).text);
    fputs(".\n", text->stream);
    if (snapshot->totals.not_erspan > 0)
        print_arrivals(text->stream, snapshot);
    print_hints(text, snapshot);
}
