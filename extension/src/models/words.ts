/** A cluster in words: one line for the status bar, several for its tooltip. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { ClusterAnswer, ClusterView } from '../contract.gen';
import { countCores, countNodes, formatCoreHours } from './amounts';
import { ClustersState } from './state';

/** The line in the status bar. `session`: the cluster that this server's kernels share. */
export function describeState(
  state: ClustersState,
  session: ClusterAnswer | null,
  trans: TranslationBundle
): string {
  switch (state.kind) {
    case 'loading':
      return trans.__('Cluster: asking');
    case 'problem':
      return trans.__('Cluster: the server does not answer');
    case 'ready':
      break;
  }
  if (session === null) {
    return trans.__('Cluster: not started');
  }
  if (session.view === null) {
    return trans.__('Cluster: does not answer');
  }
  return describeView(session.view, trans);
}

/** All that fits a tooltip: what it is, what it waits for, what it has cost. */
export function explainState(
  state: ClustersState,
  session: ClusterAnswer | null,
  trans: TranslationBundle
): string {
  if (state.kind === 'problem') {
    return state.problem.message;
  }
  if (state.kind === 'loading') {
    return trans.__('Asking the server for your clusters.');
  }
  if (session === null) {
    return trans.__('The cluster starts by itself when a cell needs it.');
  }
  if (session.view === null) {
    return session.problem?.message ?? trans.__('The cluster does not answer.');
  }
  return explainView(session.view, trans);
}

function describeView(view: ClusterView, trans: TranslationBundle): string {
  if (view.problem && view.nodes === 0) {
    return trans.__('Cluster cannot start: %1', String(view.problem.what ?? ''));
  }
  switch (view.state) {
    case 'starting':
      return trans.__('Cluster: starting');
    case 'waiting':
      return trans.__('Cluster waiting: %1', waitingFor(view, trans));
    case 'running':
      return trans.__('Cluster: %1, %2', countNodes(view.nodes, trans), countCores(view.cores, trans));
    case 'draining':
      return trans.__('Cluster: giving nodes back');
    case 'stopped':
      return trans.__('Cluster: stopped');
    case 'lost':
      return trans.__('Cluster: lost');
    default:
      return trans.__('Cluster: ready, no nodes in use');
  }
}

function explainView(view: ClusterView, trans: TranslationBundle): string {
  const lines = [
    describeView(view, trans),
    trans.__('Its name is %1, its site %2', view.name, view.site),
    trans.__('%1 used so far', formatCoreHours(view.core_hours))
  ];
  if (view.tasks_running + view.tasks_waiting > 0) {
    lines.push(trans.__('%1 tasks running, %2 waiting', view.tasks_running, view.tasks_waiting));
  }
  for (const block of view.blocks.filter(each => each.workers === 0)) {
    const nodes = countNodes(block.nodes, trans);
    lines.push(trans.__('Job %1 (%2): %3', block.job ?? block.block, nodes, block.reason || block.state));
  }
  if (view.problem) {
    const { what, why, next_step } = view.problem;
    lines.push(...[what, why, next_step].filter(Boolean).map(String));
  }
  return lines.join('\n');
}

function waitingFor(view: ClusterView, trans: TranslationBundle): string {
  const waiting = view.blocks.filter(each => each.workers === 0);
  return waiting.find(each => each.reason)?.reason ?? trans.__('nodes are on their way');
}
