export { FuseChannel, type FuseChannelOptions } from "./fuse-channel.ts";
