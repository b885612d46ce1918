/** The time, again and again: words such as "for 3 min" go on while nothing else changes. */
import * as React from 'react';

/** Milliseconds since 1970; the view that uses it is drawn again this often. */
export function useNow(every_ms: number = 5000): number {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return Math.max(now, Date.now());
}
