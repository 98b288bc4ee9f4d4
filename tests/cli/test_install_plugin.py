# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/install-plugin installs for one user, and removes what it installed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import programs
import pytest

pytestmark = [
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
    pytest.mark.skipif("ERSPAN_PRELOAD" in os.environ, reason="a sanitized plugin needs more than to be installed"),
]


@pytest.fixture
def install():
    """Runs the script, in a copy of what it needs, as a user with an own home: nobody, where root runs the tests."""
    with tempfile.TemporaryDirectory() as name:
        stage, home = Path(name), Path(name) / "home"
        stage.chmod(0o755)
        for directory in ("scripts", "plugin/profile", "packaging/completions"):
            shutil.copytree(programs.TREE / directory, stage / directory)
        for built in ("plugin/erspan.so", "collector/erspandump"):
            (stage / "build" / built).parent.mkdir(parents=True)
            shutil.copy(programs.BUILD / built, stage / "build" / built)
        for path in stage.rglob("*"):
            path.chmod(0o755)
        home.mkdir()
        command = [stage / "scripts" / "install-plugin", "--user"]
        if os.geteuid() == 0:
            shutil.chown(home, int(programs.NOBODY), int(programs.NOBODY))
            drop = [f"--reuid={programs.NOBODY}", f"--regid={programs.NOBODY}", "--clear-groups"]
            command = ["setpriv", *drop, *command]
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "WIRESHARK_EXTCAP_DIR": name}

        def install(*arguments):
            done = subprocess.run(
                [*command, *arguments], env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        install.home = home
        yield install


def files(home):
    return {path.name for path in home.rglob("*") if path.is_file()}


@pytest.mark.thorough
def test_install_and_uninstall(install):
    said = install()
    # Wireshark 4.0 has no directory of extcaps for one user.
    has_extcap = "erspandump" in files(install.home)
    assert has_extcap or "has no extcap directory" in said
    assert said.count("Installed") == 3 + has_extcap
    own = {"erspan.so", "colorfilters", "preferences", "erspangen", "erspanrate", "erspangen.fish", "_erspan-tools"}
    assert own <= files(install.home)
    assert install("--uninstall").count("Removed") == 7 + has_extcap
    assert not (own | {"erspandump"}) & files(install.home)
    assert install("--uninstall").count("Not installed") == 7 + has_extcap
