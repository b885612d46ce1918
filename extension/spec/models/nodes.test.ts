import { nullTranslator } from '@jupyterlab/translation';

import { countStates, describeBlock, describeNode, nodesOf } from '../../src/models/nodes';
import { block, view } from '../worlds';

const trans = nullTranslator.load('funicular');

describe('nodesOf', () => {
  it('draws each node of each block, with the state of its own', () => {
    const blocks = [
      block({ block: 'b1', state: 'running', nodes: 3, workers: 8, hosts: ['n1', 'n2'] }),
      block({ block: 'b2', state: 'pending', nodes: 2 })
    ];
    const nodes = nodesOf(view({ nodes_wished: 4, workers_wished: 16, blocks }));

    expect(nodes.map(each => each.state)).toEqual(['running', 'running', 'starting', 'waiting', 'waiting']);
    expect(countStates(nodes)).toEqual([
      ['running', 2],
      ['starting', 1],
      ['waiting', 2]
    ]);
  });

  it('knows every state a block can be in', () => {
    const states = ['submitting', 'pending', 'starting', 'running', 'draining', 'ending'] as const;
    const drawn = states.map(state => nodesOf(view({ blocks: [block({ state, nodes: 1, workers: 1 })] }))[0]);

    expect(drawn.map(each => each.state)).toEqual([
      'waiting',
      'waiting',
      'starting',
      'running',
      'draining',
      'stopped'
    ]);
  });

  it('names a node with its job', () => {
    const [node] = nodesOf(view({ blocks: [block({ state: 'running', workers: 1, hosts: ['n1'] })] }));

    expect(describeNode(node, trans)).toBe('n1, job 4711: running');
  });
});

describe('describeBlock', () => {
  it('says why it waits and since when, counting on after the answer', () => {
    const waiting = block({ reason: 'other jobs are ahead (Priority)', since_s: 170 });

    expect(describeBlock(waiting, 10, trans)).toBe(
      'Job 4711, 4 nodes: waiting for 3 min; other jobs are ahead (Priority)'
    );
  });

  it('says how long it may still run', () => {
    const running = block({ state: 'running', nodes: 1, time_left_s: 1500 });

    expect(describeBlock(running, 60, trans)).toBe('Job 4711, 1 node: running; 24 min left');
  });

  it('has words for a job that has no number yet', () => {
    expect(describeBlock(block({ state: 'submitting', job: null }), 0, trans)).toBe(
      '4 nodes: being asked for'
    );
  });
});
