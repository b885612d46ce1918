"""The records of this machine's jobs: whom they trust, and how long they stay."""

from __future__ import annotations

import os
import stat

import pytest

from funicular.processes import ProcessId
from funicular.schedulers.base import NoAnswer, ParseError, SchedulerError
from funicular.schedulers.local_queue import Need
from funicular.schedulers.local_spool import Order, Progress, Spool, SpoolNotTrusted

ORDER = Order("job", ("true",), "/tmp/x.log", Need(1, 1, 0), None, 60.0, 0.0)


def test_a_record_reads_back_as_it_was_written(tmp_path):
    """What was asked for and what became of it survive the file; only the user can read them."""
    spool = Spool(tmp_path / "spool")
    progress = Progress("running", ProcessId(7, 8), (0,), ("n",), (ProcessId(9, 1),), 1.5)
    with spool.locked():
        number = spool.add(ORDER)
        spool.write(number, progress)
    record = spool.read(number)

    assert (record.order, record.progress) == (ORDER, progress)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "spool").rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700


def test_numbers_are_not_used_again(tmp_path):
    """A new job never gets the number of one whose record was pruned."""
    spool = Spool(tmp_path / "spool")
    with spool.locked():
        first = spool.add(ORDER)
        spool.write(first, Progress("over"))
        os.utime(tmp_path / "spool" / "over" / str(first), (0, 0))
        spool.prune()

        assert spool.read(first) is None
        assert spool.add(ORDER) == first + 1


def test_what_ended_today_is_still_known(tmp_path):
    """Only records older than a day are pruned."""
    spool = Spool(tmp_path / "spool")
    with spool.locked():
        number = spool.add(ORDER)
        spool.write(number, Progress("over", code="COMPLETED"))
        spool.prune()

    assert spool.read(number).progress.code == "COMPLETED"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_not_used(tmp_path):
    """Somebody else's folder in our place is refused, by name."""
    folder = tmp_path / "spool"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12345, 12345)

    with pytest.raises(SpoolNotTrusted, match="12345"):
        Spool(folder)


def test_a_folder_where_others_may_write_is_not_used(tmp_path):
    """What others could have put there is not believed."""
    folder = tmp_path / "spool"
    folder.mkdir()
    folder.chmod(0o770)

    with pytest.raises(SpoolNotTrusted, match="others may write"):
        Spool(folder)


def test_a_link_is_not_followed(tmp_path):
    """A link in place of the folder is refused."""
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "spool").symlink_to(tmp_path / "real")

    with pytest.raises(SpoolNotTrusted, match="link"):
        Spool(tmp_path / "spool")


def test_a_folder_that_others_could_read_is_closed(tmp_path):
    """Our own folder with a wide mode becomes ours alone."""
    (tmp_path / "spool").mkdir(mode=0o755)
    Spool(tmp_path / "spool")

    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    """Where no folder can be made, as in a read-only home, the setting that helps is named."""
    (tmp_path / "file").write_text("")

    with pytest.raises(SchedulerError, match="FUNICULAR_LOCAL_SPOOL"):
        Spool(tmp_path / "file" / "spool")


def test_a_held_lock_is_no_answer_not_a_hang(tmp_path, monkeypatch):
    """When somebody keeps the records locked, the question ends with "does not answer"."""
    monkeypatch.setattr("funicular.schedulers.local_spool.LOCK_WAIT_S", 0.1)
    spool = Spool(tmp_path / "spool")

    with spool.locked(), pytest.raises(NoAnswer, match="does not answer"), spool.locked():
        pass


def test_a_broken_record_is_shown_not_skipped(tmp_path):
    """A record that cannot be read is an error that names the file."""
    spool = Spool(tmp_path / "spool")
    with spool.locked():
        number = spool.add(ORDER)
    (tmp_path / "spool" / "jobs" / str(number) / "job.json").write_text("{")

    with pytest.raises(ParseError, match=r"job\.json"):
        spool.waiting_and_running()


def test_age_counts_from_the_writing(tmp_path):
    """A record just written is young."""
    spool = Spool(tmp_path / "spool")
    with spool.locked():
        number = spool.add(ORDER)

    assert 0 <= spool.age_s(number) < 60


def test_folders_on_the_way_are_private_too(tmp_path):
    """Nobody else even lists what lies beside the records."""
    Spool(tmp_path / "state" / "funicular" / "local" / "host")

    for folder in ("state", "state/funicular", "state/funicular/local", "state/funicular/local/host"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
