import { nullTranslator } from '@jupyterlab/translation';

import { ClustersState } from '../../src/models/state';
import { describeState, explainState, headline, reading } from '../../src/models/words';
import { block, cluster, view } from '../worlds';

const trans = nullTranslator.load('funicular');
const ready: ClustersState = { kind: 'ready', clusters: [], at: 0 };
const say = (changes: Parameters<typeof view>[0]): string =>
  describeState(ready, cluster({ view: view(changes) }), trans);

describe('describeState', () => {
  it('says that there is no cluster yet', () => {
    expect(describeState(ready, null, trans)).toBe('Cluster: not started');
  });

  it('counts nodes, busy cores and what it has cost', () => {
    expect(say({ nodes: 4, cores: 16, cores_busy: 12, core_hours: 0.05 })).toBe(
      'Cluster: 4 nodes, 12 of 16 cores busy, 0.050 core-h'
    );
    expect(say({ nodes: 1, cores: 1, core_hours: 0 })).toBe('Cluster: 1 node, 0 of 1 core busy, 0 core-h');
  });

  it('says what is waited for', () => {
    const blocks = [block({ reason: 'other jobs are ahead (Priority)' })];
    expect(say({ state: 'waiting', nodes: 0, blocks })).toBe(
      'Cluster waiting: other jobs are ahead (Priority)'
    );
    expect(say({ state: 'waiting', nodes: 0 })).toBe('Cluster waiting: nodes are on their way');
  });

  it('says what keeps it from starting', () => {
    const problem = { what: 'There is no account.', why: '', next_step: '' };
    expect(say({ state: 'idle', nodes: 0, problem })).toBe('Cluster cannot start: There is no account.');
  });

  it('has words for every state', () => {
    const states = ['starting', 'idle', 'waiting', 'running', 'draining', 'stopped', 'lost'] as const;
    const words = states.map(state => say({ state }));
    expect(new Set(words).size).toBe(states.length);
  });

  it('tells a silent cluster from a silent server', () => {
    const problem = { type: '', title: '', status: 503, detail: '', next_step: '', message: 'It ended.' };
    const silent = cluster({ view: null, problem });
    expect(describeState(ready, silent, trans)).toBe('Cluster: does not answer');
    expect(explainState(ready, silent, trans)).toBe('It ended.');
    expect(describeState({ kind: 'problem', problem }, null, trans)).toBe(
      'Cluster: the server does not answer'
    );
  });
});

describe('explainState', () => {
  it('names the cost, the tasks and the jobs that wait', () => {
    const blocks = [block({ reason: 'no nodes are free (Resources)' })];
    const text = explainState(ready, cluster({ view: view({ tasks_running: 3, blocks }) }), trans);

    expect(text).toContain('0.050 core-h used so far');
    expect(text).toContain('3 tasks running');
    expect(text).toContain('Job 4711 (4 nodes): no nodes are free (Resources)');
  });
});

describe('headline and reading', () => {
  const states = ['starting', 'idle', 'waiting', 'running', 'draining', 'stopped', 'lost'] as const;

  it('have words of their own for every state', () => {
    expect(new Set(states.map(state => headline(view({ state }), trans))).size).toBe(states.length);
    expect(new Set(states.map(state => reading(view({ state }), trans))).size).toBe(states.length);
  });

  it('count the nodes that are waited for, not those that are there', () => {
    const blocks = [block({ state: 'running', workers: 4, nodes: 1 }), block({ nodes: 3 })];

    expect(headline(view({ state: 'waiting', blocks }), trans)).toBe('Waiting for 3 nodes');
  });

  it('say what the numbers mean', () => {
    const say = (cores_busy: number, tasks_waiting: number): string =>
      reading(view({ cores: 16, cores_busy, tasks_waiting }), trans);

    expect(say(0, 0)).toContain('Nothing to do');
    expect(say(16, 36)).toBe('All cores are busy; 36 tasks wait for their turn.');
    expect(say(16, 0)).toBe('All cores are busy.');
    expect(say(4, 0)).toContain('fewer nodes would do');
    expect(say(13, 0)).toBe('13 of 16 cores are busy.');
  });

  it('say that it cannot start when a problem keeps it from that', () => {
    expect(headline(view({ state: 'idle', nodes: 0, problem: { what: 'No account.' } }), trans)).toBe(
      'It cannot start'
    );
  });
});
