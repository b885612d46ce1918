/** The nodes of a cluster one by one, for a picture of them; and each block in a sentence. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { BlockView, ClusterView } from '../contract.gen';
import { countNodes, formatSeconds } from './amounts';

/** As a person tells them apart. `waiting`: asked for, not granted yet; `stopped`: given back, or being ended. */
export type NodeState = 'running' | 'starting' | 'waiting' | 'draining' | 'stopped';

export interface INode {
  readonly key: string;
  readonly state: NodeState;

  /** Empty where it has none yet. */
  readonly host: string;
  readonly block: BlockView;
}

/** In the order in which they are counted and drawn. */
export const NODE_STATES: readonly NodeState[] = ['running', 'starting', 'waiting', 'draining', 'stopped'];

/** Every node of the cluster, those that are only asked for as well. */
export function nodesOf(view: ClusterView): readonly INode[] {
  const perNode = view.nodes_wished > 0 ? view.workers_wished / view.nodes_wished : 0;
  return view.blocks.flatMap(block => nodesOfBlock(block, perNode));
}

/** How many nodes there are in each state that occurs. */
export function countStates(nodes: readonly INode[]): readonly (readonly [NodeState, number])[] {
  const counts = NODE_STATES.map(
    state => [state, nodes.filter(node => node.state === state).length] as const
  );
  return counts.filter(([, count]) => count > 0);
}

export function wordOf(state: NodeState, trans: TranslationBundle): string {
  switch (state) {
    case 'running':
      return trans.__('running');
    case 'starting':
      return trans.__('starting');
    case 'waiting':
      return trans.__('waiting');
    case 'draining':
      return trans.__('finishing');
    case 'stopped':
      return trans.__('stopping');
  }
}

/** `n1, job 4711: running, 25 min left`. */
export function describeNode(node: INode, trans: TranslationBundle): string {
  const name = node.host || trans.__('a node');
  const job = node.block.job === null ? '' : trans.__(', job %1', node.block.job);
  return `${name}${job}: ${wordOf(node.state, trans)}`;
}

/**
 * What one block is doing: `Job 4711, 2 nodes: waiting for 3 min; other jobs are ahead (Priority)`.
 * `age_s`: how long ago the server said so.
 */
export function describeBlock(block: BlockView, age_s: number, trans: TranslationBundle): string {
  const nodes = countNodes(block.nodes, trans);
  const name = block.job === null ? nodes : trans.__('Job %1, %2', block.job, nodes);
  const since = formatSeconds(block.since_s + age_s);
  const parts = [whatItDoes(block, since, trans)];
  if (block.reason) {
    parts.push(block.reason);
  }
  if (block.time_left_s !== null) {
    parts.push(trans.__('%1 left', formatSeconds(block.time_left_s - age_s)));
  }
  return `${name}: ${parts.join('; ')}`;
}

function whatItDoes(block: BlockView, since: string, trans: TranslationBundle): string {
  switch (block.state) {
    case 'submitting':
      return trans.__('being asked for');
    case 'pending':
      return trans.__('waiting for %1', since);
    case 'starting':
      return trans.__('starting for %1', since);
    case 'running':
      return trans.__('running');
    case 'draining':
      return trans.__('finishing its tasks, then it is given back');
    default:
      return trans.__('being given back');
  }
}

function nodesOfBlock(block: BlockView, workersPerNode: number): INode[] {
  const there = workersPerNode > 0 ? Math.ceil(block.workers / workersPerNode) : block.hosts.length;
  return Array.from({ length: block.nodes }, (_, index) => ({
    key: `${block.block}/${index}`,
    state: stateOf(block, index < Math.max(there, block.workers > 0 ? 1 : 0)),
    host: block.hosts[index] ?? '',
    block
  }));
}

function stateOf(block: BlockView, isThere: boolean): NodeState {
  switch (block.state) {
    case 'submitting':
    case 'pending':
      return 'waiting';
    case 'starting':
      return 'starting';
    case 'running':
      return isThere ? 'running' : 'starting';
    case 'draining':
      return 'draining';
    default:
      return 'stopped';
  }
}
