"""kill -9 of each kind of process of a cluster at work: the result is right, or an error says why."""

import os
import signal
import time


def test_a_worker(play):
    """Its tasks run again elsewhere, another takes its place, the obituary names the signal."""
    play.start()
    play.work()

    play.kill("worker")

    told = play.death("worker", "SIGKILL")
    play.whole_again()
    play.right()
    assert told.rerun
    play.end()


def test_an_agent(play):
    """Its node is given up at once and another one is asked for."""
    play.start()
    play.work(48)

    play.kill("agent")

    play.death("node", "lost")
    play.whole_again()
    play.right()
    play.end()


def test_a_zygote(play):
    """The node whose workers cannot be replaced any more is given up, and said to be."""
    play.start()
    play.work(48)

    play.kill("zygote")

    play.death("node", "starts its workers", "SIGKILL")
    play.whole_again()
    play.right()
    play.end()


def test_the_controller(play):
    """The cell under way says so with the next step; the next cell has a new cluster; the old jobs end."""
    play.start()
    play.work(200)
    jobs = set(play.jobs())

    play.kill("controller")
    told = play.answer()
    play.detected()

    assert told["error"] == "cluster-lost"
    assert told["next"]
    assert time.time() - play.struck < 10
    play.death("controller", "SIGKILL", "again")
    assert play.until(lambda: not jobs & set(play.jobs()), 60)
    again = play.cell("answer(session.client().submit(sum, [1, 2]).result(timeout=60))")
    play.recovered()
    assert again == 3
    play.end()


def test_the_kernel(play):
    """Nobody holds the cluster any more: it ends, and its jobs with it."""
    play.start()
    play.work(200)

    play.strike(lambda: os.kill(play.book.process.pid, signal.SIGKILL))

    assert play.until(lambda: not play.processes("controller"), 30)
    play.detected()
    play.end(within_s=30)
