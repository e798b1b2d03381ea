import type { JSX } from "preact";
import { useState } from "preact/hooks";

/** How much of a long list is drawn, and the button that has more of it drawn. */
interface Growing {
  readonly count: number;
  readonly more: JSX.Element | null;
}

/** Draws `step` items of a list of `length`, as many more with each click, and always the one at `wanted`. `what` names those that are not drawn. */
export function useGrowing(length: number, step: number, what: string, wanted = -1): Growing {
  const [most, setMost] = useState(step);
  const count = Math.min(length, Math.max(most, Math.ceil((wanted + 1) / step) * step));
  const left = length - count;
  return {
    count,
    more:
      left === 0 ? null : (
        <button type="button" class="plain" onClick={() => setMost(count + step)}>
          {left} {what}
        </button>
      ),
  };
}
