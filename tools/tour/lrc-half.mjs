/**
 * The tour's second half: a repository of its own, a change with faults in four languages, and a real `git commit` through the installed hooks, which
 * stop it; then the same change without the faults, and what can be asked afterwards.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../programs.mjs";
import { bold, command, dim, say, title } from "./page.mjs";
import { find, ProgramFailure } from "./program.mjs";

/** Assembled here, so that this file holds no key of anybody. */
const key = ["AKIA", "QYLPMN5HFIQR", "7XYA"].join("");

/** @typedef {Record<string, string>} Files contents by path */

/** @type {Files} */
const before = {
  "src/export.ts": `import { execFile } from "node:child_process";

export function archive(folder: string): void {
  execFile("tar", ["-czf", "archive.tgz", folder]);
}
`,
  "jobs/clean.py": `import subprocess


def clean(folder):
    subprocess.run(["rm", "-r", folder], check=True)
`,
  "client/client.go": `package client

import "net/http"

func New() *http.Client {
	return &http.Client{}
}
`,
  "deploy.sh": `#!/bin/sh
set -e
scp build/app server:/srv/app
`,
};

/** Somebody is in a hurry. @type {Files} */
const hasty = {
  "src/export.ts": `import { exec } from "node:child_process";

export function archive(folder: string): void {
  exec(\`tar -czf archive.tgz \${folder}\`);
}
`,
  "jobs/clean.py": `import subprocess


def clean(folder):
    subprocess.run(f"rm -r {folder}", shell=True, check=True)
`,
  "client/client.go": `package client

import (
	"crypto/tls"
	"net/http"
)

func New() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
}
`,
  "deploy.sh": `#!/bin/sh
set -e
export AWS_ACCESS_KEY_ID=${key}
scp build/app server:/srv/app
`,
};

/** The same intentions, after a look at what was said. @type {Files} */
const careful = {
  ...before,
  "src/export.ts": (before["src/export.ts"] ?? "").replace('"-czf"', '"--exclude-vcs", "-czf"'),
  "client/client.go": `package client

import (
	"net/http"
	"time"
)

func New() *http.Client {
	return &http.Client{Timeout: 10 * time.Second}
}
`,
  "deploy.sh": `#!/bin/sh
set -e
: "\${AWS_ACCESS_KEY_ID:?is not set}"
scp build/app server:/srv/app
`,
};

/**
 * Walks the second half. Throws a ProgramFailure when something does not go as it should.
 * @param {{ folder: string, begin: (name: string) => void }} tour `folder` is removed by the caller; `begin` announces a step
 */
export function walkThroughReview({ folder, begin }) {
  title("From a hasty change to a reviewed commit");
  const git = find("git");
  if (git === undefined) {
    say("There is no git on this machine, so there is nothing to review here.");
    return;
  }
  const repository = join(folder, "repository");
  mkdirSync(repository);
  const env = surroundings(folder);
  const lrc = join(root, "node_modules", ".bin", "lrc");
  const shell = (/** @type {string} */ program, /** @type {string[]} */ args, expected = 0) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: repository, env, encoding: "utf8", timeout: 60_000 });
    if (status === expected) return `${stderr}${stdout}`;
    throw new ProgramFailure(`${args.join(" ")} ended with ${status} instead of ${expected}. It said:\n${stdout}${stderr}`);
  };
  const commit = (/** @type {string} */ message, expected = 0) => {
    command(`git commit -m "${message}"`);
    quote(shell(git, ["commit", "-m", message], expected));
  };

  begin("A repository, and hooks in it");
  shell(git, ["init", "--quiet", "--initial-branch=main"]);
  command("lrc hooks install");
  quote(shell(lrc, ["hooks", "install"]));
  place(repository, before);
  shell(git, ["add", "--all"]);
  commit("A service in four languages");

  begin("A change in a hurry");
  say("A shell in TypeScript and one in Python, a certificate nobody checks in Go, and a key in a script:");
  place(repository, hasty);
  shell(git, ["add", "--all"]);
  commit("Quick fixes", 1);
  say(`${bold("The commit was stopped")}, and nothing else has changed: what was staged still is.`);

  begin("The same, with more care");
  place(repository, careful);
  shell(git, ["add", "--all"]);
  commit("Archives without history, clients that give up, no keys");
  command("git log -1 --format=%B");
  quote(shell(git, ["log", "-1", "--format=%B"]).trimEnd());

  begin("What can be asked afterwards");
  for (const args of [
    ["query", "recent"],
    ["query", "rules"],
    ["verify", "HEAD"],
  ]) {
    command(`lrc ${args.join(" ")}`);
    quote(shell(lrc, args));
  }
}

/**
 * Nobody's configuration, hooks or identity but the tour's own.
 * @param {string} folder
 */
function surroundings(folder) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(GIT_|LRC|SKIP$)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, "config"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.org",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.org",
  };
}

/**
 * @param {string} folder
 * @param {Files} files
 */
function place(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** @param {string} text what a program said */
function quote(text) {
  for (const line of text.trimEnd().split("\n")) process.stdout.write(`   ${dim("│")} ${line}\n`);
}
