/** A button that is a command: its words, picture and whether it can be pressed are the command's. */
import { TranslationBundle } from '@jupyterlab/translation';
import { LabIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import * as React from 'react';

import { Problem } from '../../contract.gen';
import { asProblem, ProblemError } from '../../models/api';
import { ProblemNote } from './frame';

export interface IButtonProps {
  commands: CommandRegistry;
  command: string;
  args?: ReadonlyPartialJSONObject;
  trans: TranslationBundle;

  /** Other words than the command's own. */
  label?: string;

  /** What a screen reader says, where the words need their surroundings: "Cancel job 4711". */
  name?: string;

  /** `main`: the one that is expected to be pressed. `icon`: only the picture is shown. */
  look?: 'main' | 'plain' | 'icon';
  isDisabled?: boolean;
}

export function CommandButton(props: IButtonProps): React.ReactElement {
  const { commands, command, trans, look = 'plain' } = props;
  const args = { ...props.args, quiet: true }; // its trouble is shown here, not in a dialog
  const [isBusy, setBusy] = React.useState(false);
  const [problem, setProblem] = React.useState<Problem | null>(null);
  const label = props.label ?? commands.label(command, args);
  const press = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await commands.execute(command, args);
    } catch (error) {
      setProblem(error instanceof ProblemError ? error.problem : asProblem(error, 0));
    }
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        className="jp-funicular-button"
        data-look={look}
        data-command={command}
        aria-label={props.name ?? (look === 'icon' ? label : undefined)}
        aria-busy={isBusy}
        aria-pressed={commands.isToggleable(command, args) ? commands.isToggled(command, args) : undefined}
        title={commands.caption(command, args)}
        disabled={props.isDisabled || isBusy || !commands.isEnabled(command, args)}
        onClick={() => void press()}
      >
        <LabIcon.resolveReact icon={commands.icon(command, args)} tag="span" />
        {look !== 'icon' && <span>{label}</span>}
      </button>
      {problem && <ProblemNote problem={problem} trans={trans} />}
    </>
  );
}
