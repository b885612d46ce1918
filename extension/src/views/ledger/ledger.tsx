/** What the user's clusters cost: now, today, each project; and what is left of the budget. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LedgerAnswer } from '../../contract.gen';
import { formatCoreHours, formatHours } from '../../models/amounts';
import { describeNow, describeProject, describeSum } from '../../models/ledgerWords';
import { Meter } from '../pieces/meter';

export interface ILedgerProps {
  ledger: LedgerAnswer;
  trans: TranslationBundle;
}

export function Ledger({ ledger, trans }: ILedgerProps): React.ReactElement {
  const { now, today, week, projects, budget, unreadable_lines: torn } = ledger;
  return (
    <>
      <p>{describeNow(now, trans)}</p>
      <table className="jp-funicular-table">
        <caption>{trans.__('Core-hours: reserved, and used by tasks')}</caption>
        <tbody>
          <Row name={trans.__('Today')} words={describeSum(today, trans)} />
          <Row name={trans.__('This week')} words={describeSum(week, trans)} />
          {projects.map(each => (
            <Row
              key={`${each.site}/${each.account}`}
              name={describeProject(each, trans)}
              words={describeSum(each.sum, trans)}
            />
          ))}
        </tbody>
      </table>
      {budget !== null && <Budget budget={budget} trans={trans} />}
      {torn > 0 && (
        <p className="jp-funicular-small">
          {trans._n(
            'One line of the ledger cannot be read; its cost is not counted.',
            '%1 lines of the ledger cannot be read; their cost is not counted.',
            torn
          )}
        </p>
      )}
    </>
  );
}

function Row({ name, words }: { name: string; words: string }): React.ReactElement {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{words}</td>
    </tr>
  );
}

interface IBudgetProps {
  budget: NonNullable<LedgerAnswer['budget']>;
  trans: TranslationBundle;
}

/** How much of the budget is promised to jobs already, as far as it is in core-hours. */
function Budget({ budget, trans }: IBudgetProps): React.ReactElement {
  const { text, core_hours: all, core_hours_left: left } = budget;
  if (all === null || left === null) {
    return <p>{trans.__('The budget of your cluster is %1.', text)}</p>;
  }
  return (
    <Meter
      label={trans.__('Budget of your cluster')}
      words={trans.__('%1 left of %2', formatHours(left), formatCoreHours(all))}
      value={all - left}
      limit={all}
      isScarce
    />
  );
}
