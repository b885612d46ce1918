/** Progress by function: a bar and its counts for each. HTML, so that it wraps, and reads aloud. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FunctionView } from '../../contract.gen';
import { formatCount } from '../../models/amounts';
import { rankFunctions, readFunction, total } from '../../models/liveWords';

const PARTS = ['done', 'erred', 'running', 'waiting'] as const;

export interface IProgressProps {
  functions: readonly FunctionView[];
  trans: TranslationBundle;
}

export function ProgressByFunction({ functions, trans }: IProgressProps): React.ReactElement {
  return (
    <ul className="jp-funicular-progress">
      {rankFunctions(functions).map(each => (
        <li key={each.name || '…'}>
          <div className="jp-funicular-progress-words">
            <span className="jp-funicular-progress-name" title={each.name}>
              {each.name || trans.__('others')}
            </span>
            <span className="jp-funicular-progress-count">
              {trans.__('%1 of %2', formatCount(each.done), formatCount(total(each)))}
            </span>
          </div>
          <div
            className="jp-funicular-progress-bar"
            role="img"
            aria-label={readFunction(each, trans)}
            title={readFunction(each, trans)}
          >
            {PARTS.filter(part => each[part] > 0).map(part => (
              <span key={part} data-part={part} style={{ flexGrow: each[part] }} />
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
