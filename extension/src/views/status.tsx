/** The cluster in the status bar: a line, and more when the pointer rests on it. Props in, nothing out. */
import { TextItem } from '@jupyterlab/statusbar';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ClusterAnswer } from '../contract.gen';
import { ClustersState } from '../models/state';
import { describeState, explainState } from '../models/words';

export interface IStatusProps {
  state: ClustersState;
  session: ClusterAnswer | null;
  trans: TranslationBundle;
}

export function StatusView({ state, session, trans }: IStatusProps): React.ReactElement {
  const isProblem = state.kind === 'problem' || Boolean(session?.problem ?? session?.view?.problem);
  return (
    <div className="jp-funicular-status" data-kind={isProblem ? 'problem' : state.kind}>
      <TextItem
        className="jp-funicular-status-text"
        source={describeState(state, session, trans)}
        title={explainState(state, session, trans)}
      />
    </div>
  );
}
