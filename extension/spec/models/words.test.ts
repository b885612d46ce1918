import { nullTranslator } from '@jupyterlab/translation';

import { ClustersState } from '../../src/models/state';
import { describeState, explainState } from '../../src/models/words';
import { block, cluster, view } from '../worlds';

const trans = nullTranslator.load('funicular');
const ready: ClustersState = { kind: 'ready', clusters: [] };
const say = (changes: Parameters<typeof view>[0]): string =>
  describeState(ready, cluster({ view: view(changes) }), trans);

describe('describeState', () => {
  it('says that there is no cluster yet', () => {
    expect(describeState(ready, null, trans)).toBe('Cluster: not started');
  });

  it('counts nodes and cores', () => {
    expect(say({ nodes: 4, cores: 16 })).toBe('Cluster: 4 nodes, 16 cores');
    expect(say({ nodes: 1, cores: 1 })).toBe('Cluster: 1 node, 1 core');
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
    const states = ['starting', 'idle', 'waiting', 'running', 'draining', 'stopped', 'lost'];
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
