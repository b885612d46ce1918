/** The section of what died. Loaded when it is first seen. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ObituariesAnswer } from '../contract.gen';
import { IResource } from '../models/resource';
import { SectionBody } from './body';
import { Frame } from '../views/pieces/frame';
import { Wrong } from '../views/wrong/wrong';

export interface IWrongSectionOptions {
  model: IResource<ObituariesAnswer>;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function createWrongSection({ model, commands, trans }: IWrongSectionOptions): Widget {
  return new SectionBody({
    models: [model],
    watched: [model],
    note: () =>
      model.state.kind === 'ready'
        ? String(model.state.value.obituaries.length + model.state.value.more)
        : '',
    draw: () => (
      <Frame
        state={model.state}
        trans={trans}
        loading={trans.__('Asking what went wrong')}
        empty={trans.__('Nothing went wrong.')}
        onRetry={() => void model.refresh()}
      >
        {({ obituaries, more }) => (
          <Wrong obituaries={obituaries} more={more} commands={commands} trans={trans} />
        )}
      </Frame>
    )
  });
}
