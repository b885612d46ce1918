/** The cluster in the status bar: a line that opens the panel, and more when the pointer rests on it. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ClusterAnswer } from '../contract.gen';
import { ClustersState } from '../models/state';
import { describeState, explainState } from '../models/words';

export interface IStatusProps {
  state: ClustersState;
  session: ClusterAnswer | null;

  /** Show the panel. */
  onOpen: () => void;
  trans: TranslationBundle;
}

export function StatusView({ state, session, onOpen, trans }: IStatusProps): React.ReactElement {
  const isProblem = state.kind === 'problem' || Boolean(session?.problem ?? session?.view?.problem);
  return (
    <div className="jp-funicular-status" data-kind={isProblem ? 'problem' : state.kind}>
      <button
        type="button"
        className="jp-funicular-status-text"
        title={explainState(state, session, trans)}
        onClick={onOpen}
      >
        {describeState(state, session, trans)}
      </button>
    </div>
  );
}
