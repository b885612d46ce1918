/** The section of the live numbers. Loaded when it is first seen. */
import type { IThemeManager } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { LiveModel } from '../models/live';
import { noteOf } from '../models/liveWords';
import { SectionBody } from './body';
import { CommandButton } from '../views/pieces/button';
import { LiveView } from '../views/live/live';

export interface ILiveSectionOptions {
  model: LiveModel;
  themes: IThemeManager | null;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function createLiveSection({ model, themes, commands, trans }: ILiveSectionOptions): Widget {
  const theme = themes ? [{ changed: themes.themeChanged as never }] : [];
  const body = new SectionBody({
    models: [model, ...theme],
    watched: [model],
    note: () => noteOf(model.state, trans),
    draw: () => (
      <LiveView
        state={model.state}
        theme={themes?.theme ?? ''}
        trans={trans}
        onRetry={() => void model.refresh()}
      >
        <CommandButton commands={commands} command="funicular:open-dashboard" trans={trans} />
      </LiveView>
    )
  });
  body.disposed.connect(() => model.dispose());
  return body;
}
