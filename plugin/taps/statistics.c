/* statistics.c
 * All statistics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/statistics.h"

void statistics_register(int proto)
{
    statistic_bandwidth_register();
    statistic_conversations_register(proto);
    statistic_json_register();
    statistic_loss_register();
    statistic_paths_register();
    statistic_sessions_register();
    statistic_tables_register();
    statistic_tree_register();
}
