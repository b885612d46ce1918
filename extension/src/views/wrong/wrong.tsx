/** What died, newest first: who, why, what was run again, and the next step as a button where there is one. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { formatBytes, formatMoment, formatSeconds } from '../../models/amounts';
import { ObituaryView } from '../../contract.gen';
import { kindWord } from '../../models/kindWord';
import { Curve } from '../pieces/curve';
import { CommandButton } from '../pieces/button';
import { NEXT_STEPS } from './ids';

export interface IWrongProps {
  obituaries: readonly ObituaryView[];

  /** How many older ones there are. */
  more: number;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function Wrong({ obituaries, more, commands, trans }: IWrongProps): React.ReactElement {
  return (
    <ul className="jp-funicular-cards">
      {obituaries.map(each => (
        <li key={`${each.cluster}/${each.name}/${each.when_s}`} data-state="problem">
          <Obituary obituary={each} commands={commands} trans={trans} />
        </li>
      ))}
      {more > 0 && (
        <li>
          <p>
            {trans._n(
              'One more is older: funicular clusters why',
              '%1 more are older: funicular clusters why',
              more
            )}
          </p>
        </li>
      )}
    </ul>
  );
}

interface IObituaryProps {
  obituary: ObituaryView;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

function Obituary({ obituary, commands, trans }: IObituaryProps): React.ReactElement {
  const { kind, name, when_s, state, cause, next_step, rerun, action } = obituary;
  const who = `${kindWord(kind, trans)} ${name}`;
  return (
    <>
      <div className="jp-funicular-cards-heading">
        {trans.__('%1: %2 died', formatMoment(when_s), who)}
        {state && ` (${state})`}
      </div>
      <p>{cause}</p>
      {rerun.length > 0 && (
        <p>{trans._n('One task is run again.', '%1 tasks are run again.', rerun.length)}</p>
      )}
      {next_step && (
        <p>
          <strong>{trans.__('Next:')}</strong> {next_step}
        </p>
      )}
      {action && (
        <div className="jp-funicular-buttons">
          <CommandButton
            commands={commands}
            command={NEXT_STEPS[action]}
            args={{ name: obituary.cluster }}
            trans={trans}
          />
        </div>
      )}
      <Details obituary={obituary} trans={trans} />
    </>
  );
}

function Details({ obituary, trans }: Omit<IObituaryProps, 'commands'>): React.ReactElement | null {
  const { curve, log, rerun, peak_bytes: peak, limit_bytes: limit } = obituary;
  if (curve.length < 2 && log.length === 0 && rerun.length === 0 && peak === 0) {
    return null;
  }
  const held =
    limit > 0
      ? trans.__('It held up to %1; the limit was %2.', formatBytes(peak), formatBytes(limit))
      : trans.__('It held up to %1.', formatBytes(peak));
  return (
    <details>
      <summary>{trans.__('Details')}</summary>
      {peak > 0 && <p>{held}</p>}
      {curve.length > 1 && (
        <>
          <Curve points={curve} limit={limit} words={held} />
          <p className="jp-funicular-small">
            {trans.__('Memory in the last %1', formatSeconds(curve[0][0]))}
          </p>
        </>
      )}
      {rerun.length > 0 && <p>{trans.__('Run again: %1', rerun.join(', '))}</p>}
      {log.length > 0 && <pre tabIndex={0}>{log.join('\n')}</pre>}
    </details>
  );
}

/** A word for who died; the server's kinds are worker, node, block and controller. */
