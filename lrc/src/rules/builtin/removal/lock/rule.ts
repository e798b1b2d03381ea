import { vanishedRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const lock = vanishedRule({
  id: "removal/lock",
  title: "A lock was removed",
  category: "correctness",
  subcategory: "race-condition",
  severity: "warning",
  confidence: "medium",
  languages: ["go", "java", "csharp", "rust", "python", "c", "cpp", "ruby"],
  cwe: [362, 667],
  words: verbose`
    \.(?:
      R?Lock | lock | acquire | synchronize | writeLock | readLock | lockInterruptibly | tryLock | EnterWriteLock
      | EnterReadLock | WaitOne
    )\(\s*\)
    | \bsynchronized\b | \block\s*\(
    | \bwith\s+(?:[\w.]{0,40}[^\Wb])?lock\b
    | pthread_mutex_lock\s*\(
    | std::(?:lock_guard|unique_lock|scoped_lock|shared_lock)\b
    | \batomic\.\w{1,20}\( | \bMonitor\.Enter\( | \bMutex::new\( | select_for_update | FOR\ UPDATE
  `,
  // A locked stream is only a quicker one.
  when: (text) => !/std(?:in|out|err)/i.test(text),
  covers: /\bConcurrent[A-Z]\w+|\bAtomic[A-Z]\w+|\batomic\.[A-Z]\w+|\bCopyOnWrite\w+|\bsync\.Map\b|Collections\.synchronized/,
  instead: /\.(?:read|write)\(\)|lock|atomic|mutex|channel|chan\b|Concurrent|synchron|Once/i,
  message: "This is no longer done by one at a time: two of them can now read and write the same thing at once.",
  suggestion: "Keep the lock, or use something that needs none (an atomic, a channel, a copy).",
});
