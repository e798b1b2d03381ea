import { expect, test } from "vitest";
import { createRuleEngine } from "./create-rule-engine.ts";
import { writtenChangesOf } from "./testing/written-change.ts";

const engine = createRuleEngine();

test.each([
  {
    what: "a guard that asks who may",
    change: `# x
== src/hook.js
 app.post("/hook", (req, res) => {
-  if (!verifySignature(req.rawBody, req.headers["x-signature"])) {
-    return res.status(401).end();
-  }
   handle(req.body);
 });
`,
    told: ["removal/authorization"],
  },
  {
    what: "a catch that is empty now, and what ended it",
    change: `# x
== src/save.js
 function save(item) {
   try {
     store.put(item);
   } catch (error) {
-    log.error(error);
-    throw error;
   }
 }
`,
    told: ["removal/catch-emptied"],
  },
  {
    what: "a protection that became what another rule knows to be wrong",
    change: `# x
== client.py
 def get(url):
-    return requests.get(url, verify=True, timeout=5)
+    return requests.get(url, verify=False, timeout=5)
`,
    told: ["crypto/tls-verification-off"],
  },
  {
    what: "two checks of one place are two facts",
    change: `# x
== src/orders.ts
 export async function cancel(user: User, id: string): Promise<void> {
-  if (!user.isAdmin) throw new Forbidden();
   const order = await orders.find(id);
-  if (order.state === "sent") throw new TooLate();
   await orders.remove(order);
 }
`,
    told: ["removal/authorization", "removal/guard"],
  },
])("$what", async ({ change, told }) => {
  const [{ files }] = writtenChangesOf(change) as [ReturnType<typeof writtenChangesOf>[number]];
  const { reports } = await engine.check(files, [], new AbortController().signal);
  expect(reports.map(({ ruleId }) => ruleId).toSorted()).toEqual(told);
});
