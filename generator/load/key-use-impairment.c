/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys of impairments need, in a session's own or in a group for it.
 */
#include "core/wire/gre.h"
#include "generator/impairment/impairment-check.h"
#include "generator/load/key-use-rules.h"

static bool does_something(const struct key_place *at)
{
    struct impairment_plan timed = *at->impairment;
    timed.restart_time_ns = AUTO; /* that is a time of its own */
    return impairment_does_something(&timed);
}

static bool has_frame(const struct key_place *at)
{
    return at->session->payload.len == 0;
}

static bool stamps(const struct key_place *at)
{
    return at->session->type == ERSPAN_TYPE_III && has_frame(at);
}

static bool restarts(const struct key_place *at)
{
    return at->impairment->restart_copies.count > 0 || at->impairment->restart_time_ns != AUTO;
}

static bool counts(const struct session_plan *plan)
{
    const struct outer_plan *outer = &plan->stream.outer;
    bool numbers_packets = outer->id_policy == ID_INCREMENT && outer->source.len == 4;
    return outer->link != LINK_KIND_SLL_WITHOUT_GRE &&
           (session_counts_copies(plan) || numbers_packets);
}

static bool begins_anew(const struct key_place *at)
{
    return counts(at->session) || (at->impairment->restart_clock && stamps(at));
}

static bool has_flag(const struct key_place *at)
{
    return at->session->type != ERSPAN_TYPE_I && has_frame(at);
}

static bool samples(const struct key_place *at)
{
    return at->impairment->sample > 1;
}

static bool truncates(const struct key_place *at)
{
    return at->impairment->truncate != AUTO;
}

static bool drops_above(const struct key_place *at)
{
    return at->impairment->drop_above != AUTO;
}

static bool polices(const struct key_place *at)
{
    return at->impairment->police_rate.per_second != AUTO;
}

static bool loses_in_runs(const struct key_place *at)
{
    return at->impairment->run_start > 0;
}

static bool corrupts(const struct key_place *at)
{
    return at->impairment->corrupt > 0 || at->impairment->corrupt_copies.count > 0;
}

static bool duplicates(const struct key_place *at)
{
    return at->impairment->duplicate > 0 || at->impairment->duplicate_copies.count > 0;
}

static bool delays(const struct key_place *at)
{
    return at->impairment->late > 0;
}

static bool reorders(const struct key_place *at)
{
    return at->impairment->reorder_block != AUTO;
}

static bool spoofs(const struct key_place *at)
{
    return impairment_spoofs(at->impairment);
}

static bool spoofs_numbers(const struct key_place *at)
{
    return session_has_sequence(at->session) &&
           at->session->stream.outer.link != LINK_KIND_SLL_WITHOUT_GRE;
}

static bool spoofs_at_distance(const struct key_place *at)
{
    enum spoof_number number = at->impairment->spoof_number;
    return number == SPOOF_AHEAD || number == SPOOF_BEHIND || number == SPOOF_NEAR;
}

static bool spoofs_ip(const struct key_place *at)
{
    return at->session->stream.outer.link != LINK_KIND_SLL_WITHOUT_GRE;
}

static bool spoofs_mac(const struct key_place *at)
{
    enum link_kind link = at->session->stream.outer.link;
    return link == LINK_KIND_ETHERNET || link == LINK_KIND_SLL;
}

static bool has_listed_copies(const struct key_place *at)
{
    const void *member = (const char *)at->plan + at->key->offset;
    const struct copy_list *list = member;
    for (uint8_t i = 0; i < list->count; i++)
        if (!session_may_have_copy(at->session, list->ranges[i].first))
            return false;
    return true;
}

const struct key_rule impairment_rules[] = {
    {KEYS("from", "to"), .holds = does_something, .needs = "an impairment, such as loss"},
    {KEYS("restart-copies", "restart-time"), .holds = begins_anew,
     .needs =
         "a value that a restart resets: a sequence number or IPv4 identification that counts, "
         "or in type 3 restart-clock = yes"},
    {KEYS("restart-clock"), .holds = stamps, .needs = "type = 3"},
    {KEYS("restart-clock"), .holds = restarts, .needs = "restart-copies or restart-time"},
    {KEYS("sample-by"), .holds = samples, .needs = "sample"},
    {KEYS("truncate"), .holds = has_frame, .needs = "a mirrored frame: it has payload-hex"},
    {KEYS("truncate-flag"), .holds = has_flag, .needs = "a header with T: type = 2 or 3"},
    {KEYS("truncate-flag"), .holds = truncates, .needs = "truncate"},
    {KEYS("drop-answer"), .holds = drops_above, .needs = "drop-above"},
    {KEYS("police-burst"), .holds = polices, .needs = "police-rate"},
    {KEYS("run-end", "run-loss"), .holds = loses_in_runs, .needs = "run-start"},
    {KEYS("corrupt-bits", "corrupt-where"), .holds = corrupts,
     .needs = "corrupt or corrupt-copies"},
    {KEYS("duplicate-after", "duplicate-delay"), .holds = duplicates,
     .needs = "duplicate or duplicate-copies"},
    {KEYS("late-by", "late-delay"), .holds = delays, .needs = "late"},
    {KEYS("reorder-queues", "reorder-mode"), .holds = reorders, .needs = "reorder-block"},
    {KEYS("spoof-count", "spoof-number", "spoof-distance", "spoof-ttl", "spoof-mac"),
     .holds = spoofs, .needs = "spoof or spoof-copies"},
    {KEYS("spoof-number", "spoof-distance"), .holds = spoofs_numbers,
     .needs = "a sequence number: see sequence"},
    {KEYS("spoof-distance"), .holds = spoofs_at_distance,
     .needs = "spoof-number = ahead, behind or near"},
    {KEYS("spoof-ttl"), .holds = spoofs_ip, .needs = "an outer IP header: see link"},
    {KEYS("spoof-mac"), .holds = spoofs_mac, .needs = "link = ethernet or sll"},
    {KEYS("restart-copies", "drop-copies", "spoof-copies", "corrupt-copies", "duplicate-copies",
          "late-copies"),
     .holds = has_listed_copies, .needs = "that many copies: see count"},
    {0},
};
