import { spawn } from "node:child_process";
import { ConnectorError } from "./connector-error.ts";
import { withoutGit } from "./key.ts";
import { engineVersion } from "./local/local-connector.ts";
import { laterVersions } from "./sdk/language-model.ts";

/** What npm is asked to install for a local engine on this kind of machine: the engine and its native code for the processor, and no variant more. */
export function enginePackages(platform: string, arch: string): readonly string[] {
  const native: Readonly<Record<string, string>> = {
    "linux x64": "linux-x64",
    "linux arm64": "linux-arm64",
    "darwin arm64": "mac-arm64-metal",
    "darwin x64": "mac-x64",
    "win32 x64": "win-x64",
    "win32 arm64": "win-arm64",
  };
  const name = native[`${platform} ${arch}`];
  if (name === undefined) throw new ConnectorError("missing", `there is no engine for ${platform} on ${arch}`);
  return [`node-llama-cpp@${engineVersion}`, `@node-llama-cpp/${name}@${engineVersion}`];
}

/** What npm is asked to install for a provider that is not here from the beginning. */
export function providerPackage(name: string): string {
  return `${name}@${laterVersions[name] ?? "latest"}`;
}

/** Has npm install packages into a folder of their own. Nothing of them is run while they are installed. Rejects with npm's own words. */
export function installPackages(
  folder: string,
  packages: readonly string[],
  env: Readonly<Partial<Record<string, string>>>,
  signal: AbortSignal,
): Promise<void> {
  const args = [
    "install",
    "--prefix",
    folder,
    "--omit=optional",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    ...packages,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.platform === "win32" ? "npm.cmd" : "npm", args, {
      cwd: folder,
      env: withoutGit(env),
      stdio: ["ignore", "ignore", "pipe"],
      shell: process.platform === "win32",
      signal,
    });
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-4096);
    });
    child.on("error", (error) =>
      reject(signal.aborted ? (signal.reason as Error) : new ConnectorError("missing", `npm does not start: ${error.message}`)),
    );
    child.on("close", (code) => {
      const said = complaint.split("\n").find((line) => /^npm error(?! code)/i.test(line)) ?? complaint.split("\n")[0] ?? "";
      if (code === 0) resolve();
      else reject(new ConnectorError("missing", `npm could not install ${packages.join(" ")}: ${said.replace(/^npm error\s*/i, "")}`));
    });
  });
}
