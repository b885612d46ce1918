/** Dask's own dashboard in a tab: its page in a frame, or in words why there is none. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { DashboardState } from '../models/dashboard';
import { Frame } from './pieces/frame';

export interface IDashboardProps {
  name: string;
  state: DashboardState;
  trans: TranslationBundle;
  onRetry: () => void;
}

export function DashboardView({ name, state, trans, onRetry }: IDashboardProps): React.ReactElement {
  const gone = (
    <>
      <p className="jp-funicular-quiet">{trans.__('The cluster %1 is not there any more.', name)}</p>
      <button type="button" className="jp-funicular-button" onClick={onRetry}>
        {trans.__('Look again')}
      </button>
    </>
  );
  return (
    <Frame
      state={state}
      trans={trans}
      loading={trans.__("Asking for Dask's dashboard of %1", name)}
      empty={gone}
      onRetry={onRetry}
    >
      {address => (
        <iframe
          className="jp-funicular-dashboard-page"
          title={trans.__("Dask's dashboard of %1", name)}
          src={address}
          sandbox="allow-scripts allow-same-origin allow-forms"
        />
      )}
    </Frame>
  );
}
