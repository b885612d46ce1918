"""Reading many files, one after the other: several can be read at once.

Trigger   a loop or comprehension over files that reads one in each iteration (``pd.read_csv``, ``np.load``,
          ``json.load``, ``Image.open``, ...) and that the engine finds to be independent.
Evidence  the calls themselves; how much it gains depends on the files and where they lie.
Rewrite   ``funicular.map`` reads them on the workers.
Hazards   name-read-later  held      something that the body binds may be read after the loop.
          keeps-elsewhere  held      what is read is kept in several places.
          outer-first      held      a loop around this one may run in parallel as well.
          file-order       verified  tables come back in the order of the files.
          all-in-memory    told      everything read is sent back here: return what you need, not all of it.
          one-disk         told      many readers of one disk are no quicker than a few.
Source    https://docs.dask.org/en/stable/dataframe-best-practices.html
"""

from __future__ import annotations

import ast

from funicular.hints.cell import Cell
from funicular.hints.comprehension import rewrite_comprehension
from funicular.hints.mapping import rewrite_loop
from funicular.hints.names import COMPREHENSIONS
from funicular.hints.rule import Answer, Rewrite, Rule

rule = Rule(name="many-files", title="Many files are read, one after the other", rank=20)

READERS = {
    *(f"pandas.read_{kind}" for kind in ("csv", "excel", "feather", "hdf", "json", "parquet", "table")),
    *(f"polars.read_{kind}" for kind in ("csv", "excel", "json", "parquet")),
    *(f"numpy.{name}" for name in ("load", "loadtxt", "genfromtxt", "fromfile")),
    *(f"xarray.{name}" for name in ("open_dataset", "load_dataset", "open_dataarray")),
    *("json.load", "pickle.load", "PIL.Image.open", "imageio.v3.imread", "skimage.io.imread"),
    *("matplotlib.pyplot.imread", "cv2.imread", "scipy.io.loadmat", "scipy.io.wavfile.read", "librosa.load"),
    *("netCDF4.Dataset", "h5py.File", "rasterio.open", "geopandas.read_file", "astropy.io.fits.open"),
}  # fmt: skip
SAY = (
    "funicular.map reads several at once. What a function returns travels back here, so let it return what "
    "you need of a file (a mean, some columns), not all of it; many readers of one disk help only so far."
)


@rule.proposes
def propose(loop: ast.AST, cell: Cell) -> Answer:
    """A loop or comprehension that may run in parallel and calls a reader."""
    if not isinstance(loop, (ast.For, *COMPREHENSIONS)) or not cell.verdict(loop).parallel:
        return None
    calls = [each for each in ast.walk(loop) if isinstance(each, ast.Call)]
    if not any(cell.origin(each.func) in READERS for each in calls):
        return None
    answer = rewrite_loop(loop, cell) if isinstance(loop, ast.For) else rewrite_comprehension(loop, cell)
    return Rewrite(*answer.edits, say=SAY) if isinstance(answer, Rewrite) else answer
