/** The user's other clusters: those of a terminal, another JupyterLab, another environment. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { ClusterAnswer } from '../../contract.gen';
import { formatCoreHours } from '../../models/amounts';
import { headline } from '../../models/words';
import { CommandButton } from '../pieces/button';
import { CLUSTER_COMMANDS } from './ids';

export interface IOthersProps {
  clusters: readonly ClusterAnswer[];
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function OtherClusters(props: IOthersProps): React.ReactElement | null {
  const { clusters, commands, trans } = props;
  if (clusters.length === 0) {
    return null;
  }
  return (
    <>
      <h3 className="jp-funicular-headline">{trans.__('Your other clusters')}</h3>
      <ul className="jp-funicular-others">
        {clusters.map(({ name, host, view, problem }) => (
          <li key={name}>
            <div>
              <strong>{name}</strong>{' '}
              {view
                ? `${headline(view, trans)}, ${formatCoreHours(view.core_hours)}`
                : (problem?.title ?? trans.__('does not answer'))}
              <div className="jp-funicular-small">{trans.__('on %1', host)}</div>
            </div>
            <CommandButton
              commands={commands}
              command={CLUSTER_COMMANDS.stop}
              args={{ name }}
              label={trans.__('Stop')}
              name={trans.__('Stop %1', name)}
              trans={trans}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
