/** One slider: how many nodes, as far as queue and budget allow. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { PlanAnswer, Wish } from '../../contract.gen';
import { countNodes } from '../../models/amounts';
import { State } from '../../models/state';

export interface ISliderProps {
  plan: State<PlanAnswer>;
  wish: Wish;
  onChange: (wish: Wish) => void;
  trans: TranslationBundle;
}

export function NodesSlider({ plan, wish, onChange, trans }: ISliderProps): React.ReactElement | null {
  const id = React.useId();
  const most = useLast(plan.kind === 'ready' ? plan.value.nodes_max : undefined);
  const nodes = wish.nodes ?? (plan.kind === 'ready' ? plan.value.nodes : 1);
  const words = countNodes(nodes, trans);
  if (most === undefined) {
    return null; // what keeps us from knowing is said below
  }
  if (most <= 1) {
    return <p>{trans.__('One node is the most that there is for you here.')}</p>;
  }
  return (
    <div className="jp-funicular-slider">
      <label htmlFor={id}>
        <span>{trans.__('Nodes')}</span>
        <span aria-hidden="true">{trans.__('%1 of %2', nodes, most)}</span>
      </label>
      <input
        id={id}
        type="range"
        min={1}
        max={most}
        step={1}
        value={Math.min(nodes, most)}
        aria-valuetext={words}
        onChange={event => onChange({ nodes: Number(event.currentTarget.value) })}
      />
    </div>
  );
}

/** The newest value there was: the bound stays while a plan is being asked for or was refused. */
function useLast<T>(value: T | undefined): T | undefined {
  const last = React.useRef(value);
  if (value !== undefined) {
    last.current = value;
  }
  return last.current;
}
