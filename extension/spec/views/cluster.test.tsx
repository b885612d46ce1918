import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { HolderView } from '../../src/contract.gen';
import { Cluster } from '../../src/views/cluster/cluster';
import { CLUSTER_COMMANDS } from '../../src/views/cluster/ids';
import { OtherClusters } from '../../src/views/cluster/others';
import { press } from '../press';
import { block, cluster, paperCommands, view } from '../worlds';

const trans = nullTranslator.load('funicular');
let commands: CommandRegistry;
let pressed: [string, object][];

beforeEach(() => {
  ({ commands, pressed } = paperCommands(Object.values(CLUSTER_COMMANDS)));
});
afterEach(cleanup);

function draw(changes: Parameters<typeof view>[0], holders: HolderView[] = []): HTMLElement {
  const answer = cluster({ view: view(changes) });
  return render(
    <Cluster cluster={answer} at={Date.now()} holders={holders} commands={commands} trans={trans} />
  ).container;
}

describe('Cluster', () => {
  it('draws a box for each node and names the picture', () => {
    const blocks = [
      block({ state: 'running', nodes: 2, workers: 8, hosts: ['n1', 'n2'] }),
      block({ block: 'b2', job: '4712', nodes: 1, reason: 'other jobs are ahead (Priority)', since_s: 180 })
    ];
    const container = draw({ nodes: 2, nodes_wished: 2, workers_wished: 8, blocks });
    const picture = screen.getByRole('img', { name: '3 nodes: 2 running, 1 waiting' });

    expect(picture.children.length).toBe(3);
    expect(picture.children[0].getAttribute('title')).toBe('n1, job 4711: running');
    expect(container.textContent).toContain(
      'Job 4712, 1 node: waiting for 3 min; other jobs are ahead (Priority)'
    );
  });

  it('says how much of cores, memory and tasks is used, in words and as meters', () => {
    draw({
      cores: 4,
      tasks_running: 3,
      cores_busy: 3,
      tasks_waiting: 36,
      tasks_done: 120,
      memory_bytes: 1.2e9,
      memory_limit_bytes: 4e9
    });

    expect(screen.getByRole('meter', { name: 'Cores' }).getAttribute('aria-valuetext')).toBe('3 of 4 busy');
    expect(screen.getByText('1.2 GB of 4 GB')).toBeTruthy();
    expect(screen.getByText('120 done, 3 running, 36 waiting')).toBeTruthy();
  });

  it('shows why it cannot start, and the button that tries again', async () => {
    const problem = { what: 'There is no account.', why: 'You have two.', next_step: 'Name one.' };
    draw({ state: 'idle', nodes: 0, workers: 0, problem });

    expect(screen.getByRole('alert').textContent).toContain(
      'There is no account.You have two.Next: Name one.'
    );
    await press(CLUSTER_COMMANDS.retry);
    expect(pressed).toEqual([[CLUSTER_COMMANDS.retry, { name: 'lab-1-ab12', quiet: true }]]);
  });

  it('stops and keeps the cluster that it shows', async () => {
    draw({});
    await press(CLUSTER_COMMANDS.stop);
    await press(CLUSTER_COMMANDS.keep);

    expect(pressed.map(([id]) => id)).toEqual([CLUSTER_COMMANDS.stop, CLUSTER_COMMANDS.keep]);
  });

  it('describes at most six jobs and counts the others', () => {
    const blocks = Array.from({ length: 8 }, (_, index) => block({ block: `b${index}`, job: String(index) }));
    const container = draw({ blocks });

    expect(container.querySelectorAll('.jp-funicular-blocks li').length).toBe(7);
    expect(container.textContent).toContain('and 2 more jobs');
  });

  it('shows the problem of a cluster that does not answer, and can still stop it', () => {
    const problem = { type: '', title: 'It ended.', status: 503, detail: '', next_step: '', message: '' };
    const silent = cluster({ view: null, problem });
    render(<Cluster cluster={silent} at={0} holders={[]} commands={commands} trans={trans} />);

    expect(screen.getByRole('alert').textContent).toContain('It ended.');
    expect(screen.getByRole('button', { name: CLUSTER_COMMANDS.stop })).toBeTruthy();
  });
});

describe('UsedBy', () => {
  const holder = (changes: Partial<HolderView>): HolderView => ({
    kind: 'notebook',
    name: 'a.ipynb',
    path: 'a.ipynb',
    kernel: 'k1',
    host: 'login1',
    ...changes
  });

  it('says that two notebooks share the cluster', () => {
    const holders = [
      holder({}),
      holder({ name: 'b.ipynb', path: 'work/b.ipynb', kernel: 'k2' }),
      holder({ kind: 'server', name: 'this JupyterLab', path: null, kernel: null })
    ];
    const container = draw({}, holders);

    expect(container.textContent).toContain('2 notebooks share it: a.ipynb, b.ipynb');
  });

  it('names the only one, and says nothing where there is none', () => {
    expect(draw({}, [holder({})]).textContent).toContain('Used by a.ipynb');
    cleanup();
    expect(draw({}, [holder({ kind: 'server' })]).textContent).not.toContain('Used by');
  });
});

describe('OtherClusters', () => {
  it('draws nothing where there are none', () => {
    const { container } = render(<OtherClusters clusters={[]} commands={commands} trans={trans} />);

    expect(container.textContent).toBe('');
  });

  it('names each with what it does, where it is, and a button of its own', async () => {
    const clusters = [cluster({ name: 'work' }), cluster({ name: 'old', view: null })];
    render(<OtherClusters clusters={clusters} commands={commands} trans={trans} />);

    expect(screen.getByText('work').parentElement!.textContent).toBe(
      'work Running on 4 nodes, 0.050 core-hon login1'
    );
    await press('Stop old');
    expect(pressed).toEqual([[CLUSTER_COMMANDS.stop, { name: 'old', quiet: true }]]);
  });
});
