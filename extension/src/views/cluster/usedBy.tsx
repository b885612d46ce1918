/** Which notebooks and programs use the cluster: several on one are shown as such. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { HolderView } from '../../contract.gen';

export interface IUsedByProps {
  holders: readonly HolderView[];
  trans: TranslationBundle;
}

export function UsedBy({ holders, trans }: IUsedByProps): React.ReactElement | null {
  const users = holders.filter(each => each.kind !== 'server'); // the server always holds it
  if (users.length === 0) {
    return null;
  }
  const names = users.map(each => each.name).join(', ');
  if (users.length === 1) {
    return <p title={users[0].path ?? ''}>{trans.__('Used by %1', names)}</p>;
  }
  const words = users.every(each => each.kind === 'notebook')
    ? trans.__('%1 notebooks share it: %2', users.length, names)
    : trans.__('%1 notebooks and programs share it: %2', users.length, names);
  return <p title={users.map(each => each.path ?? each.name).join('\n')}>{words}</p>;
}
