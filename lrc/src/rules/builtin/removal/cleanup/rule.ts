import { scriptLanguages, vanishedRule } from "../../../kinds/index.ts";

export const cleanup = vanishedRule({
  id: "removal/cleanup",
  title: "What gave something back was removed",
  category: "reliability",
  subcategory: "resource-leak",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "c", "cpp", "ruby", "php", "rust"],
  cwe: [401, 404, 772],
  words:
    /\bdefer\s+.{0,80}(?:Close|Unlock|cancel|Done|Rollback|Stop|Release)\s*\(|\b\w{1,40}(?:\.|->)(?:close|Close|Dispose|dispose|release|destroy|unsubscribe|removeEventListener|rollback|unlink)\(|\bclear(?:Interval|Timeout)\(|\bremoveEventListener\(|\b(?:free|fclose|closedir|pclose|munmap|kfree|CloseHandle)\s*\(|\bfinally\b|\bensure\b\s*$|\bwg\.Done\(\)|\bcancel\(\)/,
  instead: /using\b|with\b|defer\b|close|dispose|free|release|finally|unique_ptr|shared_ptr|cleanup|try\s*\(|destroy|once\b|cancel|signal/i,
  covers: /\btry\s*\(|^\s*(?:async\s+)?with\b|^\s*(?:await\s+)?using\b|\bdefer\b/,
  message: "Nobody gives this back any more: each time it happens one more stays open.",
  suggestion: "Close it where it is no longer needed, best in a construct that cannot be passed by (defer, using, with, finally).",
});
