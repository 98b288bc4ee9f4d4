/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/scenario-check.h"

#include "common/errors.h"
#include "core/base/time-units.h"
#include "generator/encapsulate/encapsulate.h"
#include "generator/impairment/impairment-check.h"
#include "generator/load/key-use.h"
#include "generator/path/path-chain.h"
#include "generator/path/path-rewriting.h"
#include "generator/traffic/inner.h"
#include "generator/traffic/traffic.h"

enum { IP_MAX_LENGTH = 65535, IPV4_OPTIONS_MAX = 40 };

/* NULL, or what is wrong with how the keys go together. */
static const char *check_outer(const struct outer_plan *outer)
{
    if (outer->source.len != outer->destination.len)
        return "source and destination must be addresses of one family";
    bool v4 = outer->source.len == 4;
    if (outer->options.len > 0 && !v4)
        return "ip-options is of IPv4; source and destination are IPv6";
    if (outer->options.len % 4 != 0 || outer->options.len > IPV4_OPTIONS_MAX)
        return "ip-options must be a multiple of 4 bytes, 40 at most";
    if (outer->encapsulation_limit != AUTO && v4)
        return "encapsulation-limit is of IPv6; source and destination are IPv4";
    if (outer->tags.count > 0 && outer->link != LINK_KIND_ETHERNET)
        return "outer-vlan needs link = ethernet";
    return NULL;
}

/* Capture files count seconds in 32 bits: until 2106. */
static const char *check_schedule(const struct schedule *schedule, int64_t start_ns)
{
    int64_t length_ns;
    int64_t last_ns;
    if (schedule->count == 0 || schedule->interval_ns == AUTO)
        return NULL;
    if (__builtin_mul_overflow(schedule->count - 1, schedule->interval_ns, &length_ns) ||
        __builtin_add_overflow(start_ns, schedule->delay_ns, &last_ns) ||
        __builtin_add_overflow(last_ns, length_ns, &last_ns) || last_ns >= TIME_END_NS)
        return "start, delay, interval, count: the last frame would be sent after 2106-02-07";
    return NULL;
}

enum { VNI_MAX = 0xffffff };

/* Of a sub-header, in bits. */
struct widths {
    unsigned reserved;
    unsigned port;
};

static struct widths widths_of(enum subheader_layout layout)
{
    switch (layout) {
    case SUBHEADER_OPAQUE:
        return (struct widths){.reserved = 0, .port = 0};
    case SUBHEADER_VSM:
        return (struct widths){.reserved = 14, .port = 32};
    case SUBHEADER_PORT_TIME:
        return (struct widths){.reserved = 12, .port = 14};
    case SUBHEADER_RESERVED:
        return (struct widths){.reserved = 26, .port = 0};
    case SUBHEADER_SWITCH_SECONDS:
        return (struct widths){.reserved = 0, .port = 16};
    case SUBHEADER_INDEX_TIME:
        return (struct widths){.reserved = 6, .port = 20};
    }
    return (struct widths){0};
}

static const char *check_header(const struct session_plan *plan)
{
    const struct subheader *subheader = &plan->header.subheader;
    bool has_vni = plan->mirror_type == MIRROR_VXLAN || plan->mirror_type == MIRROR_GENEVE;
    if (has_vni && plan->mirror_id > VNI_MAX)
        return "mirror-id: a VNI has 24 bits";
    bool in_udp = plan->mirror_type != MIRROR_ERSPAN && !mirror_is_in_gre(plan->mirror_type);
    if (in_udp && plan->stream.outer.link == LINK_KIND_SLL_WITHOUT_GRE)
        return "link = sll-without-gre: this mirror-type has no GRE";
    if (plan->mirror_type == MIRROR_HP_ERM && plan->mirror_port == AUTO)
        return "mirror-type = hp-erm needs mirror-port: it has no usual one";
    if (plan->type != ERSPAN_TYPE_III && plan->subheader == ANSWER_YES)
        return "subheader needs type = 3";
    enum subheader_layout layout =
        subheader_layout(plan->platform == AUTO ? 0 : (uint8_t)plan->platform);
    struct widths widths = widths_of(layout);
    if ((uint64_t)subheader->reserved >> widths.reserved != 0)
        return "subheader-reserved: this platform has fewer reserved bits";
    if ((uint64_t)subheader->port >> widths.port != 0)
        return "port: this platform has fewer bits for it";
    if (subheader->opaque != 0 && layout != SUBHEADER_OPAQUE)
        return "opaque: the layout of this platform is known";
    return NULL;
}

static const char *check_sequence(const struct gre_plan *gre)
{
    enum counter_scope domain = gre->counter_scope;
    if (domain == COUNTER_NONE && gre->sequence != SEQUENCE_MODE_AUTO &&
        gre->sequence != SEQUENCE_MODE_NO)
        return "sequence-domain = none contradicts sequence";
    if ((uint64_t)gre->sequence_start >> gre->sequence_bits != 0)
        return "sequence-start: more than sequence-bits hold";
    if (domain == COUNTER_CONSTANT && gre->sequence == SEQUENCE_MODE_NO)
        return "sequence-domain = constant contradicts sequence = no";
    if (domain == COUNTER_CONSTANT && gre->sequence == SEQUENCE_MODE_CONSTANT)
        return "sequence-domain = constant: sequence need not say it again";
    return NULL;
}

static const char *check_fate(const struct session_plan *plan)
{
    const struct outer_plan *outer = &plan->stream.outer;
    const struct fate_plan *fate = &plan->fate;
    bool has_ip = outer->link != LINK_KIND_SLL_WITHOUT_GRE;
    if (!has_ip && (plan->gre.checksum != CHECK_NONE || plan->gre.udp_port != AUTO))
        return "link = sll-without-gre has no GRE header to set";
    if (!has_ip && (fate->fragment != AUTO || fate->icmp_error != ICMP_ERROR_NONE))
        return "link = sll-without-gre has no IP packet to fragment or to quote";
    if (fate->fragment != AUTO && fate->fragment % 8 != 0)
        return "fragment must be a multiple of 8";
    if (fate->fragment_overlap % 8 != 0 || fate->fragment_overlap >= MAX(fate->fragment, 1))
        return "fragment-overlap must be a multiple of 8, and less than fragment";
    if (fate->fragment != AUTO && outer->source.len == 4 && outer->dont_fragment)
        return "fragment needs df = no";
    if (fate->fragment != AUTO && outer->options.len > 0)
        return "fragment does not go with ip-options";
    if (fate->outer_fcs != CHECK_NONE && outer->link != LINK_KIND_ETHERNET)
        return "outer-fcs needs link = ethernet";
    if (fate->loop > 1 && (fate->nesting > 1 || outer->link != LINK_KIND_ETHERNET))
        return "loop needs link = ethernet, and nesting = 1";
    if (!has_ip && plan->impairment.drop_answer)
        return "link = sll-without-gre has no IP packet to quote";
    if (plan->gre.checksum != CHECK_NONE && plan->gre.flags != AUTO &&
        !(plan->gre.flags & GRE_BIT_CHECKSUM))
        return "gre-checksum needs the bit 0x8000 in gre-flags";
    return NULL;
}

/* @p frame_length: of the longest frame that the session mirrors. */
static const char *check_length(const struct session_plan *plan, size_t frame_length)
{
    struct encapsulation encapsulation;
    encapsulation_init(&encapsulation, plan, 0, 0, NULL);
    if (plan->fate.cut != AUTO)
        frame_length = MIN(frame_length, (size_t)plan->fate.cut);
    size_t longest = encapsulation_longest(&encapsulation, frame_length);
    encapsulation_clear(&encapsulation);
    if (longest > IP_MAX_LENGTH)
        return "such a copy is longer than an IP packet can be, 65535 bytes: see inner-size, tso, "
               "nesting, cut";
    return NULL;
}

/* NULL if the traffic that it mirrors is there. */
static const char *check_traffic_named(const struct session_plan *plan,
                                       const struct scenario *scenario)
{
    if (plan->mirror[0] == '\0' ||
        scenario_find_traffic(scenario, plan->mirror) < scenario->traffics->len)
        return NULL;
    return "mirror: the scenario has no [traffic NAME] of that name";
}

static const char *check_mirror(const struct session_plan *plan, const struct scenario *scenario)
{
    const char *wrong = check_traffic_named(plan, scenario);
    if (wrong != NULL)
        return wrong;
    guint traffic = scenario_find_traffic(scenario, plan->mirror);
    size_t longest =
        traffic_longest(&g_array_index(scenario->traffics, struct traffic_plan, traffic));
    return check_length(plan, longest + (session_follows(plan) ? PATH_GROWTH_MAX : 0));
}

/* The frames that it copies: its own, or a traffic's. */
static const char *check_frames(const struct session_plan *plan, const struct scenario *scenario)
{
    if (plan->mirror[0] != '\0')
        return check_mirror(plan, scenario);
    const char *wrong = inner_check(&plan->inner);
    return wrong != NULL ? wrong : check_length(plan, inner_longest(&plan->inner));
}

static const char *check_session(const struct session_plan *plan, const struct scenario *scenario)
{
    const char *wrong = check_outer(&plan->stream.outer);
    if (wrong == NULL)
        wrong = path_check(plan, scenario);
    if (wrong == NULL)
        wrong = check_frames(plan, scenario);
    if (wrong == NULL)
        wrong = check_schedule(&plan->stream.schedule, scenario->capture.start_ns);
    if (wrong == NULL)
        wrong = check_header(plan);
    if (wrong == NULL)
        wrong = check_sequence(&plan->gre);
    if (wrong == NULL)
        wrong = impairment_check(&plan->impairment);
    if (wrong == NULL)
        wrong = check_fate(plan);
    return wrong;
}

static const char *check_marker(const struct marker_plan *plan, int64_t start_ns)
{
    const char *wrong = check_outer(&plan->stream.outer);
    if (wrong == NULL)
        wrong = check_schedule(&plan->stream.schedule, start_ns);
    if (wrong == NULL && plan->stream.outer.link == LINK_KIND_SLL_WITHOUT_GRE)
        wrong = "a marker packet is not GRE: link = sll";
    return wrong;
}

/* @p kind: of the group "[kind NAME]". */
static gboolean report(const char *kind, const struct group *group, const char *place,
                       const char *wrong, GError **error)
{
    if (wrong == NULL)
        return TRUE;
    if (place == NULL)
        return fail(error, STATUS_USAGE, "%s", wrong);
    if (group->line == 0)
        return fail(error, STATUS_USAGE, "%s: %s", place, wrong);
    return fail(error, STATUS_USAGE, "%s:%u: [%s %s]: %s", place, group->line, kind, group->name,
                wrong);
}

static const char *check_traffic(const struct traffic_plan *plan, const struct scenario *scenario)
{
    if (scenario_find_mirror(scenario, plan->group.name) == scenario->sessions->len)
        return "no session mirrors it";
    return traffic_check(plan, scenario->capture.start_ns);
}

/* NULL if the sessions that it is for are there. */
static const char *check_sessions_named(const struct impairment_plan *plan,
                                        const struct scenario *scenario)
{
    char **names = impairment_sessions(plan);
    bool known = scenario->sessions->len > 0;
    for (char **name = names; *name != NULL; name++)
        known = known && scenario_find_session(scenario, *name) < scenario->sessions->len;
    g_strfreev(names);
    return known ? NULL : "sessions: the scenario has no [session NAME] of one of these names";
}

static const char *check_impairment(const struct impairment_plan *plan,
                                    const struct scenario *scenario)
{
    const char *wrong = check_sessions_named(plan, scenario);
    if (wrong != NULL)
        return wrong;
    if (!impairment_does_something(plan))
        return "nothing goes wrong by this";
    return impairment_check(plan);
}

/* Whether the keys of each group go together. */
static gboolean check_groups(const struct scenario *scenario, const char *place, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; i < scenario->traffics->len; i++) {
        const struct traffic_plan *plan =
            &g_array_index(scenario->traffics, struct traffic_plan, i);
        good = report("traffic", &plan->group, place, check_traffic(plan, scenario), error) && good;
    }
    for (guint i = 0; i < scenario->sessions->len; i++) {
        const struct session_plan *plan =
            &g_array_index(scenario->sessions, struct session_plan, i);
        good =
            report("session", &plan->stream.group, place, check_session(plan, scenario), error) &&
            good;
    }
    for (guint i = 0; i < scenario->markers->len; i++) {
        const struct marker_plan *plan = &g_array_index(scenario->markers, struct marker_plan, i);
        good = report("marker", &plan->stream.group, place,
                      check_marker(plan, scenario->capture.start_ns), error) &&
               good;
    }
    for (guint i = 0; i < scenario->impairments->len; i++) {
        const struct impairment_plan *plan =
            &g_array_index(scenario->impairments, struct impairment_plan, i);
        good = report("impairment", &plan->group, place, check_impairment(plan, scenario), error) &&
               good;
    }
    return good;
}

/* Whether all that the file says means something. */
static gboolean check_meaning(const struct scenario *scenario, const char *place, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; i < scenario->said->len; i++) {
        const struct said *said = &g_array_index(scenario->said, struct said, i);
        const char *lacks = key_unused_reason(said->key, said->section, said->plan, scenario);
        if (lacks != NULL)
            good = fail(error, STATUS_USAGE, "%s:%u: %s requires %s", place, said->line,
                        said->key->name, lacks);
    }
    return good;
}

/* A path takes half a megabyte, and each impairment is asked for each session. */
static gboolean check_numbers(const struct scenario *scenario, const char *place, GError **error)
{
    if (scenario->impairments->len > SCENARIO_IMPAIRMENTS_MAX)
        return fail(error, STATUS_USAGE, "%s: has more than %d [impairment NAME]", place,
                    SCENARIO_IMPAIRMENTS_MAX);
    guint paths = 0;
    for (guint i = 0; i < scenario->sessions->len; i++)
        if (!session_follows(&g_array_index(scenario->sessions, struct session_plan, i)) &&
            scenario_next_point(scenario, i) < scenario->sessions->len)
            paths++;
    return paths <= SCENARIO_PATHS_MAX ||
           fail(error, STATUS_USAGE, "%s: has more than %d paths", place, SCENARIO_PATHS_MAX);
}

gboolean scenario_check(const struct scenario *scenario, const char *place, GError **error)
{
    if (scenario->sessions->len + scenario->markers->len == 0)
        return fail(error, STATUS_USAGE, "%s: has no [session NAME] and no [marker NAME]", place);
    if (!check_numbers(scenario, place, error))
        return FALSE;
    return check_groups(scenario, place, error) && check_meaning(scenario, place, error);
}

gboolean scenario_check_names(const struct scenario *scenario, const char *place, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; i < scenario->sessions->len; i++) {
        const struct session_plan *plan =
            &g_array_index(scenario->sessions, struct session_plan, i);
        good = report("session", &plan->stream.group, place, check_traffic_named(plan, scenario),
                      error) &&
               good;
    }
    for (guint i = 0; i < scenario->impairments->len; i++) {
        const struct impairment_plan *plan =
            &g_array_index(scenario->impairments, struct impairment_plan, i);
        good = report("impairment", &plan->group, place, check_sessions_named(plan, scenario),
                      error) &&
               good;
    }
    return good;
}
