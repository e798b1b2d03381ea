import { describe, expect, it } from "vitest";
import { AsyncEvent, readAsyncMessage, TargetOpcode, viewSense } from "#iscsi";
import { AdditionalSense, parseSense, SenseKey } from "#scsi";
import { testTargetName } from "./testing/hand-initiator.ts";
import { HeldDisk } from "./testing/held-disk.ts";
import { nothingLeft, TestTarget } from "./testing/test-target.ts";

describe("an administrator", () => {
  it("asks initiators to log out, and drops those who do not", () => {
    const target = new TestTarget();
    const polite = target.logIn({ isid: 1 });
    const deaf = target.logIn({ isid: 2 });
    target.clock.advance(10_000);
    target.server.requestLogout(5);
    target.run();
    for (const { initiator } of [polite, deaf]) {
      expect(readAsyncMessage(initiator.take(TargetOpcode.asyncMessage).bhs)).toMatchObject({
        event: AsyncEvent.logoutRequested,
        parameter3: 5,
      });
    }
    polite.initiator.logout();
    target.run();
    target.pass(4_999);
    expect([polite.initiator.isClosed, deaf.initiator.isClosed]).toEqual([true, false]);
    target.pass(1);
    expect(deaf.initiator.isClosed).toBe(true);
    expect(target.endings).toEqual(["logged-out", "failed"]);
  });

  it("drops a session and says when to come back", () => {
    const target = new TestTarget();
    const one = target.logIn({ isid: 1 });
    const other = target.logIn({ isid: 2 });
    target.server.dropSessions(7, [other.tsih]);
    target.run();
    expect(readAsyncMessage(other.initiator.take(TargetOpcode.asyncMessage).bhs)).toMatchObject({
      event: AsyncEvent.sessionDropped,
      parameter2: 7,
    });
    expect([one.initiator.isClosed, other.initiator.isClosed]).toEqual([false, true]);
  });

  it("adds and removes disks, and initiators learn of it by a unit attention", async () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const [node] = target.server.targets;
    node!.addLun({ lun: 1, device: new HeldDisk() });
    initiator.testUnitReady();
    initiator.testUnitReady();
    initiator.testUnitReady({ lun: 1 });
    link.run();
    target.server.announceLunChange(testTargetName);
    link.run();
    const { bhs, data } = initiator.take(TargetOpcode.asyncMessage);
    expect(readAsyncMessage(bhs).event).toBe(AsyncEvent.scsi);
    expect(parseSense(viewSense(data))).toMatchObject({ key: SenseKey.unitAttention, code: AdditionalSense.reportedLunsDataChanged });
    const statuses = [1, 2, 3].map(() => initiator.take(TargetOpcode.scsiResponse).bhs[3]);
    expect(statuses).toEqual([0x02, 0, 0]);
    await node!.removeLun(1);
    initiator.testUnitReady();
    initiator.testUnitReady({ lun: 1 });
    link.run();
    expect([1, 2].map(() => initiator.take(TargetOpcode.scsiResponse).bhs[3])).toEqual([0x02, 0x02]);
  });

  it("closes the target: everybody is told, nobody comes in, and it is over when disks are at rest", async () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    target.disk.held = true;
    initiator.write(0, 1, { data: new Uint8Array(512) });
    link.run();
    let over = false;
    const closing = target.server.close().then(() => {
      over = true;
    });
    target.run();
    expect(readAsyncMessage(initiator.take(TargetOpcode.asyncMessage).bhs).event).toBe(AsyncEvent.sessionDropped);
    expect(initiator.isClosed).toBe(true);
    expect(() => target.connect()).toThrow("turned away");
    await Promise.resolve();
    expect(over).toBe(false);
    target.disk.letGo();
    await closing;
    expect(over).toBe(true);
    expect(target.clock.waiting).toBe(0);
    expect(target.leftovers).toEqual(nothingLeft);
  });
});
