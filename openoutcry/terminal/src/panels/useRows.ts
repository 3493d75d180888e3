import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** How many rows of `rowPx` fit into the element, kept up to date; 0 while it is not shown. */
export function useRows(element: RefObject<HTMLElement | null>, rowPx: number): number {
  const [rows, setRows] = useState(0);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setRows(Math.floor(entry.contentRect.height / rowPx));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, rowPx]);
  return rows;
}
