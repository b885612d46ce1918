/** The session's cluster: what it is doing, its nodes, its numbers, and the buttons that end or keep it. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { ClusterAnswer, ClusterView, HolderView, Problem } from '../../contract.gen';
import { asProblem } from '../../models/api';
import { headline, reading } from '../../models/words';
import { CommandButton } from '../pieces/button';
import { ProblemNote } from '../pieces/frame';
import { useNow } from '../pieces/now';
import { CLUSTER_COMMANDS } from './ids';
import { NodesPicture } from './nodes';
import { Numbers } from './numbers';
import { UsedBy } from './usedBy';

export interface IClusterProps {
  cluster: ClusterAnswer;

  /** When the server said this, in ms. */
  at: number;

  /** Who uses it. */
  holders: readonly HolderView[];
  commands: CommandRegistry;
  trans: TranslationBundle;
}

export function Cluster({ cluster, at, holders, commands, trans }: IClusterProps): React.ReactElement {
  const age_s = Math.max(0, (useNow() - at) / 1000);
  const { view, name } = cluster;
  const args = { name };
  if (view === null) {
    const problem = cluster.problem ?? asProblem(trans.__('The cluster does not answer.'), 503);
    return (
      <>
        <ProblemNote problem={problem} trans={trans} />
        <CommandButton commands={commands} command={CLUSTER_COMMANDS.stop} args={args} trans={trans} />
      </>
    );
  }
  return (
    <>
      <h3 className="jp-funicular-headline" data-state={view.state} aria-live="polite">
        {headline(view, trans)}
      </h3>
      <p>{reading(view, trans)}</p>
      <NodesPicture view={view} trans={trans} age_s={age_s} />
      {view.workers > 0 && <Numbers view={view} trans={trans} />}
      <Trouble view={view} commands={commands} trans={trans} />
      <UsedBy holders={holders} trans={trans} />
      <div className="jp-funicular-buttons">
        <CommandButton commands={commands} command={CLUSTER_COMMANDS.stop} args={args} trans={trans} />
        <CommandButton commands={commands} command={CLUSTER_COMMANDS.keep} args={args} trans={trans} />
      </div>
    </>
  );
}

interface ITroubleProps {
  view: ClusterView;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** What keeps the cluster from growing, and the button that tries again. */
function Trouble({ view, commands, trans }: ITroubleProps): React.ReactElement | null {
  if (view.problem === null) {
    return null;
  }
  return (
    <>
      <ProblemNote problem={problemOf(view.problem)} trans={trans} />
      <CommandButton
        commands={commands}
        command={CLUSTER_COMMANDS.retry}
        args={{ name: view.name }}
        trans={trans}
      />
    </>
  );
}

/** A controller's what, why and next as the server's problem object. */
function problemOf(problem: Readonly<Record<string, unknown>>): Problem {
  const text = (name: string): string => String(problem[name] ?? '');
  return {
    type: text('code'),
    title: text('what'),
    status: 502,
    detail: text('why'),
    next_step: text('next_step'),
    message: text('what')
  };
}
