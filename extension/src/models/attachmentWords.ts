/** How a notebook stands to its cluster, in words for its toolbar. Pure. */
import { TranslationBundle } from '@jupyterlab/translation';

import { ClusterAnswer } from '../contract.gen';
import { countNodes } from './amounts';
import { AttachmentState } from './attachment';

/** `cluster`: the one of that name among this user's; null where it has not started. */
export function describeAttachment(
  state: AttachmentState,
  cluster: ClusterAnswer | null,
  trans: TranslationBundle
): string {
  switch (state.kind) {
    case 'loading':
      return trans.__('Cluster: asking');
    case 'empty':
      return trans.__('No cluster');
    case 'problem':
      return trans.__('Cluster: not known');
    case 'ready':
      break;
  }
  if (!state.value.isAttached) {
    return state.value.isLeaving ? trans.__('Detaching') : trans.__('Detached');
  }
  const nodes = cluster?.view?.nodes ?? 0;
  return nodes > 0
    ? trans.__('Attached: %1', countNodes(nodes, trans))
    : cluster !== null
      ? trans.__('Attached')
      : trans.__('Cluster on first use');
}

/** The same at length, for a tooltip. */
export function explainAttachment(state: AttachmentState, trans: TranslationBundle): string {
  switch (state.kind) {
    case 'loading':
      return trans.__('Asking the kernel whose cluster it uses.');
    case 'empty':
      return trans.__(
        'This kernel does not use a cluster. Choose the kernel "Python 3 (Funicular)", or run %load_ext funicular.'
      );
    case 'problem':
      return state.problem.message;
    case 'ready':
      break;
  }
  const { cluster, isAttached, isLeaving } = state.value;
  if (isAttached) {
    return trans.__('Heavy work of this notebook goes to the cluster %1.', cluster);
  }
  return isLeaving
    ? trans.__('The running cell ends with the cluster %1; from then on work stays in the kernel.', cluster)
    : trans.__('All work of this notebook stays in its kernel. The cluster %1 is left to others.', cluster);
}
