"""The batch scheduler fails in every way that it can: nothing is lost, and nothing is taken for lost."""

import os
import time

import pytest

FROZEN_S = float(os.environ.get("FUNICULAR_DRILL_FROZEN_S", "3"))
SQUEUE = """
case "$(cat {mode} 2>/dev/null)" in
    errs) echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1 ;;
    babbles) echo 'Maintenance tonight! | 12 | RUNNING?'; exit 0 ;;
    hangs) sleep 100 ;;
    *) exec /usr/bin/squeue "$@" ;;
esac
"""


@pytest.mark.parametrize("behaviour", ["errs", "babbles", "hangs"])
def test_squeue(play, behaviour):
    """Work goes on, a lost worker is replaced, no job is submitted twice, and stop ends the job."""
    mode = play.person.home / f"{play.cluster}-mode"
    play.person.write(mode.name, behaviour)
    shims = play.site.shims({"squeue": SQUEUE.format(mode=mode)})
    play.start(path_first=shims)
    play.work()

    play.kill("agent")

    play.death("node", "lost")
    play.whole_again()
    play.right()
    assert len(play.jobs()) <= 2
    play.end()


def test_scancel_from_outside(play):
    """The job is replaced, the work completes, and the obituary says that it was cancelled."""
    play.start()
    play.work(48)
    (job,) = play.jobs()

    play.strike(lambda: play.person.run(["scancel", job], check=True))

    play.death("block", "cancelled", "CANCELLED", within_s=25)
    play.whole_again()
    play.right()
    play.end()


@pytest.mark.long
def test_walltime(play):
    """More work than fits into a job of one minute: the next job goes on with it."""
    play.start("nodes=1, cores=2, hours=1/60", workers=2)
    play.strike(lambda: None)
    play.work(items=60, seconds=2, busy=2)

    play.right()
    play.recovered()
    assert "b2-" in play.log("controller.log") + str(play.cell("answer(session.view())")), (
        "one job did it all"
    )
    play.end()


@pytest.mark.alone
def test_a_frozen_slurmctld(play):
    """Work goes on while it is silent; a wish meanwhile is told; stop leaves no job once it answers."""
    play.start()
    with play.site.frozen_controller():
        play.strike(lambda: None)
        play.work(24)
        play.right()
        view = play.cell("""
            view = session.scale(Wish(nodes=4, cores=8))
            while time.time() - began < 30 and view.problem is None:
                view = session.view()
                time.sleep(0.1)
            answer(view)
        """)
        play.detected()
        assert view["workers"] == 4, view
        assert view["problem"] is not None, view
        assert view["problem"]["is_temporary"], view
        time.sleep(FROZEN_S if play.turn == 0 else 3)
        play.shut()
        assert play.until(lambda: not play.processes("agent"), 40)
    play.end()


ENDLESS = """
import funicular
def endless(x):
    time.sleep(1000)
funicular.map(endless, range(2))
answer({"right": False, "took": 0})
"""


@pytest.mark.long
def test_item_longer_than_a_job(play):
    """Jobs of two minutes, calls that do not end: refused with their time and the limit, not run for ever."""
    play.start("nodes=1, cores=2, hours=2/60", workers=2)
    play.begin(ENDLESS)
    play.strike(lambda: None)

    assert play.until(play.has_answered, 150)
    told = play.answer()
    play.detected()
    assert told["error"] == "item-too-long", told
    assert "`endless`" in told["text"] and "its limit of 2 min" in told["text"]
    play.recovered()
    play.end()
