# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the programs can do from inside: attempts.so tries it in each, with each way to write files while a run goes on.
# captures/, metrics/ and elsewhere/ lie in a file system that anybody may write to, so that nothing but Landlock
# refuses. CASES has a line for each run: its name, the directory of the files that are tried, and the command.
uname -r >/out/release
ip link set lo up
mkdir -m 777 /run/captures /run/metrics /run/elsewhere
touch /etc/shadow
for directory in captures metrics elsewhere; do
    echo mine >/run/$directory/mine
    chmod 666 /run/$directory/mine
done
export ATTEMPT_AT_END=yes
while read -r name directory command; do
    ATTEMPT_FILE=/run/$directory/mine ATTEMPT_NEW_FILE=/run/$directory/new LD_PRELOAD=/job/attempts.so \
        $command >"/out/$name.json" 2>"/out/$name.said" &
    program=$!
    tries=0
    case $command in
    *" -i "* | *" --interface "*)
        # It may have ended: what it said tells why.
        until grep -qs "^NoNewPrivs:.*1" /proc/$program/status || [ ! -d /proc/$program ] || [ $tries -gt 300 ]; do
            sleep 0.2
            tries=$((tries + 1))
        done
        erspangen send -i lo -b packet --destination-mac 02:00:00:00:00:01 --count 50 >>/out/sent 2>&1
        sleep 1
        kill -INT $program
        ;;
    esac
    wait $program
    echo $? >"/out/$name.status"
    ls "/run/$directory" >"/out/$name.files"
done <cases
