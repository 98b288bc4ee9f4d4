/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/raw-options.h"

#include "collector/cli/memory.h"
#include "common/option-help.h"

gboolean raw_options_read(struct raw_options *raw, struct options *options, int argc, char **argv,
                          GError **error)
{
    *raw = (struct raw_options){
        .snap = RAW_UNSET,
        .buffer = RAW_UNSET,
        .memory = MEMORY_MIB_DEFAULT,
        .threads = RAW_UNSET,
        .file_seconds = RAW_UNSET,
        .file_count = RAW_UNSET,
        .count = INT64_MAX,
        .interval = RAW_UNSET_SECONDS,
        .top = REPORT_TOP_DEFAULT,
    };
    const GOptionEntry entries[] = {
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &options->interface,
         "Receive from this interface until Ctrl-C", "NAME"},
        {"read", 'r', 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->read,
         "Read captures in order of time; - is stdin", "FILE"},
        {"filter", 'f', 0, G_OPTION_ARG_STRING, &options->filter,
         "Count only packets that match, as in tcpdump", "BPF"},
        {"count", 'c', 0, G_OPTION_ARG_INT64, &raw->count, "Stop after N packets", "N"},
        {"duration", 'd', 0, G_OPTION_ARG_DOUBLE, &raw->duration, "Stop after SECONDS", "SECONDS"},
        {"interval", 't', 0, G_OPTION_ARG_DOUBLE, &raw->interval,
         "Report interval: 1 with -i, else one report", "SECONDS"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &raw->quiet, "Report only at the end", NULL},
        {"top", 'n', 0, G_OPTION_ARG_INT, &raw->top, "Show the N busiest sessions: 10", "N"},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &raw->json, "Report as JSON, one object per line",
         NULL},
        {"prometheus", 0, 0, G_OPTION_ARG_FILENAME, &options->report.prometheus,
         "Write metrics for node_exporter", "FILE"},
        {"plot", 0, 0, G_OPTION_ARG_FILENAME, &options->report.plot,
         "Draw rate and loss over time as SVG", "FILE"},
        {"write", 'w', 0, G_OPTION_ARG_FILENAME, &options->write,
         "Write the packets as pcap; - is stdout", "FILE"},
        {"file-size", 'C', 0, G_OPTION_ARG_STRING, &raw->file_size,
         "New file after SIZE MB (or with k, m, g)", "SIZE"},
        {"file-seconds", 'G', 0, G_OPTION_ARG_INT64, &raw->file_seconds,
         "New file after SECONDS; FILE may have %H", "SECONDS"},
        {"file-count", 'W', 0, G_OPTION_ARG_INT, &raw->file_count,
         "Keep the newest N files; with -G alone: end", "N"},
        {"decapsulate", 0, 0, G_OPTION_ARG_NONE, &raw->decapsulate,
         "Write the mirrored frames instead", NULL},
        {"domain", 0, 0, G_OPTION_ARG_STRING, &raw->domain,
         "Counter per: auto, source, session, hw-id", "WORD"},
        {"mirror", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &raw->mirrors,
         "Also count gre, vxlan, geneve, ...; or none", "RULE"},
        {"drops-only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->drops_only,
         "Session of drops only: ID,from=ADDRESS,...", "RULE"},
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &raw->backend,
         "Receive by: pcap, packet, xdp, count, strip", "WORD"},
        {"snap", 's', 0, G_OPTION_ARG_INT, &raw->snap,
         "Capture BYTES of a packet: 256; all with -w", "BYTES"},
        {"buffer", 'B', 0, G_OPTION_ARG_INT, &raw->buffer, "Receive buffer: 64, for xdp 256",
         "MIB"},
        {"memory", 0, 0, G_OPTION_ARG_INT, &raw->memory, "Memory for sessions and copies: 712",
         "MIB"},
        {"threads", 0, 0, G_OPTION_ARG_INT, &raw->threads,
         "Threads for -r or -b packet: 1; 2 for -r", "N"},
        {"user", 'Z', 0, G_OPTION_ARG_STRING, &options->user, "User to become: erspan, or nobody",
         "NAME"},
        {"no-confinement", 0, 0, G_OPTION_ARG_NONE, &raw->confinement_off,
         "Change the user only: for fault-finding", NULL},
        {"check", 0, 0, G_OPTION_ARG_NONE, &raw->check, "Check the setup of this host, and end",
         NULL},
        {"serve", 0, 0, G_OPTION_ARG_NONE, &raw->serve, "Count copies for erspangen limit", NULL},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &raw->version,
         "Print versions and features of this build", NULL},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "Print this", NULL},
        {"help-all", 0, 0, G_OPTION_ARG_NONE, &raw->help_all,
         "Print the options of --to and --serve, too", NULL},
        {0},
    };
    const GOptionEntry more[] = {
        {"paths", 0, 0, G_OPTION_ARG_NONE, &raw->paths,
         "Find what the network lost between two mirrors, and its delay", NULL},
        {"to", 0, 0, G_OPTION_ARG_STRING, &options->to,
         "Put the mirrored frames onto this interface", "NAME"},
        {"pcap-server", 0, 0, G_OPTION_ARG_STRING, &options->pcap_server,
         "Serve the mirrored frames as pcap over IP", "[ADDRESS:]PORT"},
        {0},
    };
    const GOptionEntry limit[] = {
        {"listen", 0, 0, G_OPTION_ARG_STRING, &options->serving.address,
         "It calls at this address alone", "ADDRESS"},
        {"control-port", 0, 0, G_OPTION_ARG_INT, &options->serving.port, "and at this port: 34754",
         "PORT"},
        {"control-key", 0, 0, G_OPTION_ARG_FILENAME, &options->serving.key_file,
         "and must have the key in this file", "FILE"},
        {0},
    };
    GOptionContext *context = g_option_context_new("-i NAME | -r FILE");
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(
        context, "Measures the rate and the loss of ERSPAN sessions, and finds the place of loss.");
    g_option_context_set_description(
        context,
        "Examples:\n"
        "  erspanrate -i eth1\n"
        "  erspanrate -r capture.pcapng.gz\n"
        "  erspanrate -i eth1 -d 60 -j > minute.json\n"
        "  dumpcap -i eth1 -w mirror.pcapng   no filter: 'proto gre' loses copies\n"
        "      in VLANs and UDP, markers, ICMP errors; docs/tutorial.md has a better one\n");
    g_option_context_add_main_entries(context, entries, NULL);
    GOptionGroup *group =
        g_option_group_new("more", "Mirrored frames, and erspangen limit:", "", NULL, NULL);
    g_option_group_add_entries(group, more);
    handoff_options_add(&raw->handoff, group);
    g_option_group_add_entries(group, limit);
    g_option_context_add_group(context, group);
    gboolean good = g_option_context_parse(context, &argc, &argv, error);
    raw->help |= raw->help_all;
    if (good && raw->help)
        option_help_print(context, !raw->help_all);
    g_option_context_free(context);
    return good;
}

void raw_options_clear(struct raw_options *raw)
{
    g_strfreev(raw->read);
    g_free(raw->backend);
    g_free(raw->domain);
    g_free(raw->file_size);
    g_strfreev(raw->mirrors);
    handoff_options_clear(&raw->handoff);
    g_strfreev(raw->drops_only);
}
