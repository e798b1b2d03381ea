/** Calls `done` when every one of `actions` has called what it was given; at once when there are none. */
export function allDone(actions: readonly ((done: () => void) => void)[], done: () => void): void {
  let outstanding = actions.length;
  if (outstanding === 0) {
    done();
    return;
  }
  for (const action of actions) {
    action(() => {
      outstanding--;
      if (outstanding === 0) done();
    });
  }
}
