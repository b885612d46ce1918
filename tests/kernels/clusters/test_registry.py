"""The registry: clusters of this user, found by their folder, forgotten with their logs kept a while."""

import os
import time

import pytest

from funicular.clusters import registry
from funicular.clusters.registry import Entry, UnusableName
from funicular.clusters.security import Credentials
from funicular.processes import process_id


def entry(name="mine", created_s=1.0):
    return Entry(
        name=name,
        site="local",
        host="here",
        process=process_id(),
        socket="/tmp/x.sock",
        scheduler="tls://127.0.0.1:1",
        created_s=created_s,
        python="python",
        version="0",
        credentials=Credentials("ca", "certificate", "key"),
    )


def test_what_is_written_is_found():
    """Entries come back as they were, oldest first."""
    for name, created_s in (("b", 2.0), ("a", 1.0)):
        registry.write(entry(name, created_s))

    assert registry.entries() == (entry("a", 1.0), entry("b", 2.0))
    assert registry.read("a") == entry("a", 1.0)


def test_a_broken_entry_is_none():
    """Half a file, or one of another version, is no cluster and no crash."""
    (registry.cluster_folder("broken") / "cluster.json").write_text('{"name": "broken"')

    assert registry.read("broken") is None
    assert registry.entries() == ()


@pytest.mark.parametrize("name", ["", "../up", "Ab", "a b", "-a", "a" * 41, "a/b"])
def test_names_that_are_no_folder_are_refused(name):
    """A name never leaves the registry's folder."""
    with pytest.raises(UnusableName):
        registry.cluster_folder(name)


def test_logs_outlive_the_cluster_for_a_month():
    """Forgetting keeps the logs; those of thirty days ago go."""
    registry.write(entry())
    (registry.cluster_folder("mine") / "b1.log").write_text("what happened")
    logs = registry.state_home() / "log"
    logs.mkdir()
    (logs / "old.log").write_text("long ago")
    long_ago = time.time() - registry.KEEP_LOGS_S - 60
    os.utime(logs / "old.log", (long_ago, long_ago))

    registry.forget("mine")

    assert registry.entries() == ()
    assert [path.name for path in logs.iterdir()] == ["mine-b1.log"]


def test_keys_do_not_show():
    """An entry in a log or a traceback shows no credentials."""
    assert "key" not in repr(entry()).replace("python", "")
