/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * erspangen makes ERSPAN traffic. Its subcommands are one table; each has a file of its own.
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "common/confinement/confinement.h"
#include "common/errors.h"
#include "core/base/printable.h"
#include "generator/cli/command.h"
#include "generator/send/backend.h"

static const struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"write", command_write, "a scenario, a capture or options alone, to a capture file"},
    {"send", command_send, "a scenario, a capture or options alone, onto the wire"},
    {"wrap", command_wrap, "the frames of a capture, as copies, to a capture file"},
    {"check", command_check, "what is wrong with a scenario, or with this host"},
    {"limit", command_limit, "what a collector can take: with erspanrate --serve there"},
    {"list", command_list, "the built-in scenarios: devices, quirks, situations"},
};

static void print_help(FILE *stream)
{
    fputs("Usage: erspangen COMMAND [ARGUMENT...]\n"
          "Makes ERSPAN: copies of frames, as switches and hosts send them to a collector.\n\n",
          stream);
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].help);
    fputs("\n  erspangen COMMAND --help tells more; so does erspangen(1).\n"
          "  --version prints the version.\n\n"
          "Examples:\n"
          "  erspangen list nexus                       what there is of a device\n"
          "  erspangen write nexus-5000 --session 10 --late 2% --late-by 3 -o x.pcap\n"
          "  erspangen wrap mine.pcapng --type 2 --session 7 -o x.pcapng\n"
          "  erspangen send mine.pcapng --type 3 --session 55 --rate 100Mbit -i eth1 \\\n"
          "      --destination 192.0.2.2                replays a capture\n",
          stream);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    g_set_prgname("erspangen");
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        print_help(stdout);
        return errors_end_output(STATUS_OK);
    }
    if (strcmp(name, "--version") == 0) {
        g_autofree char *names = backend_names();
        printf("erspangen " ERSPANGEN_VERSION "\nsends by  %s\nconfined by  %s\n", names,
               confinement_available());
        return errors_end_output(STATUS_OK);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(name, commands[i].name) != 0)
            continue;
        char *program = g_strdup_printf("erspangen %s", name);
        g_set_prgname(program);
        g_free(program);
        return errors_end_output(commands[i].run(argc - 1, argv + 1));
    }
    if (argc > 1) {
        g_autofree char *shown = printable_text(name, "");
        fprintf(stderr, "erspangen: no command \"%s\"\n", shown);
    }
    print_help(stderr);
    return STATUS_USAGE;
}
