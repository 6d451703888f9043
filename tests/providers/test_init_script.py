from __future__ import annotations

import subprocess
from pathlib import Path

import harness.providers.container


def test_the_first_process_of_a_container_machine_is_a_script_without_mistakes_of_syntax() -> None:
    script = Path(harness.providers.container.__file__).with_name("init.sh")
    done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
