/** A cluster in words: a line for the status bar, more for its tooltip, a heading and a reading for the panel. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { ClusterAnswer, ClusterView } from '../contract.gen';
import { countCores, countNodes, formatCoreHours, formatCount } from './amounts';
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

/** What the cluster is doing, as a heading. */
export function headline(view: ClusterView, trans: TranslationBundle): string {
  const coming = view.blocks.reduce((sum, block) => sum + (block.workers === 0 ? block.nodes : 0), 0);
  if (view.problem && view.nodes === 0 && coming === 0) {
    return trans.__('It cannot start');
  }
  switch (view.state) {
    case 'starting':
      return trans.__('Starting');
    case 'waiting':
      return trans.__('Waiting for %1', countNodes(coming || view.nodes_wished, trans));
    case 'running':
      return trans.__('Running on %1', countNodes(view.nodes, trans));
    case 'draining':
      return trans.__('Giving nodes back');
    case 'stopped':
      return trans.__('Stopped');
    case 'lost':
      return trans.__('Lost');
    default:
      return trans.__('Ready, without nodes');
  }
}

/** One sentence that says what the numbers mean for the reader. */
export function reading(view: ClusterView, trans: TranslationBundle): string {
  const { cores, cores_busy: busy, tasks_waiting: waiting } = view;
  switch (view.state) {
    case 'starting':
      return trans.__('It is there in a few seconds.');
    case 'waiting':
      return view.blocks.some(block => block.state === 'starting')
        ? trans.__('The nodes are yours; their workers start now.')
        : trans.__('It costs nothing while it waits. Fewer nodes and fewer hours usually start sooner.');
    case 'running':
      break;
    case 'draining':
      return trans.__('Its tasks are finished first, then it costs nothing.');
    case 'stopped':
      return trans.__('All its nodes are given back. The next cell that needs a cluster starts one.');
    case 'lost':
      return trans.__('Run the cell again: a cluster is then started anew.');
    default:
      return trans.__('It costs nothing now. Nodes come by themselves when a cell needs them.');
  }
  if (busy === 0 && waiting === 0) {
    return trans.__('Nothing to do at the moment. Idle nodes are given back after a few minutes.');
  }
  if (busy >= cores) {
    return waiting > 0
      ? trans._n(
          'All cores are busy; one task waits for its turn.',
          'All cores are busy; %2 tasks wait for their turn.',
          waiting,
          formatCount(waiting)
        )
      : trans.__('All cores are busy.');
  }
  if (view.nodes > 1 && waiting === 0 && cores - busy >= view.cores_per_node) {
    return trans.__('Only %1 of %2 cores are busy: fewer nodes would do for this.', busy, cores);
  }
  return trans.__('%1 of %2 cores are busy.', busy, cores);
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
      return trans.__(
        'Cluster: %1, %2 of %3 busy, %4',
        countNodes(view.nodes, trans),
        view.cores_busy,
        countCores(view.cores, trans),
        formatCoreHours(view.core_hours)
      );
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
