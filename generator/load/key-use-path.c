/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keys of a point along a path need.
 */
#include "generator/load/key-use-rules.h"
#include "generator/scenario/scenario.h"

static bool follows(const struct key_place *at)
{
    return session_follows(at->session);
}

static bool is_after(const struct key_place *at)
{
    return strcmp(at->key->name, "after") == 0 || follows(at);
}

static bool has_queue(const struct key_place *at)
{
    return at->session->path.rate != AUTO;
}

static bool loses_in_runs(const struct key_place *at)
{
    return at->session->path.frames.run_start > 0;
}

static bool loses_by_chance(const struct key_place *at)
{
    return at->session->path.frames.loss > 0 || loses_in_runs(at);
}

static bool polices(const struct key_place *at)
{
    return at->session->path.frames.police_rate.per_second != AUTO;
}

static bool reorders(const struct key_place *at)
{
    return at->session->path.frames.late > 0;
}

const struct key_rule path_rules[] = {
    {.topic = TOPIC_PATH, .holds = is_after, .needs = "after"},
    {KEYS("path-queue"), .holds = has_queue, .needs = "path-rate"},
    {KEYS("path-run-end", "path-run-loss"), .holds = loses_in_runs, .needs = "path-run-start"},
    {KEYS("path-loss-above"), .holds = loses_by_chance, .needs = "path-loss or path-run-start"},
    {KEYS("path-police-burst"), .holds = polices, .needs = "path-police-rate"},
    {KEYS("path-reorder-delay"), .holds = reorders, .needs = "path-reorder"},
    {0},
};
