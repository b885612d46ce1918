import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { StatusView } from '../../src/views/status';
import { cluster } from '../worlds';

const trans = nullTranslator.load('funicular');

afterEach(cleanup);

describe('StatusView', () => {
  it('shows the line and keeps the rest for the tooltip', () => {
    render(
      <StatusView
        state={{ kind: 'ready', clusters: [], at: 0 }}
        session={cluster()}
        onOpen={() => {}}
        trans={trans}
      />
    );
    const item = screen.getByText('Cluster: 4 nodes, 0 of 16 cores busy, 0.050 core-h');

    expect(item.title).toContain('core-h used so far');
  });

  it('opens the panel when it is pressed', () => {
    let opened = 0;
    render(
      <StatusView state={{ kind: 'loading' }} session={null} onOpen={() => (opened += 1)} trans={trans} />
    );
    screen.getByRole('button', { name: 'Cluster: asking' }).click();

    expect(opened).toBe(1);
  });

  it('draws loading, nothing and a problem', () => {
    const problem = { type: '', title: '', status: 0, detail: '', next_step: '', message: 'No network.' };
    const { rerender, container } = render(
      <StatusView state={{ kind: 'loading' }} session={null} onOpen={() => {}} trans={trans} />
    );
    expect(container.textContent).toBe('Cluster: asking');

    rerender(
      <StatusView
        state={{ kind: 'ready', clusters: [], at: 0 }}
        session={null}
        onOpen={() => {}}
        trans={trans}
      />
    );
    expect(container.textContent).toBe('Cluster: not started');

    rerender(
      <StatusView state={{ kind: 'problem', problem }} session={null} onOpen={() => {}} trans={trans} />
    );
    expect(screen.getByTitle('No network.')).toBeTruthy();
    expect(container.querySelector('[data-kind=problem]')).not.toBeNull();
  });
});
