/** What someone sees who has no cluster yet: one sentence, one button, and what it will cost. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { PlanAnswer } from '../../contract.gen';
import { describeCost, describePlan } from '../../models/planWords';
import { State } from '../../models/state';
import { CommandButton } from '../pieces/button';
import { ProblemNote } from '../pieces/frame';
import { CLUSTER_COMMANDS } from './ids';

export interface ICardProps {
  /** What an empty wish would come to. */
  plan: State<PlanAnswer>;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function FirstRunCard({ plan, commands, trans }: ICardProps): React.ReactElement {
  return (
    <div className="jp-funicular-card">
      <p>
        {trans.__(
          'A cluster is more computers for your notebooks: heavy cells run there, the code is the same.'
        )}
      </p>
      <CommandButton commands={commands} command={CLUSTER_COMMANDS.start} trans={trans} look="main" />
      <p className="jp-funicular-small" role="status">
        {plan.kind === 'loading' && trans.__('Asking what it would cost')}
        {plan.kind === 'ready' && `${describePlan(plan.value, trans)}. ${describeCost(plan.value, trans)}`}
      </p>
      {plan.kind === 'problem' && <ProblemNote problem={plan.problem} trans={trans} />}
      <p className="jp-funicular-small">
        {trans.__('You need not press it: a cluster also starts by itself when a cell has enough to do.')}
      </p>
    </div>
  );
}
