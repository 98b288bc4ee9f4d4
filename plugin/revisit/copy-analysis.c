/* copy-analysis.c
 * What a copy means next to the copies before it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/revisit/copy-analysis.h"

#include "core/report/copy-pipeline.h"
#include "plugin/base/preferences.h"
#include "plugin/revisit/frame-data.h"
#include "plugin/revisit/settled-findings.h"
#include "plugin/revisit/shown-loss.h"
#include "plugin/revisit/stored-finding.h"
#include "plugin/revisit/stored-timing.h"

enum { SAID_CONSTANT = 1, SAID_GRANULARITY = 2, SAID_SENDERS = 4 };

/* Copies behind the first with its number, before a sequence is called constant: a first copy that
 * comes twice is not. */
enum { CONSTANT_COPIES = 2 };

/* Of the open capture file. */
static struct analysis *analysis;
static struct followed_paths *paths; /* NULL before the first copy */
static struct stored_timing *timings;
static struct settled_findings *settled;
static struct shown_loss *shown;
static GByteArray *said; /* per stream: what was said of it once */
static uint32_t last_frame;

struct path_table *copy_analysis_paths(void)
{
    return paths != NULL ? followed_paths_table(paths) : NULL;
}

uint32_t copy_analysis_last_frame(void)
{
    return last_frame;
}

void copy_analysis_start_file(void)
{
    last_frame = 0;
    if (!erspan_preferences.analyse)
        return;
    struct analysis_policy policy = erspan_analysis_policy();
    analysis = analysis_new(&policy);
    timings = stored_timing_new();
    settled = settled_findings_new();
    shown = shown_loss_new();
    said = g_byte_array_new();
}

void copy_analysis_all_came(void)
{
    if (paths != NULL)
        path_table_end(followed_paths_table(paths));
}

void copy_analysis_end_file(void)
{
    if (analysis == NULL)
        return;
    analysis_free(analysis);
    analysis = NULL;
    followed_paths_free(paths);
    paths = NULL;
    stored_timing_free(timings);
    timings = NULL;
    settled_findings_free(settled);
    settled = NULL;
    shown_loss_free(shown);
    shown = NULL;
    g_byte_array_free(said, TRUE);
    said = NULL;
}

const struct analysis *copy_analysis_current(void)
{
    return analysis;
}

/* True the first time it is asked for this stream. */
static bool say_once(const struct session *session, uint8_t what)
{
    if (session == NULL || session->stream == SESSION_NO_STREAM)
        return false;
    guint known = said->len;
    if (known <= session->stream) {
        g_byte_array_set_size(said, session->stream + 1);
        memset(said->data + known, 0, said->len - known);
    }
    bool first = !(said->data[session->stream] & what);
    said->data[session->stream] |= what;
    return first;
}

static bool is_constant(const struct sequence_domain_finding *domain)
{
    const struct sequence *sequence = domain->sequence[domain->kind];
    return domain->finding[domain->kind].kind == SEQUENCE_CONSTANT && sequence != NULL &&
           sequence_counts_so_far(sequence)->constants >= CONSTANT_COPIES;
}

static bool has_several_senders(const struct sequence_domain_finding *domain)
{
    unsigned apart;
    const struct sequence *sequence = domain->sequence[domain->kind];
    return domain->finding[domain->kind].several && sequence != NULL &&
           sequence_counters(sequence, &apart) > 1 && sequence_label_tells_senders(apart);
}

static void find_first(packet_info *pinfo, uint32_t number, struct bytes payload,
                       const struct copy *copy, struct copy_analysis *meaning)
{
    struct analysis_finding *finding = &meaning->finding;
    struct copy_digest digest;
    copy_digest_read(analysis, copy, payload, &digest);
    copy_analyse(analysis, &meaning->place, copy, &digest, finding);
    if (paths == NULL)
        paths = followed_paths_new();
    copy_follow(followed_paths_table(paths), analysis, &meaning->place, copy, &digest, finding);
    const struct sequence_finding *sequence = copy_analysis_sequence(meaning);
    meaning->repeats =
        finding->copy_of != 0 || (sequence != NULL && sequence->kind == SEQUENCE_DUPLICATE);
    if (finding->has_sequence)
        settled_findings_keep(settled, &finding->domain);
    if (sequence != NULL) {
        meaning->lost_change = shown_loss_change(shown, &finding->domain);
        meaning->restart_frame = sequence->kind == SEQUENCE_RESTART ? sequence->frame : 0;
    }
    if (sequence != NULL && is_constant(&finding->domain))
        meaning->tells_constant = say_once(copy->session, SAID_CONSTANT);
    if (sequence != NULL && has_several_senders(&finding->domain))
        meaning->tells_senders = say_once(copy->session, SAID_SENDERS);
    if (finding->has_time && finding->time.granularity_contradicted)
        meaning->tells_granularity = say_once(copy->session, SAID_GRANULARITY);
    const struct stored_finding *kept = stored_finding_new(meaning);
    if (kept != NULL)
        frame_data_set(pinfo, number, FRAME_DATA_FINDING, kept);
    if (finding->has_time)
        stored_timing_keep(timings, meaning->place.frame, number, finding);
}

static void find_again(packet_info *pinfo, uint32_t number, const struct copy *copy,
                       struct copy_analysis *meaning)
{
    analysis_again(analysis, &meaning->place, copy, &meaning->finding);
    const struct stored_finding *kept = frame_data_get(pinfo, number, FRAME_DATA_FINDING);
    if (kept != NULL)
        stored_finding_restore(kept, meaning);
    if (meaning->finding.has_sequence)
        settled_findings_restore(settled, meaning->place.frame, copy->sequence,
                                 &meaning->finding.domain);
    if (copy_analysis_sequence(meaning) != NULL) {
        meaning->lost_change = shown_loss_settled_change(copy_analysis_meaning(meaning));
        meaning->restart_frame =
            settled_findings_restart(settled, meaning->place.frame, &meaning->finding.domain);
    }
    if (meaning->finding.has_time)
        stored_timing_restore(timings, meaning->place.frame, number, &meaning->finding);
}

void copy_analysis_find(packet_info *pinfo, uint32_t number, unsigned depth,
                        const struct outer_packet *outer, const struct copy *copy,
                        struct copy_analysis *meaning)
{
    memset(meaning, 0, sizeof *meaning);
    meaning->place = (struct analysis_place){
        .frame = pinfo->num,
        .arrival_ns = outer_packet_arrival_ns(pinfo),
        .outer_length = outer_packet_frame_length(pinfo),
        .outer_headers = outer->headers,
        .depth = depth,
        .outer_mac = outer->mac,
        .outer_vlan = outer->vlan,
        .outer_ttl = outer->ttl,
    };
    if (analysis == NULL)
        return;
    last_frame = MAX(last_frame, pinfo->num);
    meaning->known = true;
    if (outer->copy.again)
        find_again(pinfo, number, copy, meaning);
    else
        find_first(pinfo, number, outer->copy.payload, copy, meaning);
    if (meaning->finding.counts && paths != NULL)
        followed_paths_find(paths, meaning->place.frame, &meaning->path);
}

void copy_analysis_take_marker(packet_info *pinfo, const struct marker *marker)
{
    if (analysis == NULL || PINFO_FD_VISITED(pinfo))
        return;
    struct address source = outer_packet_source(pinfo);
    analysis_take_marker(analysis, &source, marker, outer_packet_arrival_ns(pinfo), pinfo->num);
}

const struct sequence_finding *copy_analysis_sequence(const struct copy_analysis *meaning)
{
    const struct analysis_finding *finding = &meaning->finding;
    if (!finding->has_sequence || !finding->domain.followed[finding->domain.kind])
        return NULL;
    return &finding->domain.finding[finding->domain.kind];
}

const struct sequence_finding *copy_analysis_meaning(const struct copy_analysis *meaning)
{
    const struct sequence_domain_finding *domain = &meaning->finding.domain;
    const struct sequence_finding *sequence = copy_analysis_sequence(meaning);
    return sequence != NULL && domain->revisited ? &domain->settled[domain->kind] : sequence;
}
