"""One worker, one GPU: what the scheduler gave is shared out, nothing is guessed."""

from funicular.clusters import gpus


def test_the_schedulers_list_is_taken_as_it_is():
    """Numbers and UUIDs pass through; blanks do not count."""
    assert gpus.of_job({"CUDA_VISIBLE_DEVICES": "2,3"}) == ("2", "3")
    assert gpus.of_job({"ROCR_VISIBLE_DEVICES": "0, GPU-ab"}) == ("0", "GPU-ab")
    assert gpus.of_job({"CUDA_VISIBLE_DEVICES": ""}) == ()
    assert gpus.of_job({}) == ()


def test_each_worker_sees_its_own():
    """Four GPUs for four workers; without GPUs nobody is given one."""
    assert gpus.share(("0", "1", "2", "3"), 4) == ("0", "1", "2", "3")
    assert gpus.share((), 2) == (None, None)


def test_more_workers_than_gpus_take_turns():
    """Two GPUs for three workers: the third shares the first."""
    assert gpus.share(("a", "b"), 3) == ("a", "b", "a")


def test_no_gpu_library_is_in_this_process():
    """What a zygote checks before it forks."""
    assert not gpus.driver_is_loaded()
