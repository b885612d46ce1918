/** A cluster in numbers: workers, cores, memory, tasks. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ClusterView } from '../../contract.gen';
import { formatBytes, formatCount } from '../../models/amounts';
import { Meter } from '../pieces/meter';

export interface INumbersProps {
  view: ClusterView;
  trans: TranslationBundle;
}

export function Numbers({ view, trans }: INumbersProps): React.ReactElement {
  const { cores, cores_busy: busy, workers, workers_wished: wished } = view;
  return (
    <div className="jp-funicular-numbers">
      <Meter
        label={trans.__('Workers')}
        words={
          wished > workers
            ? trans.__('%1 of %2', formatCount(workers), formatCount(wished))
            : formatCount(workers)
        }
        value={workers}
        limit={wished > workers ? wished : 0}
      />
      <Meter
        label={trans.__('Cores')}
        words={trans.__('%1 of %2 busy', formatCount(busy), formatCount(cores))}
        value={busy}
        limit={cores}
      />
      <Meter
        label={trans.__('Memory')}
        words={
          view.memory_limit_bytes > 0
            ? trans.__('%1 of %2', formatBytes(view.memory_bytes), formatBytes(view.memory_limit_bytes))
            : formatBytes(view.memory_bytes)
        }
        value={view.memory_bytes}
        limit={view.memory_limit_bytes}
        isScarce
      />
      <Tasks view={view} trans={trans} />
    </div>
  );
}

function Tasks({ view, trans }: INumbersProps): React.ReactElement {
  const parts = [
    ['done', view.tasks_done, trans.__('%1 done', formatCount(view.tasks_done))],
    ['running', view.tasks_running, trans.__('%1 running', formatCount(view.tasks_running))],
    ['waiting', view.tasks_waiting, trans.__('%1 waiting', formatCount(view.tasks_waiting))]
  ] as const;
  const all = parts.reduce((sum, [, count]) => sum + count, 0);
  const words = parts.map(([, , text]) => text).join(', ');
  return (
    <div className="jp-funicular-meter">
      <div className="jp-funicular-meter-words">
        <span>{trans.__('Tasks')}</span>
        <span>{all > 0 ? words : trans.__('none')}</span>
      </div>
      {all > 0 && (
        <div className="jp-funicular-bar" role="img" aria-label={`${trans.__('Tasks')}: ${words}`}>
          {parts.map(([kind, count]) => (
            <span key={kind} data-kind={kind} style={{ width: `${(count / all) * 100}%` }} />
          ))}
        </div>
      )}
    </div>
  );
}
