import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { ObituaryView } from '../../src/contract.gen';
import { NEXT_STEPS } from '../../src/views/wrong/ids';
import { Wrong } from '../../src/views/wrong/wrong';
import { press } from '../press';
import { obituary, paperCommands } from '../worlds';

const trans = nullTranslator.load('funicular');
let commands: CommandRegistry;
let pressed: [string, object][];

beforeEach(() => {
  ({ commands, pressed } = paperCommands(Object.values(NEXT_STEPS)));
});
afterEach(cleanup);

function draw(...obituaries: ObituaryView[]): HTMLElement {
  return render(<Wrong obituaries={obituaries} more={0} commands={commands} trans={trans} />).container;
}

describe('Wrong', () => {
  it('says who died, why, what is run again, and has the next step as a button', async () => {
    const container = draw(obituary());

    expect(container.textContent).toContain('Worker n2-w3 on n2 died');
    expect(container.textContent).toContain('It was ended before the node ran out of memory.');
    expect(container.textContent).toContain('2 tasks are run again.');
    expect(container.textContent).toContain('Next: Ask for more memory.');
    await press(NEXT_STEPS.scale);
    expect(pressed).toEqual([[NEXT_STEPS.scale, { name: 'lab-1-ab12', quiet: true }]]);
  });

  it('keeps the memory, the log and the tasks for who wants to know', () => {
    const container = draw(obituary());
    const details = container.querySelector('details')!;

    expect(details.open).toBe(false);
    expect(details.textContent).toContain('It held up to 3.1 GB; the limit was 8 GB.');
    expect(details.textContent).toContain('fit-17, fit-18');
    expect(details.textContent).toContain('Worker is at 92% memory usage.');
    expect(screen.getByRole('img', { hidden: true })).toBeTruthy();
  });

  it('has no button where there is nothing to press, nor details where nothing is known', () => {
    const container = draw(
      obituary({
        kind: 'block',
        name: '4700',
        state: 'TIMEOUT',
        action: null,
        curve: [],
        log: [],
        rerun: [],
        peak_bytes: 0
      })
    );
    expect(container.textContent).toContain('Job 4700 died (TIMEOUT)');
    expect(container.querySelector('button, details')).toBeNull();
  });

  it('counts the older ones', () => {
    const { container } = render(
      <Wrong obituaries={[obituary()]} more={3} commands={commands} trans={trans} />
    );
    expect(container.textContent).toContain('3 more are older');
  });
});
