# SPDX-License-Identifier: GPL-2.0-or-later
"""The verifier of each kernel takes every BPF program of this project."""

import pytest
from programs import BUILD

JOB = "load"

OBJECTS = sorted(path.stem for path in (BUILD / "skeletons").glob("*.o"))


def test_every_program_loads(kernel, run_job):
    if not OBJECTS:
        pytest.skip("the programs were built without BPF: scripts/install-dependencies xdp")
    assert {"count_bpf", "receive_bpf", "strip_bpf", "live_frames_bpf"} <= set(OBJECTS)
    files = {f"{name}.o": (BUILD / f"skeletons/{name}.o").read_bytes() for name in OBJECTS}
    result = run_job(kernel, JOB, files)
    for name in OBJECTS:
        said = (result / f"{name}.said").read_text(errors="replace")
        status = (result / f"{name}.status").read_text().strip()
        assert status == "0", f"{name} on {(result / 'release').read_text()}: {said[-1500:]}"
