"""What is said of the way from a node to this machine."""

from __future__ import annotations

from dataclasses import replace

from funicular.doctor import doorbell
from funicular.doctor.finding import State
from funicular.doctor.probe import Errand
from funicular.doctor.probes.reach import Call, Interface, Network, gather, judge, learn
from funicular.sites.policy import Policy
from tests.kernels.doctor.making import LOCAL, only, place, seen

HERE = Network((Interface("lo", "127.0.0.1"), Interface("eth0", "10.0.0.1"), Interface("ib0", "10.1.0.1")))
NODE = (Interface("lo", "127.0.0.1"), Interface("eno1", "10.0.0.9"), Interface("hsn0", "10.1.0.9"))
BOTH = Network(NODE, (Call("10.0.0.1", 0.002), Call("10.1.0.1", 0.0001), Call("127.0.0.1", 0.00001)))
NONE = Network(calls=(Call("10.0.0.1", why_not="timed out"), Call("127.0.0.1", why_not="Connection refused")))


def test_the_quickest_way_is_named_by_its_interface() -> None:
    """Loopback is nobody's way."""
    found = only(judge(seen(HERE, BOTH)))

    assert found.state is State.OK and "10.1.0.1 (ib0)" in found.what


def test_no_way_is_a_failure_with_what_was_tried() -> None:
    """And the way around: the controller in the first job."""
    found = only(judge(seen(HERE, NONE)))

    assert (
        found.state is State.FAIL
        and "timed out" in found.meaning
        and "FUNICULAR_PLACEMENT" in found.next_step
    )


def test_the_nodes_own_interfaces_are_learnt() -> None:
    """A fast network first; loopback and those of containers are none."""
    assert learn(seen(HERE, BOTH)) == {"interconnect.interfaces": ("hsn0", "eno1")}
    assert learn(seen(HERE, Network((Interface("docker0", "172.17.0.1"),)))) == {}
    assert learn(seen(HERE, BOTH, place=LOCAL)) == {}


def test_loopback_alone_is_no_way() -> None:
    """Where a node is this host it would always answer."""
    found = only(judge(seen(HERE, replace(BOTH, calls=BOTH.calls[2:]))))

    assert found.state is State.FAIL


def test_where_servers_are_forbidden_nobody_tries() -> None:
    """That it was not tried is said."""
    forbidding = place(policy=Policy(controller_placement="block"))

    assert "not tried" in only(judge(seen(HERE, place=forbidding))).what


def test_without_a_node_nothing_is_said() -> None:
    """Nor on this machine itself."""
    assert [*judge(seen(HERE))] == []
    assert [*judge(seen(HERE, BOTH, place=LOCAL))] == []


def test_it_calls_each_address_that_it_is_given() -> None:
    """One answers, one does not."""
    with doorbell.opened() as door:
        found = gather(Errand(addresses=("127.0.0.1", "localhost.invalid"), port=door.port, token=door.token))

    assert [bool(each.why_not) for each in found.calls] == [False, True]
    assert "127.0.0.1" in [each.address for each in found.interfaces]
