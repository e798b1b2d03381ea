/** The hooks that a review needs. */
export const reviewHooks = ["pre-commit", "commit-msg", "post-commit"] as const;
export type ReviewHook = (typeof reviewHooks)[number];

/** How a hook finds the program. */
export interface ProgramLocation {
  /** Absolute path of the Node that ran the installation: a desktop program's PATH may hold none. */
  readonly node: string;
  /** Absolute path of the program's file. */
  readonly script: string;
}

const marker = "# lrc-hook";

/** The second line of every hook of ours says so. */
export function isOurs(text: string): boolean {
  return text.split("\n", 2)[1]?.startsWith(`${marker} `) === true;
}

/** Whether a hook of ours is one that a global installation put there. */
export function isGlobal(text: string): boolean {
  return text.split("\n", 2)[1]?.startsWith(`${marker} global `) === true;
}

/** The program that a hook of ours was made to run; undefined for one that runs none. */
export function programOf(text: string): ProgramLocation | undefined {
  const [, node, script] = /^node='(.*)' script='(.*)'$/m.exec(text) ?? [];
  return node === undefined || script === undefined ? undefined : { node: unquoted(node), script: unquoted(script) };
}

/** Whether a hook of ours says what this version would write in its place. */
export function isOfThisVersion(name: HookName, text: string): boolean {
  const program = programOf(text) ?? { node: "", script: "" };
  if (isGlobal(text)) {
    const previous = /^next='(.*)\/[a-z-]+'$/m.exec(text)?.[1];
    return text === globalHook(name, program, previous === undefined ? undefined : unquoted(previous));
  }
  const review = reviewHooks.find((hook) => hook === name);
  return review !== undefined && text === localHook(review, program);
}

/** Where the hook is kept that was there before ours, and that ours runs first: beside it. */
export const asideSuffix = ".before-lrc";

/** Where it is kept if it does what it is called for: one program under the names of many hooks asks for its own. */
export const asideFolder = "before-lrc";

/** The hook of a repository. POSIX sh, at most 30 lines; whatever goes wrong in it, the commit goes on, but for those who want it stopped (onError). */
export function localHook(name: ReviewHook, program: ProgramLocation): string {
  return lines([
    "#!/bin/sh",
    `${marker} ${name}: made by "lrc hooks install", taken away by "lrc hooks uninstall".`,
    ...beginnings[name](program),
    `for b in "$0${asideSuffix}" "\${0%/*}/${asideFolder}/${name}"; do if [ -x "$b" ]; then "$b" "$@" || exit $?; fi; done`,
    ...body(name),
  ]);
}

/** Every hook that Git knows by a name in the hooks folder, but fsmonitor-watchman, which is found by a setting of its own. */
export const allHooks = [
  "applypatch-msg",
  "pre-applypatch",
  "post-applypatch",
  "pre-commit",
  "pre-merge-commit",
  "prepare-commit-msg",
  "commit-msg",
  "post-commit",
  "pre-rebase",
  "post-checkout",
  "post-merge",
  "pre-push",
  "pre-receive",
  "update",
  "proc-receive",
  "post-receive",
  "post-update",
  "reference-transaction",
  "push-to-checkout",
  "pre-auto-gc",
  "post-rewrite",
  "sendemail-validate",
  "post-index-change",
] as const;
export type HookName = (typeof allHooks)[number];

/**
 * A hook of the folder that core.hooksPath names for all repositories. It hands everything on to the hook that would have run without it: of the
 * folder that was set before, or of the repository. That hook is never one of these again, so nothing can go round in circles.
 */
export function globalHook(name: HookName, program: ProgramLocation, previousFolder: string | undefined): string {
  const review = reviewHooks.find((hook) => hook === name);
  return lines([
    "#!/bin/sh",
    `${marker} global ${name}: made by "lrc hooks install --global", taken away by "lrc hooks uninstall --global".`,
    ...(previousFolder === undefined
      ? [
          `d=\${GIT_DIR:-.git}; if [ ! -d "$d" ] || [ -f "$d/commondir" ]; then d=$(git rev-parse --git-common-dir 2>/dev/null) || exit 0; fi; next=$d/hooks/${name}`,
        ]
      : [`next=${quoted(`${previousFolder}/${name}`)}`]),
    ...(review === undefined ? forward(name) : reviewAfter(review, program)),
  ]);
}

function forward(name: HookName): readonly string[] {
  const lines = ['if [ -x "$next" ]; then exec "$next" "$@"; fi'];
  if (["post-checkout", "post-merge", "pre-push"].includes(name)) lines.push(...gitLfs(name));
  if (name === "push-to-checkout") {
    // A hook of this name replaces what Git does by itself, so that has to be done here.
    lines.push(
      "git update-index -q --ignore-submodules --refresh && git diff-files --quiet --ignore-submodules -- || exit 1",
      'git diff-index --quiet --cached --ignore-submodules HEAD -- || exit 1; exec git read-tree -u -m HEAD "$1"',
    );
  }
  return lines;
}

/** Git LFS cannot put its hooks into the repository while core.hooksPath is set. */
function gitLfs(name: string): readonly string[] {
  const test = '[ ! -x "$next" ] && git config filter.lfs.process >/dev/null && command -v git-lfs >/dev/null 2>&1';
  return [`if ${test}; then ${name === "post-commit" ? "" : "exec "}git lfs ${name} "$@"; fi`];
}

function reviewAfter(name: ReviewHook, program: ProgramLocation): readonly string[] {
  return [
    ...beginnings[name](program),
    // Where the repository has hooks of ours of its own, they have just run.
    `if [ -x "$next" ]; then "$next" "$@" || exit $?; case $(sed -n 2p "$next" 2>/dev/null) in '${marker} '*) exit 0 ;; esac; fi`,
    ...(name === "post-commit" ? gitLfs(name) : []),
    ...body(name),
  ];
}

function body(name: ReviewHook): readonly string[] {
  return [`case "\${LRC-}:,\${SKIP-}," in 0:* | *,lrc,*) exit 0 ;; esac`, ...bodies[name]];
}

/** What a shell says of a program that was killed is not for anybody to read: the line of ours follows. `run` is a shell of its own, which becomes the program. */
const quietly = "3>&2 2>/dev/null";

/** What stands before the hook that was there: whoever adds to a message, or judges it, is to see what was written on the review page. */
const beginnings: Readonly<Record<ReviewHook, (program: ProgramLocation) => readonly string[]>> = {
  "pre-commit": runner,
  "commit-msg": (program) => [
    ...runner(program),
    `for m in "\${1%/*}"/lrc/page-answers/*; do [ -f "$m" ] || break; run hook page-message "$1" ${quietly}; break; done`,
  ],
  "post-commit": () => [],
};

/** Where the program keeps what it knows, `d`, and what it left for this worktree, `w`. Git is only asked in a linked worktree: a process more is a millisecond or two of everybody's commit. */
const stateFolders = `w=\${GIT_DIR:-.git}; [ -d "$w" ] || w=$(git rev-parse --git-dir 2>/dev/null); d=$w; [ ! -f "$w/commondir" ] || d=$(git rev-parse --git-common-dir 2>/dev/null)`;

/** Git takes the name for the same in small letters; who writes about the line has not written one. */
const lineOfOurs = "^[Ll][Rr][Cc]-[Rr][Ee][Vv][Ii][Ee][Ww][[:blank:]]*:[[:blank:]]*(ran|vouched|skipped)( [(]|[[:space:]]*$)";

const settingsOfMessages = "^(trailer[.]|core[.]comment|commit[.](cleanup|template))";

const bodies: Readonly<Record<ReviewHook, readonly string[]>> = {
  // The program answers 10 to stop the commit. Any other answer is a fault of ours, and no reason to stop anybody; but who said that a commit is not to be
  // made without its review is asked for what they said, which the program cannot do any more.
  "pre-commit": [
    // Who has gone away in the middle of what is said stops no commit by it.
    "trap '' PIPE",
    `run hook pre-commit ${quietly}`,
    "case $? in 0) exit 0 ;; 10) exit 1 ;; esac",
    // Killed while it asked, it has left the terminal as it needed it.
    "[ ! -t 2 ] || stty sane 2>/dev/null </dev/tty",
    `if [ "$(git config lrc.onError)" = block ] || git cat-file blob HEAD:.lrc/config.toml 2>/dev/null |`,
    "  grep -Eq '^[[:space:]]*(commit[.])?on_?[eE]rror[[:space:]]*=[[:space:]]*.block.'; then",
    `  echo 'lrc: not reviewed: the program failed; the commit is stopped, because onError is "block" (lrc doctor says more)' >&2; exit 1`,
    "fi",
    'echo "lrc: not reviewed: the program failed; the commit goes on (lrc doctor says more)" >&2; exit 0',
  ],
  // Git writes the line itself. What it would damage (a last paragraph that only looks like trailers) is left to the program. A message that Git takes
  // for empty, or for a template that nobody filled in, gets none: leaving it so is how a commit is called off in the editor. Without an editor
  // (GIT_EDITOR is ":") a line that begins with # is no comment.
  "commit-msg": [
    // Git's own folder of this worktree is where it keeps the message.
    `d=\${1%/*}/lrc; [ -d "$d/trailers" ] || exit 0`,
    // Git would read the whole index to say its tree. An index that ends as it did in pre-commit has the tree that is noted there.
    'index=$(set -- $(tail -c 32 "$GIT_INDEX_FILE" 2>/dev/null | od -An -v -tx1); echo "$*")',
    '[ -f "$d/index-tree" ] && { read -r was && read -r tree; } <"$d/index-tree" && [ "$was" = "$index" ] || tree=$(git write-tree 2>/dev/null)',
    'm=$d/trailers/$tree; [ -f "$m" ] && read -r line 2>/dev/null <"$m" || exit 0',
    `rest() { LC_ALL=C sed -E -e '/${lineOfOurs}/d' -e '/^[[:space:]]*$/d' "$1"; }`,
    "text() { LC_ALL=C sed '/^. -\\{24\\} >8 -\\{24\\}$/,$d' \"$1\" | git stripspace -s; }",
    `args() { tr '\\0' ' ' <"/proc/$PPID/cmdline" || ps -o args= -p "$PPID"; } 2>/dev/null`,
    // What Git was told otherwise than usual about messages, their trailers and comments is for the program to look at; a template that nobody filled in, too.
    `odd=^trailer; [ "$GIT_EDITOR" = : ] || odd='^trailer|auto|cleanup|template| -[a-zA-Z]*t'; g=$(git config --get-regexp '${settingsOfMessages}')`,
    `[ "$GIT_EDITOR$g" = : ] || if { echo "$g"; [ "$GIT_EDITOR" = : ] || args; } | grep -Eq "$odd"; then run hook commit-msg "$1" ${quietly}; exit 0; fi`,
    'c=; was=$(rest "$1"); said=$was; if [ "$GIT_EDITOR" = : ]; then c=$(printf \'\\001\'); else said=$(text "$1"); fi',
    `case $said in '' | 'Signed-off-by: '*) exit 0 ;; esac`,
    // With --cleanup=strip it is a comment all the same, and a message of nothing else is an empty one.
    `case \${c:+x}$said in x[!a-zA-Z0-9]*) [ -z "$(text "$1")" ] && { echo "$g"; args; } | grep -q strip && exit 0 ;; esac`,
    "case $line in skipped*) how=doNothing ;; *) how=replace ;; esac",
    // Git puts its line right under a last line that does not end, and both become one paragraph.
    `{ cat "$1"; [ -z "$(tail -c 1 "$1")" ] || echo; } | git \${c:+-c "core.commentChar=$c"} -c trailer.separators=: interpret-trailers \\`,
    `  --no-divider --where end --if-exists $how --if-missing add --trailer "Lrc-Review: $line" >"$1.lrc" 2>/dev/null &&`,
    '  [ "$was" = "$(rest "$1.lrc")" ] && mv -f "$1.lrc" "$1" && exit 0',
    'rm -f "$1.lrc"; run hook commit-msg "$1" "$line" 3>&2 2>/dev/null; exit 0',
  ],
  "post-commit": [
    `${stateFolders}; d=$d/lrc w=$w/lrc`,
    'set -- $(git rev-parse HEAD "HEAD^{tree}" 2>/dev/null)',
    `[ -f "$d/attestations/\${2-}.json" ] || exit 0`,
    'rm -f "$w/trailers/$2"',
    // Nobody waits for whoever would read a pipe.
    '[ -p "$d/journal.ndjson" ] || { printf \'{"kind":"bound","commit":"%s","tree":"%s"}\\n\' "$1" "$2" >>"$d/journal.ndjson"; } 2>/dev/null',
    // Somebody clicked "Commit and push" on the review page, a moment ago, in this worktree and for this very tree.
    'p=$w/page-pushes/$2 t=; [ -f "$p" ] && t=$(find "$p" -mmin -10) && rm -f "$p"',
    'if [ -n "$t" ]; then r=$(git config remote.pushDefault || git remote); case $r in *[![:graph:]]*) r=origin ;; esac',
    '  if git rev-parse -q --verify "@{u}" >/dev/null 2>&1; then git push >&2; else git push -u "$r" HEAD >&2; fi ||',
    '  echo "lrc: the commit is made, but it could not be pushed" >&2; fi',
    // Somebody asked for notes (lrc.notes): the program left word.
    '[ -f "$w/notes/$2" ] || exit 0',
    'rm -f "$w/notes/$2"; git notes --ref=lrc add -f -F "$d/attestations/$2.json" HEAD >/dev/null 2>&1',
    "exit 0",
  ],
};

/** What the hooks call NODE_EXTRA_CA_CERTS while Node starts. */
export const certificatesVariable = "LRC_EXTRA_CA_CERTS";

/** Looks for the program where it was when this was installed, in the repository, and on the PATH. */
function runner({ node, script }: ProgramLocation): readonly string[] {
  return [
    `node=${quoted(node)} script=${quoted(script)}`,
    "run() (",
    // Node reads the extra certificates before anything else, for longer than a commit should wait: the program reads them when it needs them.
    `  if [ -x "$node" ] && [ -f "$script" ]; then ${certificatesVariable}=\${NODE_EXTRA_CA_CERTS-} NODE_EXTRA_CA_CERTS= "$node" "$script" "$@" 2>&3 3>&-`,
    '  elif [ -x node_modules/.bin/lrc ]; then node_modules/.bin/lrc "$@" 2>&3 3>&-',
    '  elif command -v lrc >/dev/null 2>&1; then lrc "$@" 2>&3 3>&-',
    '  else echo "lrc: not reviewed: the program is gone (lrc hooks uninstall, or install it again)" >&3; fi',
    ")",
  ];
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function unquoted(path: string): string {
  return path.replaceAll("'\\''", "'");
}

function lines(text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}
