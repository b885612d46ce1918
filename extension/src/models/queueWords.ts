/** Queues in words: what one offers, and the limits that several have in common. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { countCores, formatBytes, formatCount, formatSeconds } from './amounts';
import { QueueView } from '../contract.gen';

/** What stands below each field; empty where nothing is known, `gpus` also where there are none. */
export interface ILimits {
  readonly cores: string;
  readonly memory: string;
  readonly gpus: string;
  readonly hours: string;
}

/** `12 nodes, 8 idle now; up to 4 h`. */
export function describeQueue(queue: QueueView, trans: TranslationBundle): string {
  if (!queue.is_open) {
    return trans.__('It is closed at the moment.');
  }
  const nodes =
    queue.nodes_idle === null
      ? trans.__('%1 nodes', formatCount(queue.nodes))
      : trans.__('%1 of %2 nodes are idle now', formatCount(queue.nodes_idle), formatCount(queue.nodes));
  const each = `${countCores(queue.cores_per_node, trans)}, ${formatBytes(queue.memory_per_node_bytes)}`;
  return trans.__('%1; each has %2', nodes, each);
}

/** The widest limits of these queues. */
export function limitsOf(queues: readonly QueueView[], trans: TranslationBundle): ILimits {
  const most = (amount: (queue: QueueView) => number): number => Math.max(0, ...queues.map(amount));
  const total = (amount: (queue: QueueView) => number): number =>
    most(queue => amount(queue) * (queue.max_nodes ?? queue.nodes));
  const gpus = total(queue => queue.gpus_per_node);
  const longest = queues.every(queue => queue.max_walltime_s !== null)
    ? most(queue => queue.max_walltime_s ?? 0)
    : 0;
  const upTo = (words: string): string => trans.__('up to %1', words);
  return {
    cores: upTo(formatCount(total(queue => queue.cores_per_node))),
    memory: upTo(formatBytes(total(queue => queue.memory_per_node_bytes))),
    gpus: gpus > 0 ? upTo(formatCount(gpus)) : '',
    hours: longest > 0 ? upTo(formatSeconds(longest)) : ''
  };
}

/** Every account that may pay in one of these queues, the usual one first. */
export function accountsOf(queues: readonly QueueView[]): readonly string[] {
  return [...new Set(queues.flatMap(queue => queue.accounts))];
}
