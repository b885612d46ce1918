/** A picture of the cluster's nodes: one box each, its pattern saying how it is; below it the same in words. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ClusterView } from '../../contract.gen';
import { countNodes } from '../../models/amounts';
import { countStates, describeBlock, describeNode, nodesOf, wordOf } from '../../models/nodes';

export interface INodesProps {
  view: ClusterView;
  trans: TranslationBundle;

  /** How long ago the server described the cluster. */
  age_s: number;
}

const MOST_BLOCKS = 6; // described one by one

export function NodesPicture({ view, trans, age_s }: INodesProps): React.ReactElement | null {
  const nodes = nodesOf(view);
  if (nodes.length === 0) {
    return null;
  }
  const counts = countStates(nodes).map(([state, count]) => `${count} ${wordOf(state, trans)}`);
  const words = counts.join(', ');
  const more = view.blocks.length - MOST_BLOCKS;
  return (
    <>
      <div
        className="jp-funicular-nodes"
        data-size={nodes.length > 100 ? 'tiny' : nodes.length > 24 ? 'small' : 'large'}
        role="img"
        aria-label={`${countNodes(nodes.length, trans)}: ${words}`}
      >
        {nodes.map(node => (
          <span key={node.key} data-state={node.state} title={describeNode(node, trans)} />
        ))}
      </div>
      {counts.length > 1 && <p className="jp-funicular-small">{words}</p>}
      <ul className="jp-funicular-blocks">
        {view.blocks.slice(0, MOST_BLOCKS).map(block => (
          <li key={block.block} data-state={block.state}>
            {describeBlock(block, age_s, trans)}
          </li>
        ))}
        {more > 0 && <li>{trans._n('and one more job', 'and %1 more jobs', more)}</li>}
      </ul>
    </>
  );
}
