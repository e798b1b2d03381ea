import type { Rule } from "../rule.ts";
import { bidiControl as anyBidiControl } from "./any/bidi-control/rule.ts";
import { conflictMarker as anyConflictMarker } from "./any/conflict-marker/rule.ts";
import { debugLeftover as anyDebugLeftover } from "./any/debug-leftover/rule.ts";
import { dependencyFromUrl as anyDependencyFromUrl } from "./any/dependency-from-url/rule.ts";
import { envFile as anyEnvFile } from "./any/env-file/rule.ts";
import { focusedTest as anyFocusedTest } from "./any/focused-test/rule.ts";
import { invisibleCharacter as anyInvisibleCharacter } from "./any/invisible-character/rule.ts";
import { largeFile as anyLargeFile } from "./any/large-file/rule.ts";
import { lockfileOutOfStep as anyLockfileOutOfStep } from "./any/lockfile-out-of-step/rule.ts";
import { skippedTest as anySkippedTest } from "./any/skipped-test/rule.ts";
import { code as injectionCode } from "./injection/code/rule.ts";
import { command as injectionCommand } from "./injection/command/rule.ts";
import { deserialization as injectionDeserialization } from "./injection/deserialization/rule.ts";
import { html as injectionHtml } from "./injection/html/rule.ts";
import { path as injectionPath } from "./injection/path/rule.ts";
import { redirect as injectionRedirect } from "./injection/redirect/rule.ts";
import { requestAddress as injectionRequestAddress } from "./injection/request-address/rule.ts";
import { sql as injectionSql } from "./injection/sql/rule.ts";
import { assertion as removalAssertion } from "./removal/assertion/rule.ts";
import { authorization as removalAuthorization } from "./removal/authorization/rule.ts";
import { awaitDropped as removalAwaitDropped } from "./removal/await-dropped/rule.ts";
import { catchEmptied as removalCatchEmptied } from "./removal/catch-emptied/rule.ts";
import { cleanup as removalCleanup } from "./removal/cleanup/rule.ts";
import { conditionLoosened as removalConditionLoosened } from "./removal/condition-loosened/rule.ts";
import { escaping as removalEscaping } from "./removal/escaping/rule.ts";
import { exit as removalExit } from "./removal/exit/rule.ts";
import { guard as removalGuard } from "./removal/guard/rule.ts";
import { limit as removalLimit } from "./removal/limit/rule.ts";
import { lock as removalLock } from "./removal/lock/rule.ts";
import { testDeleted as removalTestDeleted } from "./removal/test-deleted/rule.ts";
import { password as secretPassword } from "./secret/password/rule.ts";
import { passwordInUrl as secretPasswordInUrl } from "./secret/password-in-url/rule.ts";
import { privateKey as secretPrivateKey } from "./secret/private-key/rule.ts";
import { providerToken as secretProviderToken } from "./secret/provider-token/rule.ts";
import { randomText as secretRandomText } from "./secret/random-text/rule.ts";

/** All rules that come with the program, in the order of their ids. */
export const builtinRules: readonly Rule[] = [
  anyBidiControl,
  anyConflictMarker,
  anyDebugLeftover,
  anyDependencyFromUrl,
  anyEnvFile,
  anyFocusedTest,
  anyInvisibleCharacter,
  anyLargeFile,
  anyLockfileOutOfStep,
  anySkippedTest,
  injectionCode,
  injectionCommand,
  injectionDeserialization,
  injectionHtml,
  injectionPath,
  injectionRedirect,
  injectionRequestAddress,
  injectionSql,
  removalAssertion,
  removalAuthorization,
  removalAwaitDropped,
  removalCatchEmptied,
  removalCleanup,
  removalConditionLoosened,
  removalEscaping,
  removalExit,
  removalGuard,
  removalLimit,
  removalLock,
  removalTestDeleted,
  secretPassword,
  secretPasswordInUrl,
  secretPrivateKey,
  secretProviderToken,
  secretRandomText,
];
