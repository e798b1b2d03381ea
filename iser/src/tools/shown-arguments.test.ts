import { expect, it } from "vitest";
import { withoutSecrets } from "./shown-arguments.ts";

it.each([
  [
    ["target", "--chap", "me:se:cret", "--lun", "mem:1M"],
    ["target", "--chap", "me:***", "--lun", "mem:1M"],
  ],
  [
    ["target", "--mutual=me:secret", "--discovery-chap", "secret"],
    ["target", "--mutual=me:***", "--discovery-chap", "***"],
  ],
  [
    ["ls", "iscsi://me%s@cret@host:3260/iqn.x:a/0"],
    ["ls", "iscsi://me%***@host:3260/iqn.x:a/0"],
  ],
  [
    ["dd", "of=iser://me%secret@host/t/0?target_user=a&target_password=b&crc=off"],
    ["dd", "of=iser://me%***@host/t/0?target_user=a&target_password=***&crc=off"],
  ],
  [
    ["ls", "iscsi://me%se/cr?et@host/iqn.x:a/0", "iscsi://[fe80::1%eth0]/iqn.x:a@b/0"],
    ["ls", "iscsi://me%***@host/iqn.x:a/0", "iscsi://[fe80::1%eth0]/iqn.x:a@b/0"],
  ],
  [
    ["inq", "iscsi://me@host/t/0", "--", "50%"],
    ["inq", "iscsi://me@host/t/0", "--", "50%"],
  ],
])("%j is shown as %j", (given, shown) => {
  expect(withoutSecrets(given)).toEqual(shown);
});
