#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# build.sh
# Builds the harnesses as OSS-Fuzz asks for it: from the tree with CC and CFLAGS, linked by LIB_FUZZING_ENGINE, to OUT, each
# with its corpus (NAME_seed_corpus.zip), its dictionary (NAME.dict) and options (NAME.options), and the libraries that they
# need in OUT/lib. What is not set is taken as OSS-Fuzz has it for libFuzzer and AddressSanitizer; OUT is build-fuzz/out. So
# `tests/fuzz/build.sh && build-fuzz/out/fuzz_walk -max_total_time=60` runs one here.
source "$(dirname "$0")/../../scripts/common.sh"

: "${OUT:=$top/build-fuzz/out}" "${WORK:=$top/build-fuzz/work}" "${LIB_FUZZING_ENGINE:=-fsanitize=fuzzer}"
export CC=${CC:-clang} CFLAGS=${CFLAGS:--O1 -fno-omit-frame-pointer -gline-tables-only -fsanitize=address,fuzzer-no-link}
export LDFLAGS="${LDFLAGS:-} -Wl,-rpath,'\$ORIGIN/lib'"
harnesses=$(cd "$top/tests/fuzz" && printf '%s\n' fuzz_*.c | sed 's/\.c$//')

mkdir -p "$OUT/lib" "$WORK"
"$top/scripts/build" "$WORK" -DERSPAN_FUZZ=ON "-DERSPAN_FUZZ_ENGINE=$LIB_FUZZING_ENGINE" --target $harnesses
rm -rf "$WORK/seeds"
/usr/bin/python3 "$top/tests/fuzz/seeds.py" "$WORK/seeds"
/usr/bin/python3 "$top/tests/fuzz/dictionaries.py" "$OUT"
for harness in $harnesses; do
    cp "$WORK/tests/$harness" "$OUT/"
    printf '[libfuzzer]\nmax_len = 65536\ntimeout = 20\n' >"$OUT/$harness.options"
    corpus=("$WORK/seeds/$harness")
    regressions=$top/tests/fuzz/regressions/$harness
    [ ! -d "$regressions" ] || corpus+=("$regressions")
    rm -f "$OUT/${harness}_seed_corpus.zip"
    /usr/bin/python3 -c 'import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as corpus:
    for directory in sys.argv[2:]:
        for seed in pathlib.Path(directory).iterdir():
            corpus.write(seed, seed.name)' "$OUT/${harness}_seed_corpus.zip" "${corpus[@]}"
    # All but the C library, which the machine that fuzzes has.
    ldd "$OUT/$harness" | sed -n 's/^.* => \(\/[^ ]*\) .*$/\1/p' |
        grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv)\.so' | xargs -r cp -Lnt "$OUT/lib"
done
say "$(ls "$OUT" | grep -c '^fuzz_[a-z]*$') harnesses are in $OUT"
