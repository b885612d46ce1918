/** A small line of something over time up to its end, with its limit; the words say the same. */
import * as React from 'react';

export interface ICurveProps {
  /** (seconds before the end, amount), oldest first. */
  points: readonly (readonly [number, number])[];

  /** Zero where none is known. */
  limit: number;

  /** What a screen reader says. */
  words: string;
}

const WIDTH = 200;
const HEIGHT = 40;

export function Curve({ points, limit, words }: ICurveProps): React.ReactElement | null {
  if (points.length < 2) {
    return null;
  }
  const longest = Math.max(...points.map(([before]) => before), 1e-6);
  const most = Math.max(limit, ...points.map(([, amount]) => amount), 1e-6);
  const x = (before: number): number => WIDTH * (1 - before / longest);
  const y = (amount: number): number => HEIGHT - 2 - (HEIGHT - 4) * (amount / most);
  const line = points.map(([before, amount]) => `${x(before).toFixed(1)},${y(amount).toFixed(1)}`).join(' ');
  return (
    <svg
      className="jp-funicular-curve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      {limit > 0 && (
        <line x1={0} x2={WIDTH} y1={y(limit)} y2={y(limit)} className="jp-funicular-curve-limit" />
      )}
      <polyline points={line} />
    </svg>
  );
}
