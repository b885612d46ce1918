/** What died, in a word. */
import { TranslationBundle } from '@jupyterlab/translation';

import { ObituaryView } from '../contract.gen';

export function kindWord(kind: ObituaryView['kind'], trans: TranslationBundle): string {
  switch (kind) {
    case 'worker':
      return trans.__('Worker');
    case 'node':
      return trans.__('Node');
    case 'block':
      return trans.__('Job');
    case 'controller':
      return trans.__('Cluster');
  }
}
