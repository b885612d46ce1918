/** An amount against its limit: the words, and a bar that says the same. */
import * as React from 'react';

export interface IMeterProps {
  label: string;

  /** `3 of 4 busy`: what a screen reader says, and what stands beside the label. */
  words: string;
  value: number;

  /** Zero where there is no limit: then no bar is drawn. */
  limit: number;

  /** Whether to be nearly full is bad, as it is for memory. */
  isScarce?: boolean;
}

const NEARLY_FULL = 0.9;

export function Meter({ label, words, value, limit, isScarce = false }: IMeterProps): React.ReactElement {
  const share = limit > 0 ? Math.min(1, Math.max(0, value / limit)) : 0;
  return (
    <div className="jp-funicular-meter">
      <div className="jp-funicular-meter-words">
        <span>{label}</span>
        <span>{words}</span>
      </div>
      {limit > 0 && (
        <div
          className="jp-funicular-bar"
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={limit}
          aria-valuenow={Math.min(limit, value)}
          aria-valuetext={words}
        >
          <span style={{ width: `${share * 100}%` }} data-is-full={isScarce && share > NEARLY_FULL} />
        </div>
      )}
    </div>
  );
}
