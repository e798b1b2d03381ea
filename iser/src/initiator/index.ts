export { type DiscoveryConfiguration, discover, refusesCredentials } from "./discover.ts";
export { formatIscsiUrl, type IscsiUrl, parseIscsiUrl } from "./iscsi-url.ts";
export { credentialsOf, Disk, defaultInitiatorName, type OpenOptions, type OpenSession, openDisk, openSession } from "./open-disk.ts";
export { PersistentSession, type PersistentSessionListener, type PersistentSessionState } from "./persistent-session.ts";
export type { BackOff } from "./reconnect-delay.ts";
export type { Credentials, SessionConfiguration } from "./session-configuration.ts";
export { iserTransport, type Transport, tcpTransport, transportOf } from "./transport.ts";
export { UrlError } from "./url-error.ts";
