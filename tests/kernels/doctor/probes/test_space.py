"""What is said of folders for files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.space import Folder, Folders, gather, judge
from tests.kernels.doctor.making import LOCAL, only, seen, states

HOME = Folder("home", "/home/me", True, True, 50 * 10**9, 10**6, "nfs4")
SCRATCH = Folder("$SCRATCH", "/s/me", True, True, 10**15, None, "lustre")
DISK = Folder("temporary folder", "/tmp", True, True, 10**11, 10**6, "ext4")


def test_room_is_told_with_the_kind_of_file_system() -> None:
    """And that a quota may be tighter: this is the file system's room."""
    found = only(judge(seen(Folders((HOME,)))))

    assert found.state is State.OK and "50 GB" in found.what and "nfs4" in found.what
    assert "quota" in found.meaning


@pytest.mark.parametrize(
    "folder",
    [
        replace(HOME, free_bytes=10**8),
        replace(HOME, files=500),
        replace(SCRATCH, is_writable=False),
        Folder("$SCRATCH", "/nowhere"),
    ],
)
def test_what_is_tight_or_not_there_is_a_warning(folder: Folder) -> None:
    """Bytes, files, the right to write, existence."""
    found = only(judge(seen(Folders((folder,)))))

    assert found.state is State.WARN and found.next_step


def test_a_folder_that_nodes_do_not_see_is_a_warning() -> None:
    """Of the home folder another probe speaks; the temporary one is each host's own."""
    own = replace(SCRATCH, name="$TMPDIR", path="/tmp/session")
    node = Folders(tuple(Folder(each.name, each.path) for each in (HOME, SCRATCH, own)), DISK)
    found = [*judge(seen(Folders((HOME, own, SCRATCH)), node))]

    assert states(found) == [State.OK, State.OK, State.OK, State.WARN, State.OK]
    assert "$SCRATCH (/s/me) is not there on n1" in found[3].what


@pytest.mark.parametrize(
    ("folder", "state"),
    [
        (DISK, State.OK),
        (replace(DISK, kind="tmpfs"), State.NOTE),
        (replace(DISK, free_bytes=10**6), State.WARN),
        (replace(DISK, is_writable=False), State.FAIL),
        (Folder("temporary folder", "/tmp"), State.FAIL),
    ],
)
def test_the_nodes_temporary_folder(folder: Folder, state: State) -> None:
    """Workers spill there: on a disk, in memory, little room, none."""
    assert only(judge(seen(None, Folders((), folder)))).state is state


def test_this_machine_is_said_once() -> None:
    """Its node is itself."""
    here = Folders((HOME,), DISK)

    assert states(judge(seen(here, here, place=LOCAL))) == [State.OK]


def test_it_looks_and_writes_nothing(tmp_path: Path) -> None:
    """A folder that is there and one that is not."""
    found = gather(Errand(folders=(("home", str(tmp_path)), ("$X", str(tmp_path / "no")))))

    assert [each.is_there for each in found.folders] == [True, False]
    assert found.folders[0].is_writable and found.folders[0].kind
    assert [*tmp_path.iterdir()] == []
