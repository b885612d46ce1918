import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, render } from '@testing-library/react';
import * as React from 'react';

import { countJobs } from '../../src/models/jobWords';
import { JOB_COMMANDS } from '../../src/views/jobs/ids';
import { Jobs } from '../../src/views/jobs/jobs';
import { press } from '../press';
import { job, paperCommands } from '../worlds';

const trans = nullTranslator.load('funicular');

afterEach(cleanup);

describe('Jobs', () => {
  it('say what each does, why it waits, how long it has, and whose it is', () => {
    const jobs = [
      job(),
      job({
        job: '4650',
        name: 'mine',
        state: 'pending',
        reason: 'other jobs are ahead (Priority)',
        since_s: 190,
        time_left_s: null,
        nodes: 16,
        cluster: null
      })
    ];
    const { commands } = paperCommands(Object.values(JOB_COMMANDS));
    const { container } = render(<Jobs jobs={jobs} at={Date.now()} commands={commands} trans={trans} />);
    const [ours, other] = Array.from(container.querySelectorAll('li')).map(each => each.textContent);

    expect(ours).toContain('Job 4711Running for 5 min, 25 min left2 nodes in queue short');
    expect(ours).toContain('Part of the cluster lab-1-ab12');
    expect(other).toContain(
      'Job 4650, mineWaiting for 3 min16 nodes in queue shortother jobs are ahead (Priority)'
    );
    expect(other).not.toContain('Part of');
  });

  it('have a button each for the script and the end, with a name of its own', async () => {
    const { commands, pressed } = paperCommands(Object.values(JOB_COMMANDS));
    render(<Jobs jobs={[job(), job({ job: '4712' })]} at={0} commands={commands} trans={trans} />);
    await press('Show the script of job 4712');
    await press('Cancel job 4711');

    expect(pressed).toEqual([
      [JOB_COMMANDS.script, { job: '4712', quiet: true }],
      [JOB_COMMANDS.cancel, { job: '4711', quiet: true }]
    ]);
  });

  it('are counted for the heading', () => {
    const jobs = [job(), job({ state: 'pending' }), job({ state: 'pending' }), job({ state: 'ending' })];

    expect(countJobs(jobs, trans)).toBe('1 running, 2 waiting');
    expect(countJobs([], trans)).toBe('');
  });
});
