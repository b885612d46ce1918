/** The live numbers of one cluster: three plots, each with a sentence that reads it. Props in, nothing out. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LiveAnswer } from '../../contract.gen';
import { formatBytes, formatCount } from '../../models/amounts';
import { readBusy, readCurve, readMemory, readProgress } from '../../models/liveWords';
import { State } from '../../models/state';
import { Frame } from '../pieces/frame';
import { ProgressByFunction } from './progress';

const TimePlot = React.lazy(() => import('./timePlot'));

const ROUND_COUNTS = [1, 2, 5]
  .flatMap(each => [0, 1, 2, 3, 4, 5].map(power => each * 10 ** power))
  .sort(byValue);
const ROUND_BYTES = [1, 2, 5]
  .flatMap(each => [6, 7, 8, 9, 10, 11, 12, 13].map(power => each * 10 ** power))
  .sort(byValue);

export interface ILiveProps {
  state: State<LiveAnswer>;

  /** The theme's name. */
  theme: string;
  trans: TranslationBundle;
  onRetry: () => void;

  /** What can be done from here: a button that opens Dask's own dashboard. */
  children?: React.ReactNode;
}

export function LiveView({ state, theme, trans, onRetry, children }: ILiveProps): React.ReactElement {
  return (
    <Frame
      state={state}
      trans={trans}
      loading={trans.__('Asking the cluster for its numbers')}
      empty={trans.__(
        'Nothing runs yet. Progress, busy cores and memory are drawn here while a cluster works.'
      )}
      onRetry={onRetry}
    >
      {live => (
        <React.Suspense fallback={<p className="jp-funicular-quiet">{trans.__('Loading the plots')}</p>}>
          <Plots live={live} theme={theme} trans={trans} />
          {children}
        </React.Suspense>
      )}
    </Frame>
  );
}

interface IPlotsProps {
  live: LiveAnswer;
  theme: string;
  trans: TranslationBundle;
}

function Plots({ live, theme, trans }: IPlotsProps): React.ReactElement {
  return (
    <>
      <figure className="jp-funicular-figure" data-plot="progress">
        <figcaption>{readProgress(live.functions, trans)}</figcaption>
        <ProgressByFunction functions={live.functions} trans={trans} />
      </figure>
      <figure className="jp-funicular-figure" data-plot="busy">
        <figcaption>{readBusy(live, trans)}</figcaption>
        <TimePlot
          description={readCurve(trans.__('Busy cores'), live, live.busy, formatCount, trans)}
          t_s={live.t_s}
          lines={[
            { kind: 'used', values: live.busy },
            { kind: 'limit', values: live.cores }
          ]}
          format={formatCount}
          steps={ROUND_COUNTS}
          theme={theme}
        />
      </figure>
      <figure className="jp-funicular-figure" data-plot="memory">
        <figcaption>{readMemory(live, trans)}</figcaption>
        <TimePlot
          description={readCurve(trans.__('Memory'), live, live.memory_bytes, formatBytes, trans)}
          t_s={live.t_s}
          lines={[
            { kind: 'used', values: live.memory_bytes },
            { kind: 'limit', values: live.memory_limit_bytes }
          ]}
          format={formatBytes}
          steps={ROUND_BYTES}
          theme={theme}
        />
      </figure>
    </>
  );
}

function byValue(one: number, other: number): number {
  return one - other;
}
