/**
 * The borders of the house, as rules that run. A violator reads the comment of the rule it broke, so each one says why the border is there.
 *
 * A folder under src/ is a layer. `may` lists the layers it may import, always through their index.ts; `types` the ones it may only take types from;
 * `kit` the parts of the toolbox. What is not listed is forbidden.
 */

const iserLayers = {
  bytes: { may: [], kitTypes: ["clock"], why: "bytes are below everything: they know nobody" },
  block: { may: [], kitTypes: ["clock"], why: "a block device is the seam everybody meets at, so it depends on none of them" },
  scsi: { may: ["bytes", "block"], kitTypes: ["clock"], why: "SCSI does not know what carries it" },
  iscsi: {
    may: ["bytes", "scsi"],
    kitTypes: ["clock"],
    why: "iSCSI owns the datamover seam and cannot look through it: no datamover, no iWARP, no socket",
  },
  iwarp: { may: ["bytes"], kitTypes: ["clock"], why: "RDMA over TCP knows nothing of iSCSI" },
  datamover: {
    may: ["bytes", "iscsi", "iwarp"],
    kitTypes: ["clock"],
    why: "the one place where iSCSI meets a transport, and nothing else",
  },
  nbd: { may: ["bytes", "block"], kitTypes: ["clock"], why: "an NBD export is a BlockDevice; what is behind it is not its business" },
  fuse: { may: ["bytes", "block"], kitTypes: ["clock"], why: "the file it shows is a BlockDevice; what is behind it is not its business" },
  target: {
    may: ["bytes", "block", "scsi", "iscsi"],
    kitTypes: ["clock"],
    why: "the target is served through the same seam as the initiator: it cannot tell TCP from RDMA and opens no socket",
  },
  socket: {
    may: ["bytes"],
    kit: ["clock"],
    why: "it pumps bytes between a socket and a ByteStreamCore, and has no idea which protocol they are",
  },
  initiator: {
    may: ["bytes", "block", "scsi", "iscsi", "iwarp", "datamover", "socket"],
    kit: ["clock", "log"],
    why: "it puts the parts below together into a connected disk, for the programs and the library above it; it serves nobody",
  },
  trace: {
    may: ["bytes", "iscsi"],
    types: ["initiator", "target"],
    kit: ["cli"],
    kitTypes: ["clock"],
    why: "a tap between two ends writes down what passes: it opens no connection and understands nothing of what is said",
  },
  config: { may: [], kit: ["cli", "log", "names"], why: "text in, values and diagnostics out" },
  manual: { may: [], why: "a description of a program and the forms it is printed in; what the program does is somebody else's" },
  control: {
    may: [],
    types: ["bytes", "config"],
    kit: ["log"],
    kitTypes: ["clock"],
    why: "messages between two programs over a byte stream that somebody else moves, and nothing the programs do",
  },
  iscsid: {
    may: [
      "bytes",
      "block",
      "scsi",
      "iscsi",
      "iwarp",
      "datamover",
      "socket",
      "initiator",
      "nbd",
      "fuse",
      "target",
      "trace",
      "config",
      "control",
      "manual",
    ],
    kit: ["cli", "clock", "log"],
    why: "the daemon constructs everything but the other programs",
  },
  iscsictl: {
    may: ["config", "control", "manual", "socket"],
    kit: ["cli", "clock", "log"],
    why: "it talks to the daemon and never opens a session itself",
  },
  tools: {
    may: [
      "bytes",
      "block",
      "scsi",
      "iscsi",
      "iwarp",
      "datamover",
      "socket",
      "initiator",
      "nbd",
      "fuse",
      "target",
      "trace",
      "config",
      "control",
      "manual",
      "simulator",
    ],
    kit: ["cli", "clock", "log"],
    why: "programs on the same parts as the daemon, of which they ask where its devices are and nothing else",
  },
  simulator: {
    may: ["bytes", "block", "scsi", "iscsi", "iwarp", "datamover", "socket", "initiator", "nbd", "fuse", "target", "config", "control"],
    kit: ["clock"],
    why: "both ends in one process from a seed; imported by tests and its own main only",
  },
};

const lrcLayers = {
  diff: { may: [], why: "a text format has no opinions" },
  git: { may: [], kit: ["log"], why: "it returns text and ids; what they mean is someone else's" },
  config: { may: [], types: ["rules"], kit: ["names"], why: "text in, values and diagnostics out; who reads the files is somebody else" },
  rules: { may: ["diff"], kit: ["names"], why: "a rule sees lines and trees; it never prints and never asks the network" },
  connectors: { may: [], kit: ["clock", "log"], why: "a connector moves messages; it does not know what a diff is" },
  review: {
    may: ["diff", "rules", "connectors"],
    kit: ["clock"],
    why: "a review is a function of a diff and its reviewers: no git, no history, no page",
  },
  decision: { may: [], types: ["diff", "review"], why: "a pure machine; terminal and browser are two keyboards of it" },
  history: { may: ["review"], types: ["decision"], kit: ["clock"], why: "the only one that knows SQL, and it knows nothing else" },
  hooks: { may: ["git"], why: "plans are values, and applying one is one file" },
  report: { may: ["diff", "review"], types: ["decision"], why: "a function from a review to text" },
  web: {
    may: ["report"],
    types: ["review", "decision", "history"],
    kit: ["cli", "clock", "log"],
    why: "what the page may do is handed in by cli: it reaches neither connectors nor git",
  },
  cli: {
    may: ["diff", "git", "config", "rules", "connectors", "review", "decision", "history", "hooks", "report", "web"],
    kit: ["cli", "clock", "log", "names"],
    why: "the only place that constructs",
  },
};

const kitLayers = {
  clock: { may: [], why: "time and chance depend on nothing" },
  log: { may: ["clock"], why: "a record has a moment, and that is all it needs" },
  names: { may: [], why: "names that people write are texts, whatever they name" },
  cli: { may: ["clock", "log"], why: "what every command shares" },
};

const tests = "\\.test\\.ts$|/testing/|^[^/]+/test/";

/** @param {readonly string[]} names */
const oneOf = (names) => `(${names.join("|")})`;

/**
 * @param {string} workspace
 * @param {Record<string, { may: string[], types?: string[], kit?: string[], kitTypes?: string[], why: string }>} layers
 */
function layerRules(workspace, layers) {
  /** @type {import("dependency-cruiser").IRegularForbiddenRuleType[]} */
  const rules = [];
  for (const [layer, { may, types = [], kit = [], kitTypes = [], why }] of Object.entries(layers)) {
    const here = `${workspace}/src/${layer}`;
    const rule = { severity: /** @type {const} */ ("error"), from: { path: `^${here}/`, pathNot: tests } };
    rules.push({
      ...rule,
      name: `${workspace}-${layer}`,
      comment: `${here} may import ${may.join(", ") || "no other layer"}: ${why}.`,
      to: { path: `^${workspace}/src/`, pathNot: `^${workspace}/src/${oneOf([layer, ...may, ...types])}/` },
    });
    if (types.length > 0) {
      rules.push({
        ...rule,
        name: `${workspace}-${layer}-types-only`,
        comment: `${here} may take types from ${types.join(", ")}, and nothing that runs: ${why}.`,
        to: { path: `^${workspace}/src/${oneOf(types)}/`, dependencyTypesNot: ["type-only"] },
      });
    }
    if (workspace !== "kit") {
      const parts = [...kit, ...kitTypes];
      rules.push({
        ...rule,
        name: `${workspace}-${layer}-kit`,
        comment: `${here} may import ${parts.map((part) => `kit/${part}`).join(", ") || "nothing"} of the toolbox: ${why}.`,
        to: { path: "^kit/src/", pathNot: parts.length === 0 ? "^$" : `^kit/src/${oneOf(parts)}/` },
      });
    }
    if (kitTypes.length > 0) {
      rules.push({
        ...rule,
        name: `${workspace}-${layer}-kit-types-only`,
        comment: `${here} may name the types of ${kitTypes.map((part) => `kit/${part}`).join(", ")}; a clock itself is handed in, or a run is no function of a seed.`,
        to: { path: `^kit/src/${oneOf(kitTypes)}/`, dependencyTypesNot: ["type-only"] },
      });
    }
  }
  return rules;
}

/**
 * Each power over the world has one home; everybody else is handed what they need.
 * @type {import("dependency-cruiser").IRegularForbiddenRuleType[]}
 */
const homes = [
  {
    name: "sockets",
    modules: ["net", "tls", "dgram"],
    home: "^iser/src/socket/|^lrc/src/(web/server|connectors)/|^lrc/src/cli/hook/extra-certificates\\.ts$",
    why: "one place opens and accepts sockets, and pumps bytes; protocols are cores that never see one; whom TLS trusts is one file",
  },
  {
    name: "files",
    modules: ["fs", "fs/promises"],
    home: "^iser/src/(block|socket|fuse|trace|iscsid|iscsictl|tools)/|^lrc/src/(git|hooks|history|cli|web/server)/|^lrc/src/connectors/process-tree\\.ts$|^kit/src/cli/",
    why: "files as disks live in block, the names of unix sockets in socket, /dev/fuse in fuse; reading configuration is the programs'",
  },
  {
    name: "processes",
    modules: ["child_process", "cluster", "worker_threads"],
    home: "^iser/src/(iscsid/(background|service-notification)|tools/attach/)|^lrc/src/((git|connectors|cli/(hook|page))/|cli/query-process\\.ts$)|^kit/src/cli/",
    why: "who starts processes must also end them, so few may",
  },
  {
    name: "http",
    modules: ["http", "https", "http2"],
    home: "^lrc/src/(web/server|connectors)/|^iser/src/iscsid/metrics/",
    why: "nothing else speaks HTTP",
  },
  {
    name: "time",
    modules: ["timers", "timers/promises", "perf_hooks"],
    home: "^kit/src/clock/",
    why: "time comes from the Clock that is handed in: then a test can make an hour pass in a millisecond",
  },
  {
    name: "machine",
    modules: ["os", "process", "tty", "readline", "readline/promises"],
    home: "^kit/src/cli/|^iser/src/(initiator|iscsid|iscsictl|tools)/|^lrc/src/cli/",
    why: "what the machine and the terminal are like is read by programs, by the library's entry for its defaults, and handed on",
  },
].map(({ name, modules, home, why }) => ({
  name: `power-${name}`,
  severity: "error",
  comment: `node:${modules[0]} is not to be had here: ${why}.`,
  from: { path: "^(kit|lrc|iser)/src/", pathNot: `${home}|${tests}` },
  to: { dependencyTypes: ["core"], path: `^(node:)?${oneOf(modules)}$` },
}));

/** @type {import("dependency-cruiser").IRegularForbiddenRuleType[]} */
const packages = [
  {
    name: "native-crc",
    package: "@node-rs/crc32",
    home: "^iser/src/bytes/",
    why: "bytes decides between it and the others; nobody else need know there are several",
  },
  {
    name: "foreign-functions",
    package: "koffi",
    home: "^iser/src/bytes/",
    why: "whoever calls a foreign function can crash the process: only a checksum is worth that",
  },
  {
    name: "logger",
    package: "pino",
    home: "^kit/src/log/|^iser/src/iscsid/",
    why: "records go through kit/log, which knows what must not be printed",
  },
  { name: "colour", package: "picocolors", home: "^kit/src/cli/", why: "kit/cli knows whether anybody can see colours" },
].map(({ name, package: name_, home, why }) => ({
  name: `package-${name}`,
  severity: "error",
  comment: `${name_} is not imported here: ${why}.`,
  from: { path: "^(kit|lrc|iser)/src/", pathNot: `${home}|${tests}` },
  to: { path: `node_modules/${name_}(/|$)` },
}));

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
export const forbidden = [
  ...layerRules("iser", iserLayers),
  ...layerRules("lrc", lrcLayers),
  ...layerRules("kit", kitLayers),
  ...homes,
  ...packages,
  {
    name: "front-door",
    severity: "error",
    comment: "A layer is entered through its index.ts: what is not exported there is nobody else's, and may change without asking.",
    from: { path: "^([^/]+)/src/([^/]+)/", pathNot: tests },
    to: { path: "^([^/]+)/src/[^/]+/.+", pathNot: "^$1/src/$2/|^[^/]+/src/[^/]+/index\\.ts$" },
  },
  {
    name: "front-door-of-tests",
    severity: "error",
    comment: "A test enters another layer through its index.ts too, or through its testing/ folder, which is there for that.",
    from: { path: "^([^/]+)/src/([^/]+)/.*(\\.test\\.ts$|/testing/)" },
    to: { path: "^([^/]+)/src/[^/]+/.+", pathNot: "^$1/src/$2/|^[^/]+/src/[^/]+/(index\\.ts$|testing/)" },
  },
  {
    name: "front-door-from-outside",
    severity: "error",
    comment: "The library's own entry and the tests beside src enter a layer as everybody else does.",
    from: { path: "^[^/]+/src/[^/]+\\.ts$|^[^/]+/test/" },
    to: { path: "^[^/]+/src/[^/]+/.+", pathNot: "^[^/]+/src/[^/]+/(index\\.ts$|testing/)" },
  },
  {
    name: "two-tools",
    severity: "error",
    comment: "lrc and iser share kit and nothing else: either must be able to leave without the other noticing.",
    from: { path: "^(lrc|iser)/" },
    to: { path: "^(lrc|iser)/", pathNot: "^$1/" },
  },
  {
    name: "kit-is-below",
    severity: "error",
    comment: "kit holds no noun of either tool, so it cannot import one.",
    from: { path: "^kit/" },
    to: { path: "^(lrc|iser)/" },
  },
  {
    name: "tests-are-not-imported",
    severity: "error",
    comment: "A test runs; it is not a part. Move what is wanted beside what it is about.",
    from: { pathNot: tests },
    to: { path: "\\.test\\.ts$|/testing/" },
  },
  {
    name: "test-tools-in-tests",
    severity: "error",
    comment: "Test frameworks are for tests: a program must not need what is only installed for development.",
    from: { path: "^(kit|lrc|iser)/src/", pathNot: tests },
    to: { path: "node_modules/(vitest|fast-check)/" },
  },
  {
    name: "no-cycles",
    severity: "error",
    comment: "Two files that need each other are one concept or three: merge them, or find the third. So do types.",
    from: { path: "^(kit|lrc|iser)/src/" },
    to: { circular: true },
  },
  {
    name: "resolvable",
    severity: "error",
    comment: "This import leads nowhere: misspelt, or the package is not in package.json.",
    from: { path: "^(kit|lrc|iser)/" },
    to: { couldNotResolve: true },
  },
  {
    name: "declared-dependencies",
    severity: "error",
    comment: "What runs must be among the dependencies of its own package.json; here it only happens to be installed.",
    from: { path: "^(kit|lrc|iser)/src/", pathNot: tests },
    to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
  },
];

/** @type {import("dependency-cruiser").ICruiseOptions & { enhancedResolveOptions: object }} */
export const options = {
  doNotFollow: { path: "node_modules|/dist/" },
  exclude: { path: "/dist/" },
  moduleSystems: ["es6"],
  tsPreCompilationDeps: true,
  combinedDependencies: false,
  enhancedResolveOptions: {
    conditionNames: ["source", "node", "import", "default"],
    exportsFields: ["exports"],
    extensions: [".ts", ".mjs", ".js", ".json"],
    mainFields: ["module", "main"],
  },
};
