import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LoginTurn, LoginTurns } from "./login-turns.ts";

describe("turns of logins", () => {
  it("are given in order, a few at a time at each portal", () => {
    const turns = new LoginTurns({ atOnce: 3, atOncePerPortal: 2 });
    const started: string[] = [];
    const take = (portal: string, name: string): LoginTurn => turns.take(portal, () => started.push(name));
    const a = take("p", "a");
    take("p", "b");
    const c = take("p", "c");
    take("q", "d");
    take("q", "e");
    expect(started).toEqual(["a", "b", "d"]);
    expect([turns.running, turns.waiting, turns.mostRunningAt("p")]).toEqual([3, 2, 2]);
    c.end(); // is not wanted any more
    a.end();
    a.end();
    expect(started).toEqual(["a", "b", "d", "e"]);
    expect([turns.running, turns.waiting]).toEqual([3, 0]);
  });

  it("are all there at once without limits", () => {
    const turns = new LoginTurns({ atOnce: 0, atOncePerPortal: 0 });
    for (let login = 0; login < 100; login++) turns.take("p", () => {});
    expect(turns.running).toBe(100);
  });

  it("keep every limit, and every login has its turn, whatever is asked for and ended", () => {
    const step = fc.oneof(fc.record({ portal: fc.constantFrom("p", "q", "r") }), fc.record({ end: fc.nat() }));
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.nat({ max: 3 }), fc.array(step, { maxLength: 60 }), (atOnce, atOncePerPortal, steps) => {
        const turns = new LoginTurns({ atOnce, atOncePerPortal });
        const running = { p: 0, q: 0, r: 0 };
        const open = new Set<{ turn?: LoginTurn; running: boolean; portal: keyof typeof running }>();
        const check = (): void => {
          const counts = Object.values(running);
          const all = counts.reduce((sum, count) => sum + count, 0);
          expect(turns.running).toBe(all);
          if (atOnce > 0) expect(all).toBeLessThanOrEqual(atOnce);
          if (atOncePerPortal > 0) expect(Math.max(...counts)).toBeLessThanOrEqual(atOncePerPortal);
        };
        const end = (login: typeof open extends Set<infer L> ? L : never): void => {
          open.delete(login);
          if (login.running) running[login.portal] -= 1;
          login.turn?.end();
          check();
        };
        for (const one of steps) {
          if ("portal" in one) {
            const portal = one.portal as keyof typeof running;
            const login: typeof open extends Set<infer L> ? L : never = { running: false, portal };
            open.add(login);
            login.turn = turns.take(portal, () => {
              login.running = true;
              running[portal] += 1;
            });
            check();
          } else {
            const logins = [...open];
            const login = logins[one.end % Math.max(1, logins.length)];
            if (login !== undefined) end(login);
          }
        }
        // whoever is left gets a turn when those who have one end
        for (let left = open.size; left > 0; left--) {
          const login = [...open].find((one) => one.running);
          expect(login).toBeDefined();
          if (login !== undefined) end(login);
        }
        expect([turns.running, turns.waiting]).toEqual([0, 0]);
      }),
    );
  });
});
