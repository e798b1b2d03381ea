import type { BlockDevice, BlockDone } from "#block";
import {
  AdditionalSense,
  encodeSense,
  type InitiatorPort,
  parseSense,
  plainSense,
  type ScsiCommand,
  type SenseData,
  SenseKey,
} from "#scsi";
import { CachedDisk, type Mutant } from "../../src/simulator/index.ts";

/** A target that says "flushed" and leaves everything in its cache. */
export const flushesNothing: Mutant = {
  createDisk: (...parts) =>
    new (class extends CachedDisk {
      protected override settleAll(): void {}
    })(...parts),
};

/** A disk that forgets what it has read from the cache now and then: each tenth write is not kept. */
export const losesWrites: Mutant = {
  createDisk: (...parts) => {
    let writes = 0;
    return new (class extends CachedDisk {
      override writeFrom(offset: number, source: Uint8Array, fua: boolean, done: BlockDone): void {
        if (++writes % 10 === 0) done(undefined);
        else super.writeFrom(offset, source, fua, done);
      }
    })(...parts);
  },
};

/** An initiator that takes every reset for the loss of a session, which costs nothing. */
export const ignoresResets: Mutant = {
  wrapPort: (port) => ({
    ...portOf(port),
    execute: (command) => around(port, command, (ended) => hideReset(ended)),
    watch: (lun, listener) => port.watch?.(lun, (sense) => listener(harmless(sense))) ?? (() => {}),
  }),
};

function harmless(sense: SenseData): SenseData {
  return sense.code >> 8 === AdditionalSense.powerOnOrReset >> 8 ? { ...sense, code: AdditionalSense.nexusLoss } : sense;
}

function hideReset(command: ScsiCommand): void {
  const sense = command.sense.length === 0 ? undefined : parseSense(command.sense);
  if (sense?.key === SenseKey.unitAttention) command.sense = encodeSense(plainSense(sense.key, harmless(sense).code), "fixed");
}

/** An initiator that sends a write once more long after it was acknowledged, as one that confuses its books would after a reconnect. */
export const repeatsAcknowledgedWrites: Mutant = {
  wrapDevice: (device) => {
    let stale: { readonly offset: number; readonly bytes: Uint8Array } | undefined;
    let writes = 0;
    return wrapped(device, {
      writeFrom: (offset, source, fua, done) => {
        const again = ++writes % 8 === 0 ? stale : undefined;
        if (writes % 8 === 1) stale = { offset, bytes: source.slice() };
        device.writeFrom(offset, source, fua, (error) => {
          if (again === undefined) done(error);
          else device.writeFrom(again.offset, again.bytes, false, () => done(error));
        });
      },
    });
  },
};

/** An initiator that says "written" when it has sent the write. */
export const acknowledgesTooEarly: Mutant = {
  wrapDevice: (device) =>
    wrapped(device, {
      writeFrom: (offset, source, fua, done) => {
        device.writeFrom(offset, source.slice(), fua, () => undefined);
        queueMicrotask(() => done(undefined));
      },
    }),
};

/** An initiator that tells one of several flushes under way that writes were lost, and the others that all is well. */
export const tellsOnlyOne: Mutant = {
  wrapDevice: (device) => {
    let told = 0;
    return wrapped(device, {
      flush: (done) => {
        const known = told;
        device.flush((error) => {
          if (error !== undefined && told === known) told++;
          else error = undefined;
          done(error);
        });
      },
    });
  },
};

/** An initiator that goes on reading into memory which it has given back. */
export const touchesReturnedMemory: Mutant = {
  wrapDevice: (device) => {
    let reads = 0;
    return wrapped(device, {
      readInto: (offset, destination, done) =>
        device.readInto(offset, destination, (error) => {
          done(error);
          if (++reads === 20) destination[0] = 1;
        }),
    });
  },
};

/** An initiator that ends a request twice. */
export const endsTwice: Mutant = {
  wrapDevice: (device) => {
    let reads = 0;
    return wrapped(device, {
      readInto: (offset, destination, done) =>
        device.readInto(offset, destination, (error) => {
          done(error);
          if (++reads === 20) done(error);
        }),
    });
  },
};

/** An initiator that forgets a request. */
export const forgets: Mutant = {
  wrapDevice: (device) => {
    let reads = 0;
    return wrapped(device, {
      readInto: (offset, destination, done) => device.readInto(offset, destination, (error) => ++reads !== 20 && done(error)),
    });
  },
};

function portOf(port: InitiatorPort): InitiatorPort {
  return {
    maxTransferBytes: port.maxTransferBytes,
    execute: (command) => port.execute(command),
    abort: (command) => port.abort(command),
    manage: (what, lun, done) => port.manage(what, lun, done),
  };
}

function around(port: InitiatorPort, command: ScsiCommand, ended: (command: ScsiCommand) => void): void {
  const { done } = command;
  command.done = (same) => {
    command.done = done;
    ended(same);
    done(same);
  };
  port.execute(command);
}

function wrapped(device: BlockDevice, other: Partial<BlockDevice>): BlockDevice {
  return new Proxy(device, {
    get: (target, name: keyof BlockDevice) => {
      const value = other[name] ?? target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
