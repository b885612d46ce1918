"""GPUs on the real Slurm: device files stand for them; one worker each."""


def test_each_worker_sees_one_gpu_of_its_own(notebook, as_root):
    """Four GPUs on one node are four workers, and no two see the same."""
    book = notebook()

    seen = book.cell("""
        session.scale(Wish(nodes=1, gpus=4))
        session.wait_for_workers(4)
        see = lambda: (__import__("os").environ["CUDA_VISIBLE_DEVICES"], __import__("socket").gethostname())
        answer(sorted(session.client().run(see).values()))
    """)

    assert [gpu for gpu, _ in seen] == ["0", "1", "2", "3"]
    assert {host for _, host in seen} == {"n4"}
