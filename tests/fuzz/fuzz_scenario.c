/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a scenario and carries out its beginning. Input: the text of the scenario.
 */
#include "generator/load/scenario-file.h"
#include "generator/simulation/simulated-session.h"
#include "generator/simulation/simulation.h"
#include "tests/fuzz/fuzz.h"

enum { FRAMES_MAX = 64 };

/* Takes some frames and refuses the next. */
static gboolean put(void *context, const struct frame *frame, GError **error)
{
    unsigned *frames = context;
    REQUIRE(frame->bytes.len <= FRAME_MAX_LENGTH);
    read_all(frame->bytes);
    if (++*frames < FRAMES_MAX)
        return TRUE;
    g_set_error_literal(error, g_quark_from_static_string("fuzz"), 0, "enough");
    return FALSE;
}

/* A file that an input names is none of it. */
static bool reads_files(const struct scenario *scenario)
{
    for (guint i = 0; i < scenario->traffics->len; i++)
        if (g_array_index(scenario->traffics, struct traffic_plan, i).kind == TRAFFIC_CAPTURE)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GError *error = NULL;
    char *text = g_strndup((const char *)data, size);
    struct scenario *scenario = scenario_parse(text, "fuzz", NULL, 0, &error);
    g_free(text);
    REQUIRE((scenario == NULL) == (error != NULL));
    if (scenario != NULL && !reads_files(scenario)) {
        unsigned frames = 0;
        const struct frame_sink sink = {.context = &frames, .put = put};
        struct truth *truth = truth_new(scenario);
        gboolean good = simulate(scenario, truth, &sink, NULL, &error);
        truth_free(truth);
        REQUIRE(good == (error == NULL));
    }
    scenario_free(scenario);
    g_clear_error(&error);
    return 0;
}
