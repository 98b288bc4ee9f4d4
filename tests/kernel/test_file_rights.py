# SPDX-License-Identifier: GPL-2.0-or-later
"""Landlock, where the kernel has it: which files each program can still open once it parses. Each is tried from inside."""

import json

import attempts
import pytest
from backends import receivers

JOB = "confinement"
COPIES = 200

# Where the files lie that are tried, and the command.
LIVE = "erspanrate -i lo -q -j -b"
RUNS = {
    "pcap": ("elsewhere", f"{LIVE} pcap"),
    "packet": ("elsewhere", f"{LIVE} packet"),
    "xdp": ("elsewhere", f"{LIVE} xdp"),
    "count": ("elsewhere", f"{LIVE} count"),
    "many": ("captures", f"{LIVE} packet -w /run/captures/live -C 1k -W 3"),
    "timed": ("captures", "erspanrate -r copies.pcap -q -j -w /run/captures/t%S -G 1"),
    "sessions": ("captures", "erspanrate -r copies.pcap -q -j --decapsulate --per-session -w /run/captures/m.pcap"),
    "one": ("captures", "erspanrate -r copies.pcap -q -j -w /run/captures/one"),
    "plot": ("captures", "erspanrate -r copies.pcap -q -j --plot /run/captures/plot"),
    "metrics": ("metrics", "erspanrate -r copies.pcap -q -j --prometheus /run/metrics/m"),
    "extcap": ("elsewhere", "erspandump --capture --extcap-interface erspan --interface lo --fifo -"),
    "write": ("captures", "erspangen write --count 3 -o /run/captures/w"),
    "wrap": ("captures", "erspangen wrap copies.pcap -o /run/captures/wrapped"),
    "send": ("captures", "erspangen send -i lo -b packet --destination-mac 02:00:00:00:00:01 --count 3 --truth /run/captures/s"),
}


@pytest.fixture(scope="module")
def result(kernel, run_job, attempts_library, erspangen, tmp_path_factory):
    copies = tmp_path_factory.mktemp("copies") / "copies.pcap"
    attempts.subprocess.run([erspangen, "write", "--count", str(COPIES), "--interval", "20ms", "-o", copies], check=True)
    cases = "".join(f"{name} {directory} {command}\n" for name, (directory, command) in RUNS.items())
    files = {"copies.pcap": copies.read_bytes(), "attempts.so": attempts_library.read_bytes(), "cases": cases.encode()}
    return run_job(kernel, JOB, files)


@pytest.mark.skipif(attempts.SANITIZED, reason=attempts.NOT_IN_THERE)
@pytest.mark.parametrize("name", RUNS)
def test_no_file_can_be_opened_from_inside(result, erspanrate, name):
    if name in ("xdp", "count") and name not in receivers(erspanrate):
        pytest.skip(f"erspanrate was built without {name}")
    said = (result / f"{name}.said").read_text()
    assert (result / f"{name}.status").read_text().strip() == "0", said
    came = attempts.outcomes(said)
    assert attempts.done(came) == {}
    assert attempts.done(came, attempts.FILES) == {}
    if RUNS[name][1].startswith("erspanrate"):
        assert json.loads((result / f"{name}.json").read_text().splitlines()[-1])["confinement"]["files"]


@pytest.mark.parametrize("name, made", [("many", "live"), ("timed", "t"), ("sessions", "m-"), ("metrics", "m")])
def test_the_files_are_made_all_the_same(result, name, made):
    files = (result / f"{name}.files").read_text().split()
    assert [file for file in files if file.startswith(made) and file != "mine"]
