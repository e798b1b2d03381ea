import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { defaultSessionConfig } from "#config";
import { ControlClientConnection } from "./client-connection.ts";
import { encodeRequest, maxRequestBytes } from "./codec.ts";
import { ControlError } from "./control-error.ts";
import { type Answer, ControlServerConnection, type ControlService } from "./server-connection.ts";

/** Answers removals and lists at once, keeps waits and additions until the test says. */
class ScriptedService implements ControlService {
  readonly additions: Answer<"add">[] = [];
  readonly waits: Answer<"wait">[] = [];
  abandoned = 0;

  add(_request: object, answer: Answer<"add">): void {
    this.additions.push(answer);
  }

  remove(_request: object, answer: Answer<"remove">): void {
    answer(new ControlError("ESRCH", "no session matches"));
  }

  modify(_request: object, answer: Answer<"modify">): void {
    answer({});
  }

  list(_request: object, answer: Answer<"list">): void {
    answer({ sessions: [] });
  }

  sysctl(_request: object, answer: Answer<"sysctl">): void {
    answer({ value: "0" });
  }

  sysctls(_request: object, answer: Answer<"sysctls">): void {
    answer({ variables: [] });
  }

  wait(_request: object, answer: Answer<"wait">): () => void {
    this.waits.push(answer);
    return () => this.abandoned++;
  }
}

/** Both ends of a connection and the bytes between them, moved by hand. */
function connected(): { client: ControlClientConnection; server: ControlServerConnection; service: ScriptedService; move: () => void } {
  const service = new ScriptedService();
  const client = new ControlClientConnection();
  const server = new ControlServerConnection(service);
  client.opened(() => {});
  server.opened(() => {});
  const move = (): void => {
    for (;;) {
      const there = client.takeOutput();
      const back = server.takeOutput();
      if (there.length + back.length === 0) return;
      for (const piece of there) server.receive(piece);
      for (const piece of back) client.receive(piece);
    }
  };
  return { client, server, service, move };
}

function sent(server: ControlServerConnection): string {
  return Buffer.concat(server.takeOutput()).toString();
}

const noFilter = { all: true, targetName: undefined, targetAddress: undefined };

describe("a control connection", () => {
  it("answers calls in any order", async () => {
    const { client, service, move } = connected();
    const session = { ...defaultSessionConfig, targetAddress: "host", targetName: "iqn.x:y" };
    const order: string[] = [];
    const first = client.call("add", { session }).then((result) => order.push(`first ${result.sessionId}`));
    const second = client.call("add", { session }).then((result) => order.push(`second ${result.sessionId}`));
    move();
    service.additions[1]?.({ sessionId: 2 });
    move();
    await second;
    service.additions[0]?.({ sessionId: 1 });
    move();
    await first;
    expect(order).toEqual(["second 2", "first 1"]);
  });

  it("has any number of calls made at once, in their order and no more at a time than the daemon takes", async () => {
    const { client, service, move } = connected();
    const session = { ...defaultSessionConfig, targetAddress: "host", targetName: "iqn.x:y" };
    const calls = Array.from({ length: 200 }, () => client.call("add", { session }));
    for (let answered = 0; answered < calls.length; answered++) {
      move();
      expect(service.additions.length - answered).toBeLessThanOrEqual(64);
      service.additions[answered]?.({ sessionId: answered });
    }
    move();
    expect((await Promise.all(calls)).map(({ sessionId }) => sessionId)).toEqual(calls.map((_call, index) => index));
  });

  it("carries refusals as ControlError", async () => {
    const { client, move } = connected();
    const refused = client.call("remove", noFilter);
    move();
    await expect(refused).rejects.toMatchObject({ name: "ControlError", code: "ESRCH", message: "no session matches" });
  });

  it("tells the service when a waiting client goes away, and drops answers to it", () => {
    const { client, server, service, move } = connected();
    void client.call("wait", { sessionIds: undefined, timeoutMs: 0 }).catch(() => {});
    void client.call("wait", { sessionIds: [1], timeoutMs: 0 }).catch(() => {});
    move();
    service.waits[0]?.({ pending: [] });
    server.closed();
    expect(service.abandoned).toBe(1);
    service.waits[1]?.({ pending: [] });
    expect(server.takeOutput()).toEqual([]);
  });

  it("fails what is asked of a daemon that is gone", async () => {
    const { client, move } = connected();
    const before = client.call("wait", { sessionIds: undefined, timeoutMs: 0 });
    move();
    client.closed(new Error("connection reset"));
    await expect(before).rejects.toThrow("connection reset");
    await expect(client.call("list", { showSecrets: false })).rejects.toThrow("connection reset");
  });

  it("fails with the reason when the daemon cannot read it and says so", async () => {
    const { client } = connected();
    const call = client.call("list", { showSecrets: false });
    client.receive(Buffer.from('{"version":1,"id":null,"error":{"code":"EPROTO","message":"a line is not UTF-8"}}\n'));
    await expect(call).rejects.toThrow("a line is not UTF-8");
  });
});

describe("a daemon with a client that does not keep the rules", () => {
  it("answers a line it cannot read and goes on", () => {
    const { server } = connected();
    server.receive(Buffer.from('{"version":1,"id":3,"call":"format"}\n'));
    expect(sent(server)).toContain('"id":3,"error":{"code":"EPROTO"');
    server.receive(Buffer.from(encodeRequest(4, "list", { showSecrets: false })));
    expect(sent(server)).toContain('"id":4,"result"');
    expect(server.wantsClose).toBeUndefined();
  });

  it("ends a stream whose line does not end, and reads no more of it", () => {
    const { server } = connected();
    server.receive(Buffer.alloc(maxRequestBytes + 1, 0x20));
    expect(sent(server)).toContain('"id":null,"error":{"code":"EPROTO","message":"a line is longer');
    expect(server.wantsClose).toBe("end");
    server.receive(Buffer.from(`\n${encodeRequest(4, "list", { showSecrets: false })}`));
    expect(sent(server)).toBe("");
  });

  it("ends a client that asks for too much at a time", () => {
    const { server, service } = connected();
    const wait = encodeRequest(1, "wait", { sessionIds: undefined, timeoutMs: 0 });
    server.receive(Buffer.from(wait.repeat(65)));
    expect(service.waits.length).toBe(64);
    expect(sent(server)).toContain("more than 64 calls at a time");
  });

  it("survives any damage to a request", () => {
    const seed = Number(process.env.SEED ?? 20260);
    const random = new SeededRandom(seed);
    const whole = Buffer.from(encodeRequest(1, "remove", { ...noFilter, targetName: "iqn.x:y" }));
    for (let round = 0; round < 2000; round++) {
      const { server } = connected();
      const damaged = Buffer.from(whole);
      for (let count = random.below(4) + 1; count > 0; count--) damaged[random.below(damaged.length)] = random.below(256);
      try {
        server.receive(damaged);
        server.receive(Buffer.from("\n"));
      } catch (error) {
        throw new Error(`round ${round} of seed ${seed} (SEED=${seed} npx vitest run --project iser src/control)`, { cause: error });
      }
      expect(sent(server)).toMatch(/^(\{.*"(result|error)":.*\}\n)*$/);
    }
  });
});
