/** A notebook's cluster in its toolbar: a word, and a menu behind it. Props in, callbacks out. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ClusterAnswer } from '../contract.gen';
import { AttachmentState } from '../models/attachment';
import { describeAttachment, explainAttachment } from '../models/attachmentWords';
import { funicularIcon } from './icons';

export interface IAttachmentProps {
  state: AttachmentState;
  cluster: ClusterAnswer | null;
  trans: TranslationBundle;

  /** Open the menu at this place of the window. */
  onMenu: (left: number, bottom: number) => void;
}

export default function AttachmentView({
  state,
  cluster,
  trans,
  onMenu
}: IAttachmentProps): React.ReactElement {
  const words = describeAttachment(state, cluster, trans);
  return (
    <button
      type="button"
      className="jp-funicular-attachment"
      data-kind={state.kind === 'ready' && !state.value.isAttached ? 'detached' : state.kind}
      aria-haspopup="menu"
      title={explainAttachment(state, trans)}
      onClick={({ currentTarget }) => {
        const { left, bottom } = currentTarget.getBoundingClientRect();
        onMenu(left, bottom);
      }}
    >
      <funicularIcon.react tag="span" elementSize="normal" />
      <span>{words}</span>
    </button>
  );
}
