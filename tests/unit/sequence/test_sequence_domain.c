/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sequence/sequence-domain.h"

#include "tests/unit/support/support.h"

enum { ROOM = 64 << 20, COUNTERS_MAX = 4096 };

static struct session_key key_of(unsigned source, unsigned session)
{
    return (struct session_key){
        .source = {4, {192, 0, (uint8_t)(source >> 8), (uint8_t)source}},
        .destination = {4, {198, 51, 100, 1}},
        .id = (int16_t)session,
    };
}

/* The same without anything kept with the session. */
/* What each session keeps for the table, by its key. */
static GHashTable *known_members;

static struct sequence_domain_table *new_table(enum sequence_domain_policy policy, size_t limit,
                                               bool revisits)
{
    if (known_members != NULL)
        g_hash_table_destroy(known_members);
    known_members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return sequence_domain_table_new(policy, limit, revisits);
}

static struct sequence_domain_member **known_of(const struct session_key *session)
{
    const uint8_t *source = session->source.bytes;
    char *name = g_strdup_printf("%u.%u %d", source[2], source[3], (int)session->id);
    struct sequence_domain_member **known = g_hash_table_lookup(known_members, name);
    if (known != NULL) {
        g_free(name);
        return known;
    }
    known = g_new0(struct sequence_domain_member *, 1);
    g_hash_table_insert(known_members, name, known);
    return known;
}

static bool take(struct sequence_domain_table *table, const struct session_key *session,
                 uint8_t hardware_id, uint32_t number, uint64_t frame, bool repeats,
                 struct sequence_domain_finding *finding)
{
    const struct sequence_label label = {.hardware_id = hardware_id};
    const struct sequence_copy copy = {number, frame, repeats, &label};
    return sequence_domain_take(table, session, known_of(session), &copy, finding);
}

/* ---- by hand ---- */

/* A copy: of the session A, B, C, ..., with Hw ID and number. */
struct step {
    char session;
    uint8_t hardware_id;
    uint32_t number;
    enum sequence_domain_kind kind; /* that leads then */
};

/* Takes the steps of one source. Of what leads, no copy is anything but first or next. */
static void walk_clean(const struct step *steps, size_t count)
{
    struct sequence_domain_table *table = new_table(DOMAIN_AUTO, ROOM, false);
    for (size_t i = 0; i < count; i++) {
        const struct session_key key = key_of(1, (unsigned)(steps[i].session - 'A'));
        struct sequence_domain_finding finding;
        g_test_message("step %zu", i);
        g_assert_true(
            take(table, &key, steps[i].hardware_id, steps[i].number, i + 1, false, &finding));
        g_assert_cmpint(finding.kind, ==, steps[i].kind);
        g_assert_cmpint(sequence_domain_kind_of(table, &key.source, &key.destination), ==,
                        steps[i].kind);
        g_assert_true(finding.followed[finding.kind]);
        g_assert_cmpuint(sequence_counts_so_far(finding.sequence[finding.kind])->lost, ==, 0);
        g_assert_cmpuint(sequence_counts_so_far(finding.sequence[finding.kind])->duplicates, ==, 0);
        g_assert_cmpuint(sequence_counts_so_far(finding.sequence[finding.kind])->constants, ==, 0);
        g_assert_cmpuint(finding.finding[finding.kind].lost, ==, 0);
    }
    sequence_domain_table_free(table);
}

#define WALK_CLEAN(steps) walk_clean(steps, G_N_ELEMENTS(steps))

/* Open vSwitch: one counter for all (quirk Q1), Type II and III alike. */
static void test_shared(void)
{
    const struct step steps[] = {
        {'A', 0, 0, DOMAIN_SESSION}, {'B', 0, 1, DOMAIN_SOURCE}, {'C', 5, 2, DOMAIN_SOURCE},
        {'A', 0, 3, DOMAIN_SOURCE},  {'C', 5, 4, DOMAIN_SOURCE}, {'C', 6, 5, DOMAIN_SOURCE},
        {'B', 0, 6, DOMAIN_SOURCE},
    };
    WALK_CLEAN(steps);
    /* The number after the wrap at 30 bits (quirk Q4, 30-bit sequence) is a session's first. */
    const struct step narrow[] = {
        {'A', 0, 0x3ffffffe, DOMAIN_SESSION}, {'B', 0, 0x3fffffff, DOMAIN_SOURCE},
        {'C', 0, 0, DOMAIN_SOURCE},           {'C', 0, 1, DOMAIN_SOURCE},
        {'A', 0, 2, DOMAIN_SOURCE},           {'B', 0, 3, DOMAIN_SOURCE},
    };
    WALK_CLEAN(narrow);
}

static void test_independent(void)
{
    const struct step equal[] = {
        {'A', 0, 0, DOMAIN_SESSION}, {'B', 0, 0, DOMAIN_SESSION}, {'A', 0, 1, DOMAIN_SESSION},
        {'B', 0, 1, DOMAIN_SESSION}, {'A', 0, 2, DOMAIN_SESSION}, {'B', 0, 2, DOMAIN_SESSION},
    };
    WALK_CLEAN(equal);
    const struct step apart[] = {
        {'A', 0, 100, DOMAIN_SESSION},     {'B', 0, 7000000, DOMAIN_SESSION},
        {'A', 1, 101, DOMAIN_SESSION},     {'A', 0, 102, DOMAIN_SESSION},
        {'B', 2, 7000001, DOMAIN_SESSION},
    };
    WALK_CLEAN(apart);
}

static void test_hardware_id(void)
{
    const struct step steps[] = {
        {'A', 0, 0, DOMAIN_SESSION},     {'A', 1, 0, DOMAIN_SESSION},
        {'A', 0, 1, DOMAIN_SESSION},     {'A', 1, 1, DOMAIN_HARDWARE_ID},
        {'A', 0, 2, DOMAIN_HARDWARE_ID}, {'A', 1, 2, DOMAIN_HARDWARE_ID},
    };
    struct sequence_domain_table *table = new_table(DOMAIN_AUTO, ROOM, false);
    struct sequence_domain_finding finding;
    const struct session_key key = key_of(1, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        take(table, &key, steps[i].hardware_id, steps[i].number, i + 1, false, &finding);
        g_assert_cmpint(finding.kind, ==, steps[i].kind);
    }
    g_assert_cmpuint(sequence_counts_so_far(finding.sequence[DOMAIN_HARDWARE_ID])->copies, ==, 3);
    g_assert_cmpuint(sequence_counts_so_far(finding.sequence[DOMAIN_HARDWARE_ID])->lost, ==, 0);
    sequence_domain_table_free(table);
}

/* Two sources with the same session ID (quirk Q2). */
static void test_two_sources(void)
{
    struct sequence_domain_table *table = new_table(DOMAIN_AUTO, ROOM, false);
    for (unsigned i = 0; i < 50; i++) {
        for (unsigned source = 0; source < 2; source++) {
            const struct session_key key = key_of(source, 7);
            struct sequence_domain_finding finding;
            g_assert_true(take(table, &key, 0, 500 * source + i, i + 1, false, &finding));
            g_assert_cmpint(finding.kind, ==, DOMAIN_SESSION);
            g_assert_cmpint(finding.finding[DOMAIN_SESSION].kind, ==,
                            i == 0 ? SEQUENCE_FIRST : SEQUENCE_NEXT);
        }
    }
    sequence_domain_table_free(table);
}

static void test_forced(void)
{
    for (int kind = 0; kind < DOMAIN_KINDS; kind++) {
        struct sequence_domain_table *table =
            new_table((enum sequence_domain_policy)(DOMAIN_AS_SOURCE + kind), ROOM, false);
        const struct session_key keys[] = {key_of(1, 0), key_of(1, 1)};
        struct sequence_domain_finding finding;
        g_assert_cmpint(sequence_domain_kind_of(table, &keys[0].source, &keys[0].destination), ==,
                        kind);
        for (unsigned i = 0; i < 100; i++) {
            take(table, &keys[i / 2 % 2], (uint8_t)(i % 2), i, i + 1, false, &finding);
            g_assert_cmpint(finding.kind, ==, kind);
            g_assert_true(finding.source->decided);
            for (int other = 0; other < DOMAIN_KINDS; other++)
                g_assert_true(finding.followed[other] == (other == kind));
        }
        const uint64_t copies[DOMAIN_KINDS] = {100, 50, 25};
        g_assert_cmpuint(sequence_counts_so_far(finding.sequence[kind])->copies, ==, copies[kind]);
        sequence_domain_table_free(table);
    }
}

/* ---- at random ---- */

/* What a counter sent, as it came. */
struct counter {
    uint32_t next;
    uint32_t lowest;
    uint32_t highest;
    uint64_t came;
    struct sequence_counts seen; /* the sum of the winner's findings */
};

struct mirror {
    enum sequence_domain_kind kind;
    unsigned sessions;
    unsigned engines; /* Hw IDs of each session */
    unsigned copies;
    double loss;
    bool start_equal;
};

static unsigned counter_index(const struct mirror *mirror, unsigned session, unsigned engine)
{
    switch (mirror->kind) {
    case DOMAIN_SOURCE:
        return 0;
    case DOMAIN_SESSION:
        return session;
    default:
        return session * mirror->engines + engine;
    }
}

static void check_counter(const struct counter *counter)
{
    const struct sequence_counts *counts = &counter->seen;
    g_assert_cmpuint(counts->copies, ==, counter->came);
    g_assert_cmpuint(counts->lost, ==, counter->highest - counter->lowest + 1 - counter->came);
    g_assert_cmpuint(counts->late + counts->duplicates + counts->restarts + counts->strays, ==, 0);
}

/* Sends copies of random sessions; in the end the domain and the counts of every counter, followed
 * from its first copy, are right. */
static void check_mirror(const struct mirror *mirror, uint32_t seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    struct sequence_domain_table *table = new_table(DOMAIN_AUTO, ROOM, false);
    struct counter *counters = g_new0(struct counter, COUNTERS_MAX);
    uint32_t base = g_rand_int(random) >> 1;
    for (unsigned i = 0; i < COUNTERS_MAX; i++)
        counters[i].next = mirror->start_equal ? base : g_rand_int(random) >> 1;
    struct sequence_domain_finding finding;
    g_test_message("kind %d, %u sessions of %u Hw IDs, %u copies, loss %g, seed %u", mirror->kind,
                   mirror->sessions, mirror->engines, mirror->copies, mirror->loss, seed);
    for (unsigned i = 0; i < mirror->copies; i++) {
        unsigned session = (unsigned)g_rand_int_range(random, 0, (gint32)mirror->sessions);
        unsigned engine = (unsigned)g_rand_int_range(random, 0, (gint32)mirror->engines);
        struct counter *counter = &counters[counter_index(mirror, session, engine)];
        uint32_t number = counter->next++;
        if (g_rand_double(random) < mirror->loss)
            continue;
        if (counter->came++ == 0)
            counter->lowest = number;
        counter->highest = number;
        const struct session_key key = key_of(1, session);
        g_assert_true(take(table, &key, (uint8_t)engine, number, i + 1, false, &finding));
        g_assert_true(finding.followed[mirror->kind]);
        sequence_counts_add(&counter->seen, &finding.finding[mirror->kind]);
    }
    g_assert_cmpint(finding.kind, ==, mirror->kind);
    for (unsigned i = 0; i < COUNTERS_MAX; i++)
        if (counters[i].came > 0)
            check_counter(&counters[i]);
    g_assert_cmpuint(sequence_domain_table_given_up(table), ==, 0);
    sequence_domain_table_free(table);
    g_free(counters);
    g_rand_free(random);
}

static void test_random(void)
{
    const double losses[] = {0, 0.01, 0.1, 0.3};
    const struct mirror mirrors[] = {
        {DOMAIN_SOURCE, 3, 1, 100, 0, false},       {DOMAIN_SOURCE, 2, 2, 100, 0, false},
        {DOMAIN_SOURCE, 1000, 1, 5000, 0, false},   {DOMAIN_SESSION, 1, 1, 100, 0, false},
        {DOMAIN_SESSION, 2, 1, 100, 0, false},      {DOMAIN_SESSION, 3, 1, 100, 0, true},
        {DOMAIN_SESSION, 2, 4, 200, 0, false},      {DOMAIN_SESSION, 1000, 1, 20000, 0, true},
        {DOMAIN_SESSION, 1, 3, 100, 0, false},      {DOMAIN_HARDWARE_ID, 1, 2, 100, 0, false},
        {DOMAIN_HARDWARE_ID, 3, 2, 200, 0, true},   {DOMAIN_HARDWARE_ID, 1, 64, 5000, 0, false},
        {DOMAIN_HARDWARE_ID, 50, 4, 5000, 0, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(mirrors); i++)
        for (size_t loss = 0; loss < G_N_ELEMENTS(losses); loss++)
            for (uint32_t seed = 0; seed < 20; seed++) {
                struct mirror mirror = mirrors[i];
                mirror.loss = losses[loss];
                check_mirror(&mirror, seed);
            }
}

/* ---- memory ---- */

/* A flood of sessions that are made up stays inside its limit, what is known goes on, and what
 * begins amid it is followed. */
static void check_flood(bool revisits)
{
    enum { LIMIT = 1 << 20, FLOOD = 100000, BEGIN = FLOOD / 2 };
    struct sequence_domain_table *table = new_table(DOMAIN_AUTO, LIMIT, revisits);
    struct sequence_domain_finding finding;
    const struct session_key real = key_of(1, 1);
    const struct session_key late = key_of(50001, 2);
    uint32_t number = 0;
    for (unsigned i = 0; i < FLOOD; i++) {
        const struct session_key made_up = key_of(2 + i % 50000, i % 1024);
        g_assert_true(take(table, &made_up, (uint8_t)i, i * 2654435761u, i + 1, false, &finding));
        if (i >= BEGIN) {
            g_assert_true(take(table, &late, 0, i - BEGIN, i + 1, false, &finding));
            g_assert_cmpuint(sequence_counts_so_far(finding.sequence[DOMAIN_SESSION])->copies, ==,
                             i - BEGIN + 1);
        }
        g_assert_true(take(table, &real, 0, number++, i + 1, false, &finding));
        g_assert_cmpuint(sequence_domain_table_memory(table), <=, LIMIT + 4096);
    }
    g_assert_cmpuint(sequence_domain_table_given_up(table), ==, 0);
    g_assert_cmpuint(sequence_counts_so_far(finding.sequence[DOMAIN_SESSION])->lost, ==, 0);
    g_assert_cmpuint(sequence_counts_so_far(finding.sequence[DOMAIN_SESSION])->copies, ==, FLOOD);
    /* A second visit of the first copy of all. */
    const struct session_key first = key_of(2, 0);
    g_assert_true(sequence_domain_find(table, &first, 0, &finding) == revisits);
    sequence_domain_table_free(table);
}

static void test_flood(void)
{
    check_flood(false);
    check_flood(true);
}

/* A source with several sessions that made room begins anew when it comes again. */
static void test_it_comes_again(void)
{
    enum { LIMIT = 1 << 17, FLOOD = 2000, COPIES = 50 };
    for (unsigned revisits = 0; revisits < 2; revisits++) {
        struct sequence_domain_table *table = new_table(DOMAIN_AUTO, LIMIT, revisits != 0);
        struct sequence_domain_finding finding;
        uint64_t frame = 0;
        for (unsigned round = 0; round < 3; round++) {
            for (unsigned i = 0; i < 10; i++)
                for (unsigned id = 0; id < 3; id++) {
                    const struct session_key key = key_of(1, id);
                    g_assert_true(take(table, &key, (uint8_t)(i % 2), 1000 * round + i, ++frame,
                                       false, &finding));
                }
            g_assert_cmpuint(sequence_counts_so_far(finding.sequence[finding.kind])->lost, <, 1000);
            for (unsigned i = 0; i < FLOOD * COPIES; i++) {
                const struct session_key key = key_of(2 + FLOOD * round + i / COPIES, 7);
                g_assert_true(take(table, &key, 0, i, ++frame, false, &finding));
            }
        }
        sequence_domain_table_free(table);
    }
}

/* What loses by far is given up, and its memory with it. */
static void test_decision(void)
{
    struct sequence_domain_table *table = new_table(DOMAIN_AUTO, ROOM, false);
    struct sequence_domain_finding finding;
    size_t most = 0;
    for (unsigned i = 0; i < 1000; i++) {
        const struct session_key key = key_of(1, i % 10);
        take(table, &key, (uint8_t)(i % 3), i, i + 1, false, &finding);
        most = MAX(most, sequence_domain_table_memory(table));
    }
    g_assert_true(finding.source->decided);
    g_assert_cmpint(finding.kind, ==, DOMAIN_SOURCE);
    g_assert_false(finding.followed[DOMAIN_SESSION]);
    g_assert_null(finding.sequence[DOMAIN_SESSION]);
    g_assert_cmpuint(sequence_counts_so_far(finding.sequence[DOMAIN_SOURCE])->copies, ==, 1000);
    g_assert_cmpuint(sequence_domain_table_memory(table), <, most);
    sequence_domain_table_free(table);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/shared", test_shared);
    g_test_add_func("/domain/independent", test_independent);
    g_test_add_func("/domain/hardware-id", test_hardware_id);
    g_test_add_func("/domain/two-sources", test_two_sources);
    g_test_add_func("/domain/forced", test_forced);
    g_test_add_func("/domain/random", test_random);
    g_test_add_func("/domain/flood", test_flood);
    g_test_add_func("/domain/again", test_it_comes_again);
    g_test_add_func("/domain/decision", test_decision);
    return g_test_run();
}
