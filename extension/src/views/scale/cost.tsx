/** What a wish comes to and can cost, before anything is done; or why it cannot be had. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { PlanAnswer } from '../../contract.gen';
import { describeCost, describePlan } from '../../models/planWords';
import { State } from '../../models/state';
import { ProblemNote } from '../pieces/frame';

export interface ICostProps {
  plan: State<PlanAnswer>;
  isAsking: boolean;
  trans: TranslationBundle;
}

export function Cost({ plan, isAsking, trans }: ICostProps): React.ReactElement {
  return (
    <div className="jp-funicular-cost" aria-busy={isAsking} role="status">
      {plan.kind === 'loading' && <p>{trans.__('Asking what it would cost')}</p>}
      {plan.kind === 'problem' && <ProblemNote problem={plan.problem} trans={trans} />}
      {plan.kind === 'ready' && (
        <>
          <p>
            <strong>{describeCost(plan.value, trans)}</strong>
          </p>
          <p>{describePlan(plan.value, trans)}</p>
          {plan.value.because.length > 0 && (
            <details>
              <summary>{trans.__('Why this')}</summary>
              <ul>
                {plan.value.because.map(each => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </div>
  );
}
