# SPDX-License-Identifier: GPL-2.0-or-later
# Loads each BPF object beside this script; the verifier's last words go to /out.
uname -r >/out/release
for object in *.o; do
    name=${object%.o}
    bpftool prog loadall "$object" "/sys/fs/bpf/$name" >"/out/$name.said" 2>&1
    echo $? >"/out/$name.status"
done
