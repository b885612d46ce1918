import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { ProblemError } from '../../src/models/api';
import { State } from '../../src/models/state';
import { CommandButton } from '../../src/views/pieces/button';
import { Curve } from '../../src/views/pieces/curve';
import { Frame } from '../../src/views/pieces/frame';
import { Meter } from '../../src/views/pieces/meter';
import { press } from '../press';

const trans = nullTranslator.load('funicular');
const problem = {
  type: 't',
  title: 'Slurm does not answer.',
  status: 503,
  detail: 'slurmctld is down.',
  next_step: 'Wait a minute.',
  message: ''
};

afterEach(cleanup);

describe('Frame', () => {
  const draw = (state: State<string>, onRetry?: () => void): HTMLElement =>
    render(
      <Frame state={state} trans={trans} loading="Asking" empty="You have no jobs." onRetry={onRetry}>
        {value => <p>{value}</p>}
      </Frame>
    ).container;

  it('draws what is not known yet, what is nothing, and what there is', () => {
    expect(draw({ kind: 'loading' }).querySelector('[aria-busy=true]')!.textContent).toBe('Asking');
    expect(draw({ kind: 'empty', at: 0 }).textContent).toBe('You have no jobs.');
    expect(draw({ kind: 'ready', value: '4711', at: 0 }).textContent).toBe('4711');
  });

  it('says what went wrong, why, and what to do, and tries again', async () => {
    let tries = 0;
    draw({ kind: 'problem', problem }, () => (tries += 1));

    expect(screen.getByRole('alert').textContent).toBe(
      'Slurm does not answer.slurmctld is down.Next: Wait a minute.Try again'
    );
    await press('Try again');
    expect(tries).toBe(1);
  });
});

describe('CommandButton', () => {
  it("has the command's words, and the args for it; it cannot be pressed where the command cannot", async () => {
    const commands = new CommandRegistry();
    const done: unknown[] = [];
    commands.addCommand('do', {
      label: 'Do it',
      caption: 'Does it',
      isEnabled: args => args.name !== 'never',
      execute: args => done.push(args)
    });
    render(
      <>
        <CommandButton commands={commands} command="do" args={{ name: 'a' }} trans={trans} />
        <CommandButton commands={commands} command="do" args={{ name: 'never' }} trans={trans} name="No" />
      </>
    );
    const button = screen.getByRole('button', { name: 'Do it' });
    await press('Do it');

    expect(done).toEqual([{ name: 'a', quiet: true }]);
    expect(button.title).toBe('Does it');
    expect(screen.getByRole('button', { name: 'No' }).hasAttribute('disabled')).toBe(true);
  });

  it('shows beside it why the command failed, and can be pressed again', async () => {
    const commands = new CommandRegistry();
    commands.addCommand('do', { label: 'Do it', execute: () => Promise.reject(new ProblemError(problem)) });
    render(<CommandButton commands={commands} command="do" trans={trans} />);
    await press('Do it');

    expect(screen.getByRole('alert').textContent).toContain('Slurm does not answer.');
    expect(screen.getByRole('button').hasAttribute('disabled')).toBe(false);
  });

  it('says whether a switch is on', () => {
    const commands = new CommandRegistry();
    commands.addCommand('keep', {
      label: 'Keep',
      isToggleable: true,
      isToggled: () => true,
      execute: () => {}
    });
    render(<CommandButton commands={commands} command="keep" trans={trans} />);

    expect(screen.getByRole('button', { pressed: true })).toBeTruthy();
  });
});

describe('Meter and Curve', () => {
  it('say in words what they draw', () => {
    render(<Meter label="Memory" words="1 GB of 4 GB" value={1e9} limit={4e9} />);
    const meter = screen.getByRole('meter', { name: 'Memory' });

    expect(meter.getAttribute('aria-valuetext')).toBe('1 GB of 4 GB');
    expect((meter.firstChild as HTMLElement).style.width).toBe('25%');
  });

  it('draw no bar without a limit and no curve of one point', () => {
    const { container } = render(
      <>
        <Meter label="Workers" words="4" value={4} limit={0} />
        <Curve points={[[0, 1]]} limit={0} words="" />
      </>
    );
    expect(container.querySelector('[role=meter], svg')).toBeNull();
  });

  it('draw a curve from its oldest point to its end, below its limit', () => {
    const { container } = render(
      <Curve
        points={[
          [60, 0],
          [0, 4]
        ]}
        limit={4}
        words="It held 4 B"
      />
    );
    expect(container.querySelector('polyline')!.getAttribute('points')).toBe('0.0,38.0 200.0,2.0');
    expect(screen.getByRole('img', { name: 'It held 4 B' })).toBeTruthy();
  });
});
