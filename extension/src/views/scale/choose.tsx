/** The form for those who know what they want: everything may be left empty. */
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { QueuesAnswer, QueueView, Wish } from '../../contract.gen';
import { accountsOf, describeQueue, limitsOf } from '../../models/queueWords';
import { State } from '../../models/state';
import { Frame } from '../pieces/frame';

export interface IChooseProps {
  queues: State<QueuesAnswer>;
  wish: Wish;
  onChange: (wish: Wish) => void;
  onRetry: () => void;
  trans: TranslationBundle;
}

export function Choose({ queues, wish, onChange, onRetry, trans }: IChooseProps): React.ReactElement {
  return (
    <Frame
      state={queues}
      trans={trans}
      loading={trans.__('Asking for the queues')}
      empty={trans.__('There is no queue here that takes your jobs.')}
      onRetry={onRetry}
    >
      {({ queues: all, account }) => (
        <Fields queues={all} account={account} wish={wish} onChange={onChange} trans={trans} />
      )}
    </Frame>
  );
}

interface IFieldsProps {
  queues: readonly QueueView[];

  /** The one that paid before. */
  account: string | null;
  wish: Wish;
  onChange: (wish: Wish) => void;
  trans: TranslationBundle;
}

const GB = 1e9;

function Fields({ queues, account, wish, onChange, trans }: IFieldsProps): React.ReactElement {
  const queue = queues.find(each => each.name === wish.queue) ?? null;
  const limits = limitsOf(queue === null ? queues : [queue], trans);
  const accounts = accountsOf(queues);
  const set = (change: Wish): void => onChange({ ...wish, ...change });
  return (
    <div className="jp-funicular-fields">
      {queues.length > 1 && (
        <Pick
          label={trans.__('Queue')}
          none={trans.__('the first that fits')}
          value={wish.queue ?? ''}
          options={queues.map(each => [each.name, each.name] as const)}
          hint={queue === null ? '' : describeQueue(queue, trans)}
          onChange={value => set({ queue: value || null })}
        />
      )}
      <Amount
        label={trans.__('Cores in all')}
        hint={limits.cores}
        value={wish.cores}
        onChange={cores => set({ cores })}
      />
      <Amount
        label={trans.__('Memory in all, GB')}
        hint={limits.memory}
        value={typeof wish.memory_bytes === 'number' ? wish.memory_bytes / GB : null}
        onChange={value => set({ memory_bytes: value === null ? null : Math.round(value * GB) })}
      />
      {limits.gpus && (
        <Amount
          label={trans.__('GPUs in all')}
          hint={limits.gpus}
          value={wish.gpus}
          onChange={gpus => set({ gpus })}
        />
      )}
      <Amount
        label={trans.__('Hours')}
        hint={limits.hours}
        value={wish.hours}
        step={0.25}
        onChange={hours => set({ hours })}
      />
      {accounts.length > 1 && (
        <Pick
          label={trans.__('Account that pays')}
          none={account === null ? trans.__('choose one') : trans.__('%1, as before', account)}
          value={wish.account ?? ''}
          options={accounts.map(each => [each, each] as const)}
          hint=""
          onChange={value => set({ account: value || null })}
        />
      )}
    </div>
  );
}

interface IAmountProps {
  label: string;
  hint: string;
  value: number | null | undefined;
  step?: number;
  onChange: (value: number | null) => void;
}

/** A number that may be left empty. */
function Amount({ label, hint, value, step = 1, onChange }: IAmountProps): React.ReactElement {
  const id = React.useId();
  return (
    <div className="jp-funicular-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={0}
        step={step}
        value={value ?? ''}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={event => {
          const text = event.currentTarget.value;
          onChange(text === '' ? null : Number(text));
        }}
      />
      {hint && (
        <span id={`${id}-hint`} className="jp-funicular-small">
          {hint}
        </span>
      )}
    </div>
  );
}

interface IPickProps {
  label: string;

  /** The words for no choice. */
  none: string;
  value: string;
  options: readonly (readonly [string, string])[];
  hint: string;
  onChange: (value: string) => void;
}

function Pick({ label, none, value, options, hint, onChange }: IPickProps): React.ReactElement {
  const id = React.useId();
  return (
    <div className="jp-funicular-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={event => onChange(event.currentTarget.value)}
      >
        <option value="">{none}</option>
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
      {hint && (
        <span id={`${id}-hint`} className="jp-funicular-small">
          {hint}
        </span>
      )}
    </div>
  );
}
