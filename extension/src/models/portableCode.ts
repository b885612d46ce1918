/** A cell that connects to a cluster wherever the notebook is opened: with Funicular, or with Dask alone. */
export const PORTABLE_CODE = `# Runs here and elsewhere: on your Funicular cluster, or on the cores of the machine where there is none.
try:
    import funicular
    client = funicular.client()
except ImportError:
    from dask.distributed import Client
    client = Client()
client`;

/** What a shared notebook model can do of this; it is one step to undo. */
export interface ICells {
  insertCell(
    index: number,
    cell: { cell_type: 'code'; source: string; metadata: Record<string, never> }
  ): unknown;
}

/** Insert the cell after another one, or first in an empty notebook; gives its index. */
export function insertPortableCode(cells: ICells, after: number): number {
  const index = after + 1;
  cells.insertCell(index, { cell_type: 'code', source: PORTABLE_CODE, metadata: {} });
  return index;
}
