"""``funicular kernel install --in-job`` on the real Slurm, with an index of tiny wheels."""

from __future__ import annotations

import json
import signal

from tests.kernels.bundles.tiny import OWN_VERSION, write_index
from tests.slurm import daemons

SLOW = "#!/bin/sh\necho it has begun\nexec sleep 300\n"


def test_a_job_installs_and_one_that_is_stopped_goes(alice, clean_queue):
    """The node makes the environment and its output is seen here; Ctrl-C takes the next job back."""
    folder = alice.write("index/README", "tiny wheels\n").parent
    write_index(folder)
    alice.write(".config/pip/pip.conf", f"[global]\nno-index = true\nfind-links = {folder}\n")
    install = ["python", "-m", "funicular.cli", "kernel", "install", "--in-job", "--no-kernel", "--json"]
    install += ["--wheel", str(folder / f"funicular-{OWN_VERSION}-py3-none-any.whl")]
    done = alice.run([*install, "--environment", str(alice.home / "envs" / "one")], timeout=180)
    slow = alice.write("python-of-the-nodes", SLOW, mode=0o755)
    with alice.start([*install, "--python", str(slow)]) as process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "it has begun" in line:
                break
        running = alice.jobs()
        process.send_signal(signal.SIGINT)
        said += process.stderr.readlines()
    code = "import funicular; print(funicular.__file__)"
    where = alice.run([str(alice.home / "envs" / "one" / "bin" / "python"), "-c", code], check=True).stdout

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["is_new"]
    assert "  Making the environment" in done.stderr
    assert where.startswith(str(alice.home / "envs" / "one"))
    assert len(running) == 1 and process.returncode == 130, said
    assert daemons.until(lambda: alice.jobs() == [], 40, step_s=0.2)
    assert list((alice.home / ".local/state/funicular/installs").iterdir()) == []
