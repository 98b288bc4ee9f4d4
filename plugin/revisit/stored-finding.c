/* stored-finding.c
 * What is kept of a copy with an anomaly
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/stored-finding.h"

/* What is added there has to be kept here, but for `revises`: plugin/revisit/settled-findings.h
 * keeps what was revised. */
_Static_assert(sizeof(struct sequence_finding) == 72, "every member of a finding is kept");

static struct stored_sequence pack(const struct sequence_finding *finding)
{
    return (struct stored_sequence){
        .missing = finding->missing,
        .change = finding->change,
        .frame = (uint32_t)finding->frame,
        .lost = finding->lost,
        .extent = finding->extent,
        .earlier_extent = finding->earlier_extent,
        .pending_extent = finding->pending_extent,
        .kind = (uint16_t)finding->kind,
        .taken_for = (uint16_t)finding->taken_for,
        .found = finding->found,
        .pending_was_stray = finding->pending_was_stray,
        .narrowed = finding->narrowed,
        .extent_void = finding->extent_void,
    };
}

static struct sequence_finding unpack(const struct stored_sequence *kept)
{
    return (struct sequence_finding){
        .kind = (enum sequence_kind)kept->kind,
        .taken_for = (enum sequence_kind)kept->taken_for,
        .lost = kept->lost,
        .extent = kept->extent,
        .earlier_extent = kept->earlier_extent,
        .pending_extent = kept->pending_extent,
        .frame = kept->frame,
        .missing = kept->missing,
        .change = kept->change,
        .found = kept->found,
        .pending_was_stray = kept->pending_was_stray,
        .narrowed = kept->narrowed,
        .extent_void = kept->extent_void,
    };
}

static bool goes_without_saying(const struct sequence_finding *finding)
{
    static const struct sequence_change none;
    return finding->kind == SEQUENCE_NEXT && finding->lost == 0 && finding->extent == 0 &&
           finding->earlier_extent == 0 && finding->pending_extent == 0 &&
           !finding->pending_was_stray && !finding->narrowed && !finding->extent_void &&
           memcmp(&finding->change, &none, sizeof none) == 0;
}

/* Adds the finding of one candidate; equal ones are kept once. */
static uint8_t add(struct stored_sequence *sequences, uint8_t count, struct stored_sequence added,
                   uint32_t candidate)
{
    for (unsigned i = 0; i < count; i++) {
        struct stored_sequence same = sequences[i];
        same.candidates = 0;
        if (memcmp(&same, &added, sizeof added) == 0) {
            sequences[i].candidates |= candidate;
            return count;
        }
    }
    added.candidates = candidate;
    sequences[count++] = added;
    return count;
}

static uint8_t pack_all(const struct sequence_domain_finding *domain,
                        struct stored_sequence sequences[DOMAIN_KINDS])
{
    uint8_t count = 0;
    for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
        if (domain->followed[kind] && !goes_without_saying(&domain->finding[kind]))
            count = add(sequences, count, pack(&domain->finding[kind]), 1u << kind);
    return count;
}

const struct stored_finding *stored_finding_new(const struct copy_analysis *meaning)
{
    const struct analysis_finding *finding = &meaning->finding;
    struct stored_sequence sequences[DOMAIN_KINDS];
    uint8_t count = finding->has_sequence ? pack_all(&finding->domain, sequences) : 0;
    if (count == 0 && finding->copy_of == 0 && !meaning->tells_senders &&
        !meaning->tells_granularity)
        return NULL;
    struct stored_finding *kept =
        wmem_alloc(wmem_file_scope(), sizeof *kept + count * sizeof *sequences);
    *kept = (struct stored_finding){
        .copy_of = (uint32_t)finding->copy_of,
        .copy_of_other_session = finding->copy_of_other_session,
        .repeats = meaning->repeats,
        .tells_constant = meaning->tells_constant,
        .tells_senders = meaning->tells_senders,
        .tells_granularity = meaning->tells_granularity,
        .count = count,
    };
    memcpy(kept->sequences, sequences, count * sizeof *sequences);
    return kept;
}

void stored_finding_restore(const struct stored_finding *kept, struct copy_analysis *meaning)
{
    struct analysis_finding *finding = &meaning->finding;
    finding->copy_of = kept->copy_of;
    finding->copy_of_other_session = kept->copy_of_other_session;
    meaning->repeats = kept->repeats;
    meaning->tells_constant = kept->tells_constant;
    meaning->tells_senders = kept->tells_senders;
    meaning->tells_granularity = kept->tells_granularity;
    for (unsigned i = 0; i < kept->count; i++)
        for (unsigned kind = 0; kind < DOMAIN_KINDS; kind++)
            if (kept->sequences[i].candidates & 1u << kind)
                finding->domain.finding[kind] = unpack(&kept->sequences[i]);
}
