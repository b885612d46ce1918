/** How big the cluster shall be: a slider with the cost beside it, or a form for those who know what they want. */
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { ClusterView, PlanAnswer, QueuesAnswer, Wish } from '../../contract.gen';
import { countNodes } from '../../models/amounts';
import { State } from '../../models/state';
import { CommandButton } from '../pieces/button';
import { Choose } from './choose';
import { Cost } from './cost';
import { SCALE_COMMAND } from './ids';
import { NodesSlider } from './slider';

export interface IScaleProps {
  /** The session's cluster, if it is there. */
  view: ClusterView | null;
  plan: State<PlanAnswer>;

  /** Whether the plan for the newest wish is still to come. */
  isAsking: boolean;
  queues: State<QueuesAnswer>;

  /** Plan this; nothing is done. */
  onWish: (wish: Wish) => void;
  onRetry: () => void;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

type Way = 'simple' | 'choose';

export function Scale(props: IScaleProps): React.ReactElement {
  const { view, plan, isAsking, queues, onWish, onRetry, commands, trans } = props;
  const [way, setWay] = React.useState<Way>('simple');
  const [wish, setWish] = React.useState<Wish | null>(null); // null: as it is now
  const now = way === 'simple' && view?.nodes_wished ? { nodes: view.nodes_wished } : {};
  const effective: Wish = wish ?? now;
  const asked = JSON.stringify(effective);
  React.useEffect(() => {
    onWish(effective);
  }, [asked]);
  const changeWay = (next: Way): void => {
    setWay(next);
    setWish(null);
  };
  const ways: readonly (readonly [Way, string])[] = [
    ['simple', trans.__('Simple')],
    ['choose', trans.__('Choose')]
  ];
  return (
    <div className="jp-funicular-scale">
      <div className="jp-funicular-ways" role="radiogroup" aria-label={trans.__('How to say it')}>
        {ways.map(([each, label]) => (
          <label key={each}>
            <input
              type="radio"
              name="jp-funicular-way"
              checked={way === each}
              onChange={() => changeWay(each)}
            />
            {label}
          </label>
        ))}
      </div>
      {way === 'simple' ? (
        <NodesSlider plan={plan} wish={effective} onChange={setWish} trans={trans} />
      ) : (
        <Choose queues={queues} wish={effective} onChange={setWish} onRetry={onRetry} trans={trans} />
      )}
      <Cost plan={plan} isAsking={isAsking} trans={trans} />
      <CommandButton
        commands={commands}
        command={SCALE_COMMAND}
        args={{ wish: { ...effective } }}
        label={label(view, effective, plan, trans)}
        isDisabled={isAsking || plan.kind !== 'ready' || isThere(view, effective)}
        look={view === null ? 'plain' : 'main'}
        trans={trans}
      />
    </div>
  );
}

/** What the button says: how many nodes, where that is known. */
function label(
  view: ClusterView | null,
  wish: Wish,
  plan: State<PlanAnswer>,
  trans: TranslationBundle
): string {
  const nodes = wish.nodes ?? (plan.kind === 'ready' ? plan.value.nodes : null);
  if (nodes === null) {
    return view === null ? trans.__('Start with this') : trans.__('Use this');
  }
  const words = countNodes(nodes, trans);
  return view === null ? trans.__('Start with %1', words) : trans.__('Use %1', words);
}

/** Whether the cluster has what the wish says already, or has asked for it. */
function isThere(view: ClusterView | null, wish: Wish): boolean {
  if (view === null || Object.keys(wish).join() !== 'nodes') {
    return false;
  }
  const staying = view.blocks.filter(block => !['draining', 'ending'].includes(block.state));
  const nodes = staying.reduce((sum, block) => sum + block.nodes, 0);
  return view.nodes_wished === wish.nodes && nodes === wish.nodes;
}
