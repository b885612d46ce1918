/** Promises of the dashboard's tab and of the cell that connects to a cluster. */
import { YNotebook } from '@jupyter/ydoc';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { asProblem, ProblemError } from '../../src/models/api';
import { DashboardModel } from '../../src/models/dashboard';
import { insertPortableCode, PORTABLE_CODE } from '../../src/models/portableCode';
import { PaperServer } from '../worlds';

const PLACE = {
  name: 'lab-1',
  path: '../dashboard/lab-1/status',
  address: '/funicular/dashboard/lab-1/status'
};

let model: DashboardModel;
afterEach(() => model?.dispose());

describe('DashboardModel', () => {
  it('gives the address once the server has the page', async () => {
    const server = new PaperServer(undefined);
    model = new DashboardModel({ api: server, ...PLACE });
    expect(model.state.kind).toBe('loading');

    await vi.waitFor(() => expect(model.state).toMatchObject({ kind: 'ready', value: PLACE.address }));
    expect(server.asked).toEqual(['GET ../dashboard/lab-1/status']);
  });

  it('tells a cluster that is gone from trouble, and asks again when told to', async () => {
    const server = new PaperServer(new ProblemError(asProblem('no such cluster', 404)));
    model = new DashboardModel({ api: server, ...PLACE });
    await vi.waitFor(() => expect(model.state.kind).toBe('empty'));

    server.answer = new ProblemError({
      ...asProblem('Bokeh is not installed.', 501),
      next_step: 'pip install bokeh'
    });
    await model.look();
    expect(model.state).toMatchObject({ kind: 'problem', problem: { next_step: 'pip install bokeh' } });

    server.answer = undefined;
    await model.look();
    expect(model.state.kind).toBe('ready');
  });
});

describe('the cell that connects to a cluster', () => {
  it('is put below the chosen one, and one undo takes it away', () => {
    const cells = YNotebook.create() as YNotebook;
    cells.insertCell(0, { cell_type: 'code', source: 'first' });
    cells.insertCell(1, { cell_type: 'code', source: 'second' });
    cells.clearUndoHistory();

    expect(insertPortableCode(cells, 0)).toBe(1);
    expect(cells.cells.map(each => each.source)).toEqual(['first', PORTABLE_CODE, 'second']);
    cells.undo();
    expect(cells.cells.map(each => each.source)).toEqual(['first', 'second']);
  });
});
