"""Which variables of the notebook reach its workers."""

from funicular.clusters.environment import for_workers


def test_the_users_own_variables_go_along():
    """A key or a path that the notebook set is there on workers."""
    own = {"HF_TOKEN": "x", "DATA": "/scratch/me", "PYTHONPATH": "/a", "LD_LIBRARY_PATH": "/b"}

    assert for_workers(own) == own


def test_what_belongs_to_the_session_stays():
    """Jupyter's tokens, another job's Slurm variables and host-bound paths do not travel."""
    bound = ["JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "JUPYTER_TOKEN", "SLURM_JOB_ID", "SLURM_NODEID"]
    bound += ["TMPDIR", "DISPLAY", "XDG_RUNTIME_DIR", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "PWD"]

    assert for_workers(dict.fromkeys(bound, "x")) == {}
