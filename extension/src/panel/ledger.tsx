/** The section of what was spent. Loaded when it is first seen. */
import { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { LedgerAnswer } from '../contract.gen';
import { formatCoreHours } from '../models/amounts';
import { IResource } from '../models/resource';
import { SectionBody } from './body';
import { Frame } from '../views/pieces/frame';
import { Ledger } from '../views/ledger/ledger';

export interface ILedgerSectionOptions {
  model: IResource<LedgerAnswer>;
  trans: TranslationBundle;
}

export function createLedgerSection({ model, trans }: ILedgerSectionOptions): Widget {
  return new SectionBody({
    models: [model],
    watched: [model],
    note: () =>
      model.state.kind === 'ready'
        ? trans.__('%1 today', formatCoreHours(model.state.value.today.core_hours))
        : '',
    draw: () => (
      <Frame
        state={model.state}
        trans={trans}
        loading={trans.__('Adding up what was spent')}
        empty={trans.__('Nothing was spent yet.')}
        onRetry={() => void model.refresh()}
      >
        {ledger => <Ledger ledger={ledger} trans={trans} />}
      </Frame>
    )
  });
}
