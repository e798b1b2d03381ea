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
import { assignmentInCondition as cAssignmentInCondition } from "./c/assignment-in-condition/rule.ts";
import { formatString as cFormatString } from "./c/format-string/rule.ts";
import { reallocLeak as cReallocLeak } from "./c/realloc-leak/rule.ts";
import { returnLocal as cReturnLocal } from "./c/return-local/rule.ts";
import { sizeofPointer as cSizeofPointer } from "./c/sizeof-pointer/rule.ts";
import { unboundedCopy as cUnboundedCopy } from "./c/unbounded-copy/rule.ts";
import { cleartext as cryptoCleartext } from "./crypto/cleartext/rule.ts";
import { fixedNonce as cryptoFixedNonce } from "./crypto/fixed-nonce/rule.ts";
import { fixedSalt as cryptoFixedSalt } from "./crypto/fixed-salt/rule.ts";
import { fixedSeed as cryptoFixedSeed } from "./crypto/fixed-seed/rule.ts";
import { oldProtocol as cryptoOldProtocol } from "./crypto/old-protocol/rule.ts";
import { ownAlgorithm as cryptoOwnAlgorithm } from "./crypto/own-algorithm/rule.ts";
import { plainRandom as cryptoPlainRandom } from "./crypto/plain-random/rule.ts";
import { predictableRandom as cryptoPredictableRandom } from "./crypto/predictable-random/rule.ts";
import { tlsVerificationOff as cryptoTlsVerificationOff } from "./crypto/tls-verification-off/rule.ts";
import { tokenExposes as cryptoTokenExposes } from "./crypto/token-exposes/rule.ts";
import { tokenUnsigned as cryptoTokenUnsigned } from "./crypto/token-unsigned/rule.ts";
import { tokenUnverified as cryptoTokenUnverified } from "./crypto/token-unverified/rule.ts";
import { weakCipher as cryptoWeakCipher } from "./crypto/weak-cipher/rule.ts";
import { weakHash as cryptoWeakHash } from "./crypto/weak-hash/rule.ts";
import { weakKey as cryptoWeakKey } from "./crypto/weak-key/rule.ts";
import { weakPasswordHash as cryptoWeakPasswordHash } from "./crypto/weak-password-hash/rule.ts";
import { asyncVoid as csharpAsyncVoid } from "./csharp/async-void/rule.ts";
import { syncOverAsync as csharpSyncOverAsync } from "./csharp/sync-over-async/rule.ts";
import { throwLosesTrace as csharpThrowLosesTrace } from "./csharp/throw-loses-trace/rule.ts";
import { addRemote as dockerfileAddRemote } from "./dockerfile/add-remote/rule.ts";
import { rootUser as dockerfileRootUser } from "./dockerfile/root-user/rule.ts";
import { secretInImage as dockerfileSecretInImage } from "./dockerfile/secret-in-image/rule.ts";
import { unpinnedImage as dockerfileUnpinnedImage } from "./dockerfile/unpinned-image/rule.ts";
import { returnInFinally as errorsReturnInFinally } from "./errors/return-in-finally/rule.ts";
import { swallowed as errorsSwallowed } from "./errors/swallowed/rule.ts";
import { archiveTraversal as filesArchiveTraversal } from "./files/archive-traversal/rule.ts";
import { openPermissions as filesOpenPermissions } from "./files/open-permissions/rule.ts";
import { prefixWithoutSeparator as filesPrefixWithoutSeparator } from "./files/prefix-without-separator/rule.ts";
import { temporaryFixed as filesTemporaryFixed } from "./files/temporary-fixed/rule.ts";
import { temporaryName as filesTemporaryName } from "./files/temporary-name/rule.ts";
import { worldWritable as filesWorldWritable } from "./files/world-writable/rule.ts";
import { bodyNotClosed as goBodyNotClosed } from "./go/body-not-closed/rule.ts";
import { cookieUnprotected as goCookieUnprotected } from "./go/cookie-unprotected/rule.ts";
import { decompressionBomb as goDecompressionBomb } from "./go/decompression-bomb/rule.ts";
import { deferInLoop as goDeferInLoop } from "./go/defer-in-loop/rule.ts";
import { dynamicCommand as goDynamicCommand } from "./go/dynamic-command/rule.ts";
import { errorIgnored as goErrorIgnored } from "./go/error-ignored/rule.ts";
import { errorSwallowed as goErrorSwallowed } from "./go/error-swallowed/rule.ts";
import { exposingImport as goExposingImport } from "./go/exposing-import/rule.ts";
import { lockKept as goLockKept } from "./go/lock-kept/rule.ts";
import { loopVariableKept as goLoopVariableKept } from "./go/loop-variable-kept/rule.ts";
import { narrowedNumber as goNarrowedNumber } from "./go/narrowed-number/rule.ts";
import { oauthStateConstant as goOauthStateConstant } from "./go/oauth-state-constant/rule.ts";
import { outdatedImport as goOutdatedImport } from "./go/outdated-import/rule.ts";
import { serverWithoutTimeout as goServerWithoutTimeout } from "./go/server-without-timeout/rule.ts";
import { sessionKeysWritten as goSessionKeysWritten } from "./go/session-keys-written/rule.ts";
import { timingCompare as goTimingCompare } from "./go/timing-compare/rule.ts";
import { tlsWithoutMinimum as goTlsWithoutMinimum } from "./go/tls-without-minimum/rule.ts";
import { trustedMarkup as goTrustedMarkup } from "./go/trusted-markup/rule.ts";
import { unsafeMemory as goUnsafeMemory } from "./go/unsafe-memory/rule.ts";
import { waitGroupAdd as goWaitGroupAdd } from "./go/wait-group-add/rule.ts";
import { websocketOrigin as goWebsocketOrigin } from "./go/websocket-origin/rule.ts";
import { wholeDiskServed as goWholeDiskServed } from "./go/whole-disk-served/rule.ts";
import { argument as injectionArgument } from "./injection/argument/rule.ts";
import { code as injectionCode } from "./injection/code/rule.ts";
import { command as injectionCommand } from "./injection/command/rule.ts";
import { deserialization as injectionDeserialization } from "./injection/deserialization/rule.ts";
import { documentQuery as injectionDocumentQuery } from "./injection/document-query/rule.ts";
import { formatString as injectionFormatString } from "./injection/format-string/rule.ts";
import { header as injectionHeader } from "./injection/header/rule.ts";
import { html as injectionHtml } from "./injection/html/rule.ts";
import { ldap as injectionLdap } from "./injection/ldap/rule.ts";
import { log as injectionLog } from "./injection/log/rule.ts";
import { lookup as injectionLookup } from "./injection/lookup/rule.ts";
import { massAssignment as injectionMassAssignment } from "./injection/mass-assignment/rule.ts";
import { path as injectionPath } from "./injection/path/rule.ts";
import { pattern as injectionPattern } from "./injection/pattern/rule.ts";
import { redirect as injectionRedirect } from "./injection/redirect/rule.ts";
import { requestAddress as injectionRequestAddress } from "./injection/request-address/rule.ts";
import { sql as injectionSql } from "./injection/sql/rule.ts";
import { template as injectionTemplate } from "./injection/template/rule.ts";
import { textFromRequest as injectionTextFromRequest } from "./injection/text-from-request/rule.ts";
import { xpath as injectionXpath } from "./injection/xpath/rule.ts";
import { androidExposed as javaAndroidExposed } from "./java/android-exposed/rule.ts";
import { anyMethod as javaAnyMethod } from "./java/any-method/rule.ts";
import { bigDecimalDouble as javaBigDecimalDouble } from "./java/big-decimal-double/rule.ts";
import { hexDropsZeros as javaHexDropsZeros } from "./java/hex-drops-zeros/rule.ts";
import { redirectView as javaRedirectView } from "./java/redirect-view/rule.ts";
import { sessionInAddress as javaSessionInAddress } from "./java/session-in-address/rule.ts";
import { statementFilled as javaStatementFilled } from "./java/statement-filled/rule.ts";
import { stringIdentity as javaStringIdentity } from "./java/string-identity/rule.ts";
import { threadRun as javaThreadRun } from "./java/thread-run/rule.ts";
import { typeFromData as javaTypeFromData } from "./java/type-from-data/rule.ts";
import { archiveEntry as javascriptArchiveEntry } from "./javascript/archive-entry/rule.ts";
import { assignmentInCondition as javascriptAssignmentInCondition } from "./javascript/assignment-in-condition/rule.ts";
import { asyncExecutor as javascriptAsyncExecutor } from "./javascript/async-executor/rule.ts";
import { asyncForEach as javascriptAsyncForEach } from "./javascript/async-for-each/rule.ts";
import { awaitInLoop as javascriptAwaitInLoop } from "./javascript/await-in-loop/rule.ts";
import { bufferUnchecked as javascriptBufferUnchecked } from "./javascript/buffer-unchecked/rule.ts";
import { certificateName as javascriptCertificateName } from "./javascript/certificate-name/rule.ts";
import { cleartextAddress as javascriptCleartextAddress } from "./javascript/cleartext-address/rule.ts";
import { cleartextRequest as javascriptCleartextRequest } from "./javascript/cleartext-request/rule.ts";
import { cloudSettings as javascriptCloudSettings } from "./javascript/cloud-settings/rule.ts";
import { compareNan as javascriptCompareNan } from "./javascript/compare-nan/rule.ts";
import { credentialArgument as javascriptCredentialArgument } from "./javascript/credential-argument/rule.ts";
import { databaseUnencrypted as javascriptDatabaseUnencrypted } from "./javascript/database-unencrypted/rule.ts";
import { devicePermission as javascriptDevicePermission } from "./javascript/device-permission/rule.ts";
import { dynamicAddress as javascriptDynamicAddress } from "./javascript/dynamic-address/rule.ts";
import { dynamicCall as javascriptDynamicCall } from "./javascript/dynamic-call/rule.ts";
import { dynamicHtml as javascriptDynamicHtml } from "./javascript/dynamic-html/rule.ts";
import { dynamicLink as javascriptDynamicLink } from "./javascript/dynamic-link/rule.ts";
import { dynamicModule as javascriptDynamicModule } from "./javascript/dynamic-module/rule.ts";
import { dynamicPath as javascriptDynamicPath } from "./javascript/dynamic-path/rule.ts";
import { dynamicProcess as javascriptDynamicProcess } from "./javascript/dynamic-process/rule.ts";
import { dynamicRegex as javascriptDynamicRegex } from "./javascript/dynamic-regex/rule.ts";
import { dynamicTemplate as javascriptDynamicTemplate } from "./javascript/dynamic-template/rule.ts";
import { electronConsent as javascriptElectronConsent } from "./javascript/electron-consent/rule.ts";
import { electronWindow as javascriptElectronWindow } from "./javascript/electron-window/rule.ts";
import { errorShown as javascriptErrorShown } from "./javascript/error-shown/rule.ts";
import { floatingPromise as javascriptFloatingPromise } from "./javascript/floating-promise/rule.ts";
import { forgeryCheckWeakened as javascriptForgeryCheckWeakened } from "./javascript/forgery-check-weakened/rule.ts";
import { headerFromRequest as javascriptHeaderFromRequest } from "./javascript/header-from-request/rule.ts";
import { hostHeader as javascriptHostHeader } from "./javascript/host-header/rule.ts";
import { htmlText as javascriptHtmlText } from "./javascript/html-text/rule.ts";
import { incompleteEscape as javascriptIncompleteEscape } from "./javascript/incomplete-escape/rule.ts";
import { locationFromRequest as javascriptLocationFromRequest } from "./javascript/location-from-request/rule.ts";
import { loopFromRequest as javascriptLoopFromRequest } from "./javascript/loop-from-request/rule.ts";
import { massAssignment as javascriptMassAssignment } from "./javascript/mass-assignment/rule.ts";
import { mergeFromRequest as javascriptMergeFromRequest } from "./javascript/merge-from-request/rule.ts";
import { messageHandler as javascriptMessageHandler } from "./javascript/message-handler/rule.ts";
import { messageOrigin as javascriptMessageOrigin } from "./javascript/message-origin/rule.ts";
import { nosqlInjection as javascriptNosqlInjection } from "./javascript/nosql-injection/rule.ts";
import { nullCompare as javascriptNullCompare } from "./javascript/null-compare/rule.ts";
import { oldTls as javascriptOldTls } from "./javascript/old-tls/rule.ts";
import { openCors as javascriptOpenCors } from "./javascript/open-cors/rule.ts";
import { openIntrospection as javascriptOpenIntrospection } from "./javascript/open-introspection/rule.ts";
import { opener as javascriptOpener } from "./javascript/opener/rule.ts";
import { pageCookie as javascriptPageCookie } from "./javascript/page-cookie/rule.ts";
import { pageGetsNode as javascriptPageGetsNode } from "./javascript/page-gets-node/rule.ts";
import { pathFromRequest as javascriptPathFromRequest } from "./javascript/path-from-request/rule.ts";
import { plainCookie as javascriptPlainCookie } from "./javascript/plain-cookie/rule.ts";
import { plainRandom as javascriptPlainRandom } from "./javascript/plain-random/rule.ts";
import { propertyFromRequest as javascriptPropertyFromRequest } from "./javascript/property-from-request/rule.ts";
import { prototypePollution as javascriptPrototypePollution } from "./javascript/prototype-pollution/rule.ts";
import { regexFromRequest as javascriptRegexFromRequest } from "./javascript/regex-from-request/rule.ts";
import { renderFromRequest as javascriptRenderFromRequest } from "./javascript/render-from-request/rule.ts";
import { scriptAddress as javascriptScriptAddress } from "./javascript/script-address/rule.ts";
import { scriptIntegrity as javascriptScriptIntegrity } from "./javascript/script-integrity/rule.ts";
import { sessionDefaults as javascriptSessionDefaults } from "./javascript/session-defaults/rule.ts";
import { slowRegex as javascriptSlowRegex } from "./javascript/slow-regex/rule.ts";
import { sortNumbers as javascriptSortNumbers } from "./javascript/sort-numbers/rule.ts";
import { spreadAttributes as javascriptSpreadAttributes } from "./javascript/spread-attributes/rule.ts";
import { sqlText as javascriptSqlText } from "./javascript/sql-text/rule.ts";
import { staticEverything as javascriptStaticEverything } from "./javascript/static-everything/rule.ts";
import { templateUnescaped as javascriptTemplateUnescaped } from "./javascript/template-unescaped/rule.ts";
import { temporaryFolder as javascriptTemporaryFolder } from "./javascript/temporary-folder/rule.ts";
import { timingCompare as javascriptTimingCompare } from "./javascript/timing-compare/rule.ts";
import { tokenExposes as javascriptTokenExposes } from "./javascript/token-exposes/rule.ts";
import { tokenInStorage as javascriptTokenInStorage } from "./javascript/token-in-storage/rule.ts";
import { tokenNeverRevoked as javascriptTokenNeverRevoked } from "./javascript/token-never-revoked/rule.ts";
import { tokenNone as javascriptTokenNone } from "./javascript/token-none/rule.ts";
import { typeofMisspelt as javascriptTypeofMisspelt } from "./javascript/typeof-misspelt/rule.ts";
import { unencryptedServer as javascriptUnencryptedServer } from "./javascript/unencrypted-server/rule.ts";
import { uninitializedBuffer as javascriptUninitializedBuffer } from "./javascript/uninitialized-buffer/rule.ts";
import { unpackedBlindly as javascriptUnpackedBlindly } from "./javascript/unpacked-blindly/rule.ts";
import { uploadUnlimited as javascriptUploadUnlimited } from "./javascript/upload-unlimited/rule.ts";
import { validatorCollectsAll as javascriptValidatorCollectsAll } from "./javascript/validator-collects-all/rule.ts";
import { weakParameters as javascriptWeakParameters } from "./javascript/weak-parameters/rule.ts";
import { selfComparison as logicSelfComparison } from "./logic/self-comparison/rule.ts";
import { looseSecretCompare as phpLooseSecretCompare } from "./php/loose-secret-compare/rule.ts";
import { variableFromRequest as phpVariableFromRequest } from "./php/variable-from-request/rule.ts";
import { assertTuple as pythonAssertTuple } from "./python/assert-tuple/rule.ts";
import { bareExcept as pythonBareExcept } from "./python/bare-except/rule.ts";
import { cloudOpen as pythonCloudOpen } from "./python/cloud-open/rule.ts";
import { floatFromRequest as pythonFloatFromRequest } from "./python/float-from-request/rule.ts";
import { isLiteral as pythonIsLiteral } from "./python/is-literal/rule.ts";
import { localsInTemplate as pythonLocalsInTemplate } from "./python/locals-in-template/rule.ts";
import { missingAwait as pythonMissingAwait } from "./python/missing-await/rule.ts";
import { mutableDefault as pythonMutableDefault } from "./python/mutable-default/rule.ts";
import { requestWithoutTimeout as pythonRequestWithoutTimeout } from "./python/request-without-timeout/rule.ts";
import { slowRegex as pythonSlowRegex } from "./python/slow-regex/rule.ts";
import { tableFormula as pythonTableFormula } from "./python/table-formula/rule.ts";
import { assertion as removalAssertion } from "./removal/assertion/rule.ts";
import { authorization as removalAuthorization } from "./removal/authorization/rule.ts";
import { awaitDropped as removalAwaitDropped } from "./removal/await-dropped/rule.ts";
import { catchEmptied as removalCatchEmptied } from "./removal/catch-emptied/rule.ts";
import { checkSilenced as removalCheckSilenced } from "./removal/check-silenced/rule.ts";
import { cleanup as removalCleanup } from "./removal/cleanup/rule.ts";
import { conditionLoosened as removalConditionLoosened } from "./removal/condition-loosened/rule.ts";
import { escaping as removalEscaping } from "./removal/escaping/rule.ts";
import { exit as removalExit } from "./removal/exit/rule.ts";
import { guard as removalGuard } from "./removal/guard/rule.ts";
import { limit as removalLimit } from "./removal/limit/rule.ts";
import { lock as removalLock } from "./removal/lock/rule.ts";
import { protection as removalProtection } from "./removal/protection/rule.ts";
import { testDeleted as removalTestDeleted } from "./removal/test-deleted/rule.ts";
import { weakened as removalWeakened } from "./removal/weakened/rule.ts";
import { dynamicSend as rubyDynamicSend } from "./ruby/dynamic-send/rule.ts";
import { rescueException as rubyRescueException } from "./ruby/rescue-exception/rule.ts";
import { blockingInAsync as rustBlockingInAsync } from "./rust/blocking-in-async/rule.ts";
import { lockDropped as rustLockDropped } from "./rust/lock-dropped/rule.ts";
import { unfinished as rustUnfinished } from "./rust/unfinished/rule.ts";
import { unsound as rustUnsound } from "./rust/unsound/rule.ts";
import { authorization as secretAuthorization } from "./secret/authorization/rule.ts";
import { clusterSecret as secretClusterSecret } from "./secret/cluster-secret/rule.ts";
import { emptyPassword as secretEmptyPassword } from "./secret/empty-password/rule.ts";
import { frameworkKey as secretFrameworkKey } from "./secret/framework-key/rule.ts";
import { keyInCode as secretKeyInCode } from "./secret/key-in-code/rule.ts";
import { logged as secretLogged } from "./secret/logged/rule.ts";
import { password as secretPassword } from "./secret/password/rule.ts";
import { passwordHash as secretPasswordHash } from "./secret/password-hash/rule.ts";
import { passwordInUrl as secretPasswordInUrl } from "./secret/password-in-url/rule.ts";
import { privateKey as secretPrivateKey } from "./secret/private-key/rule.ts";
import { providerToken as secretProviderToken } from "./secret/provider-token/rule.ts";
import { randomText as secretRandomText } from "./secret/random-text/rule.ts";
import { evalVariable as shellEvalVariable } from "./shell/eval-variable/rule.ts";
import { passwordArgument as shellPasswordArgument } from "./shell/password-argument/rule.ts";
import { pipeToShell as shellPipeToShell } from "./shell/pipe-to-shell/rule.ts";
import { redirectCompare as shellRedirectCompare } from "./shell/redirect-compare/rule.ts";
import { removeVariable as shellRemoveVariable } from "./shell/remove-variable/rule.ts";
import { destructiveMigration as sqlDestructiveMigration } from "./sql/destructive-migration/rule.ts";
import { dynamicStatement as sqlDynamicStatement } from "./sql/dynamic-statement/rule.ts";
import { grantAll as sqlGrantAll } from "./sql/grant-all/rule.ts";
import { noWhere as sqlNoWhere } from "./sql/no-where/rule.ts";
import { notNullWithoutDefault as sqlNotNullWithoutDefault } from "./sql/not-null-without-default/rule.ts";
import { nullComparison as sqlNullComparison } from "./sql/null-comparison/rule.ts";
import { deletionUnprotected as terraformDeletionUnprotected } from "./terraform/deletion-unprotected/rule.ts";
import { encryptionOff as terraformEncryptionOff } from "./terraform/encryption-off/rule.ts";
import { openToWorld as terraformOpenToWorld } from "./terraform/open-to-world/rule.ts";
import { publicStorage as terraformPublicStorage } from "./terraform/public-storage/rule.ts";
import { wildcardPolicy as terraformWildcardPolicy } from "./terraform/wildcard-policy/rule.ts";
import { allInterfaces as webAllInterfaces } from "./web/all-interfaces/rule.ts";
import { cookieFlags as webCookieFlags } from "./web/cookie-flags/rule.ts";
import { cookieUnprotected as webCookieUnprotected } from "./web/cookie-unprotected/rule.ts";
import { cookieWithoutFlags as webCookieWithoutFlags } from "./web/cookie-without-flags/rule.ts";
import { crossOrigin as webCrossOrigin } from "./web/cross-origin/rule.ts";
import { directoryLogin as webDirectoryLogin } from "./web/directory-login/rule.ts";
import { errorShown as webErrorShown } from "./web/error-shown/rule.ts";
import { missingCsrf as webMissingCsrf } from "./web/missing-csrf/rule.ts";
import { protectionOff as webProtectionOff } from "./web/protection-off/rule.ts";
import { sessionFromRequest as webSessionFromRequest } from "./web/session-from-request/rule.ts";
import { unescapedOutput as webUnescapedOutput } from "./web/unescaped-output/rule.ts";
import { xmlEntities as webXmlEntities } from "./web/xml-entities/rule.ts";
import { dangerousPermissions as workflowDangerousPermissions } from "./workflow/dangerous-permissions/rule.ts";
import { scriptInjection as workflowScriptInjection } from "./workflow/script-injection/rule.ts";
import { duplicateKey as yamlDuplicateKey } from "./yaml/duplicate-key/rule.ts";
import { privilegedContainer as yamlPrivilegedContainer } from "./yaml/privileged-container/rule.ts";
import { wildcardRole as yamlWildcardRole } from "./yaml/wildcard-role/rule.ts";

/** Every rule that comes with the program, by id. Made from the folders: see docs/lrc-add-a-rule.md. */
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
  cAssignmentInCondition,
  cFormatString,
  cReallocLeak,
  cReturnLocal,
  cSizeofPointer,
  cUnboundedCopy,
  cryptoCleartext,
  cryptoFixedNonce,
  cryptoFixedSalt,
  cryptoFixedSeed,
  cryptoOldProtocol,
  cryptoOwnAlgorithm,
  cryptoPlainRandom,
  cryptoPredictableRandom,
  cryptoTlsVerificationOff,
  cryptoTokenExposes,
  cryptoTokenUnsigned,
  cryptoTokenUnverified,
  cryptoWeakCipher,
  cryptoWeakHash,
  cryptoWeakKey,
  cryptoWeakPasswordHash,
  csharpAsyncVoid,
  csharpSyncOverAsync,
  csharpThrowLosesTrace,
  dockerfileAddRemote,
  dockerfileRootUser,
  dockerfileSecretInImage,
  dockerfileUnpinnedImage,
  errorsReturnInFinally,
  errorsSwallowed,
  filesArchiveTraversal,
  filesOpenPermissions,
  filesPrefixWithoutSeparator,
  filesTemporaryFixed,
  filesTemporaryName,
  filesWorldWritable,
  goBodyNotClosed,
  goCookieUnprotected,
  goDecompressionBomb,
  goDeferInLoop,
  goDynamicCommand,
  goErrorIgnored,
  goErrorSwallowed,
  goExposingImport,
  goLockKept,
  goLoopVariableKept,
  goNarrowedNumber,
  goOauthStateConstant,
  goOutdatedImport,
  goServerWithoutTimeout,
  goSessionKeysWritten,
  goTimingCompare,
  goTlsWithoutMinimum,
  goTrustedMarkup,
  goUnsafeMemory,
  goWaitGroupAdd,
  goWebsocketOrigin,
  goWholeDiskServed,
  injectionArgument,
  injectionCode,
  injectionCommand,
  injectionDeserialization,
  injectionDocumentQuery,
  injectionFormatString,
  injectionHeader,
  injectionHtml,
  injectionLdap,
  injectionLog,
  injectionLookup,
  injectionMassAssignment,
  injectionPath,
  injectionPattern,
  injectionRedirect,
  injectionRequestAddress,
  injectionSql,
  injectionTemplate,
  injectionTextFromRequest,
  injectionXpath,
  javaAndroidExposed,
  javaAnyMethod,
  javaBigDecimalDouble,
  javaHexDropsZeros,
  javaRedirectView,
  javaSessionInAddress,
  javaStatementFilled,
  javaStringIdentity,
  javaThreadRun,
  javaTypeFromData,
  javascriptArchiveEntry,
  javascriptAssignmentInCondition,
  javascriptAsyncExecutor,
  javascriptAsyncForEach,
  javascriptAwaitInLoop,
  javascriptBufferUnchecked,
  javascriptCertificateName,
  javascriptCleartextAddress,
  javascriptCleartextRequest,
  javascriptCloudSettings,
  javascriptCompareNan,
  javascriptCredentialArgument,
  javascriptDatabaseUnencrypted,
  javascriptDevicePermission,
  javascriptDynamicAddress,
  javascriptDynamicCall,
  javascriptDynamicHtml,
  javascriptDynamicLink,
  javascriptDynamicModule,
  javascriptDynamicPath,
  javascriptDynamicProcess,
  javascriptDynamicRegex,
  javascriptDynamicTemplate,
  javascriptElectronConsent,
  javascriptElectronWindow,
  javascriptErrorShown,
  javascriptFloatingPromise,
  javascriptForgeryCheckWeakened,
  javascriptHeaderFromRequest,
  javascriptHostHeader,
  javascriptHtmlText,
  javascriptIncompleteEscape,
  javascriptLocationFromRequest,
  javascriptLoopFromRequest,
  javascriptMassAssignment,
  javascriptMergeFromRequest,
  javascriptMessageHandler,
  javascriptMessageOrigin,
  javascriptNosqlInjection,
  javascriptNullCompare,
  javascriptOldTls,
  javascriptOpenCors,
  javascriptOpenIntrospection,
  javascriptOpener,
  javascriptPageCookie,
  javascriptPageGetsNode,
  javascriptPathFromRequest,
  javascriptPlainCookie,
  javascriptPlainRandom,
  javascriptPropertyFromRequest,
  javascriptPrototypePollution,
  javascriptRegexFromRequest,
  javascriptRenderFromRequest,
  javascriptScriptAddress,
  javascriptScriptIntegrity,
  javascriptSessionDefaults,
  javascriptSlowRegex,
  javascriptSortNumbers,
  javascriptSpreadAttributes,
  javascriptSqlText,
  javascriptStaticEverything,
  javascriptTemplateUnescaped,
  javascriptTemporaryFolder,
  javascriptTimingCompare,
  javascriptTokenExposes,
  javascriptTokenInStorage,
  javascriptTokenNeverRevoked,
  javascriptTokenNone,
  javascriptTypeofMisspelt,
  javascriptUnencryptedServer,
  javascriptUninitializedBuffer,
  javascriptUnpackedBlindly,
  javascriptUploadUnlimited,
  javascriptValidatorCollectsAll,
  javascriptWeakParameters,
  logicSelfComparison,
  phpLooseSecretCompare,
  phpVariableFromRequest,
  pythonAssertTuple,
  pythonBareExcept,
  pythonCloudOpen,
  pythonFloatFromRequest,
  pythonIsLiteral,
  pythonLocalsInTemplate,
  pythonMissingAwait,
  pythonMutableDefault,
  pythonRequestWithoutTimeout,
  pythonSlowRegex,
  pythonTableFormula,
  removalAssertion,
  removalAuthorization,
  removalAwaitDropped,
  removalCatchEmptied,
  removalCheckSilenced,
  removalCleanup,
  removalConditionLoosened,
  removalEscaping,
  removalExit,
  removalGuard,
  removalLimit,
  removalLock,
  removalProtection,
  removalTestDeleted,
  removalWeakened,
  rubyDynamicSend,
  rubyRescueException,
  rustBlockingInAsync,
  rustLockDropped,
  rustUnfinished,
  rustUnsound,
  secretAuthorization,
  secretClusterSecret,
  secretEmptyPassword,
  secretFrameworkKey,
  secretKeyInCode,
  secretLogged,
  secretPassword,
  secretPasswordHash,
  secretPasswordInUrl,
  secretPrivateKey,
  secretProviderToken,
  secretRandomText,
  shellEvalVariable,
  shellPasswordArgument,
  shellPipeToShell,
  shellRedirectCompare,
  shellRemoveVariable,
  sqlDestructiveMigration,
  sqlDynamicStatement,
  sqlGrantAll,
  sqlNoWhere,
  sqlNotNullWithoutDefault,
  sqlNullComparison,
  terraformDeletionUnprotected,
  terraformEncryptionOff,
  terraformOpenToWorld,
  terraformPublicStorage,
  terraformWildcardPolicy,
  webAllInterfaces,
  webCookieFlags,
  webCookieUnprotected,
  webCookieWithoutFlags,
  webCrossOrigin,
  webDirectoryLogin,
  webErrorShown,
  webMissingCsrf,
  webProtectionOff,
  webSessionFromRequest,
  webUnescapedOutput,
  webXmlEntities,
  workflowDangerousPermissions,
  workflowScriptInjection,
  yamlDuplicateKey,
  yamlPrivilegedContainer,
  yamlWildcardRole,
];
