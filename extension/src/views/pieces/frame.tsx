/** Draws what is not there yet, what is nothing and what went wrong, the same way everywhere. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Problem } from '../../contract.gen';
import { State } from '../../models/state';

export interface IFrameProps<T> {
  state: State<T>;
  trans: TranslationBundle;

  /** What is being asked for: "Asking for your jobs". */
  loading: string;

  /** What to draw when there is nothing: a sentence or a card. */
  empty: React.ReactNode;

  /** Try again, where something went wrong. */
  onRetry?: () => void;
  children: (value: T, at: number) => React.ReactNode;
}

export function Frame<T>(props: IFrameProps<T>): React.ReactElement {
  const { state } = props;
  return (
    <div className="jp-funicular-frame" data-kind={state.kind} aria-busy={state.kind === 'loading'}>
      {drawn(props)}
    </div>
  );
}

function drawn<T>({ state, trans, loading, empty, onRetry, children }: IFrameProps<T>): React.ReactNode {
  switch (state.kind) {
    case 'loading':
      return (
        <p className="jp-funicular-quiet" role="status">
          {loading}
        </p>
      );
    case 'problem':
      return <ProblemNote problem={state.problem} trans={trans} onRetry={onRetry} />;
    case 'empty':
      return typeof empty === 'string' ? <p className="jp-funicular-quiet">{empty}</p> : empty;
    case 'ready':
      return children(state.value, state.at);
  }
}

export interface IProblemProps {
  problem: Problem;
  trans: TranslationBundle;
  onRetry?: () => void;
}

/** What happened, why, and what to do next. */
export function ProblemNote({ problem, trans, onRetry }: IProblemProps): React.ReactElement {
  return (
    <div className="jp-funicular-problem" role="alert">
      <p className="jp-funicular-problem-what">{problem.title}</p>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.next_step && (
        <p>
          <strong>{trans.__('Next:')}</strong> {problem.next_step}
        </p>
      )}
      {onRetry && (
        <button type="button" className="jp-funicular-button" onClick={onRetry}>
          {trans.__('Try again')}
        </button>
      )}
    </div>
  );
}
