/** A small plot over time, drawn by uPlot; its file and uPlot are loaded when the first plot is drawn. */
import * as React from 'react';
import uPlot from 'uplot';

import 'uplot/dist/uPlot.min.css';

/** A line of a plot. `limit` is drawn as steps without filling. */
export interface ILine {
  readonly values: readonly number[];
  readonly kind: 'used' | 'limit';
}

export interface ITimePlotProps {
  /** What it shows, in words. */
  description: string;

  /** When the values were measured, in s; any zero. */
  t_s: readonly number[];
  lines: readonly ILine[];

  /** What stands at the axis. */
  format: (value: number) => string;

  /** The distances of the axis' marks that are round numbers for a reader. */
  steps: readonly number[];

  /** The theme's name: another one has other colours. */
  theme: string;
}

const HEIGHT = 88;
const AXIS_WIDTH = 52;

export default function TimePlot(props: ITimePlotProps): React.ReactElement {
  const { description, t_s, lines, theme } = props;
  const place = React.useRef<HTMLDivElement>(null);
  const plot = React.useRef<uPlot | null>(null);
  const data = [asAgo(t_s), ...lines.map(each => each.values)] as uPlot.AlignedData;
  const latest = React.useRef(data);
  latest.current = data;

  React.useEffect(() => {
    const node = place.current;
    if (node === null) {
      return;
    }
    const made = new uPlot(options(props, node), latest.current, node);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (node.clientWidth > 0 && node.clientWidth !== made.width) {
        made.setSize({ width: node.clientWidth, height: HEIGHT });
      }
    });
    observer.observe(node);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme, lines.length]);

  React.useEffect(() => plot.current?.setData(data), [t_s, ...lines.map(each => each.values)]);

  return <div ref={place} className="jp-funicular-plot" role="img" aria-label={description} />;
}

/** Seconds before the last measurement, so that the axis reads "5 min ago" and needs no clock of another host. */
function asAgo(t_s: readonly number[]): number[] {
  const now = t_s.length > 0 ? t_s[t_s.length - 1] : 0;
  return t_s.map(each => each - now);
}

function options(props: ITimePlotProps, node: HTMLElement): uPlot.Options {
  const { format, lines, steps } = props;
  const colour = (name: string): string => getComputedStyle(node).getPropertyValue(name).trim();
  const font = `11px ${colour('--jp-ui-font-family') || 'sans-serif'}`;
  const axis: uPlot.Axis = {
    stroke: colour('--jp-ui-font-color1'),
    grid: { stroke: colour('--jp-border-color2'), width: 1 },
    ticks: { show: false },
    font
  };
  const drawn = { used: colour('--jp-brand-color1'), limit: colour('--jp-ui-font-color2') };
  return {
    width: Math.max(node.clientWidth, 120),
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { range: (_, __, highest) => [0, Math.max(highest, steps[0])] } },
    axes: [
      {
        ...axis,
        size: 20,
        space: 56,
        incrs: [5, 10, 30, 60, 120, 300],
        values: (_, marks) => marks.map(ago)
      },
      { ...axis, size: AXIS_WIDTH, space: 24, incrs: [...steps], values: (_, marks) => marks.map(format) }
    ],
    series: [
      {},
      ...lines.map(({ kind }): uPlot.Series => ({
        stroke: drawn[kind],
        width: kind === 'used' ? 1.5 : 1,
        fill: kind === 'used' ? `color-mix(in srgb, ${drawn.used} 25%, transparent)` : undefined,
        dash: kind === 'limit' ? [4, 3] : undefined,
        paths: uPlot.paths.stepped?.({ align: -1 }),
        points: { show: false }
      }))
    ]
  };
}

/** Marks of the axis: `5 min` means ago. */
function ago(seconds: number): string {
  return seconds === 0 ? '0' : seconds <= -60 ? `${seconds / 60} min` : `${seconds} s`;
}
