import type { SessionConfig, SessionStatus } from "#control";

/** What a listing shows of a session that it has from its configuration alone. */
export function configuredStatus(
  sessionId: number,
  config: SessionConfig,
  defaultInitiatorName: string,
): Omit<SessionStatus, "initiatorPortal" | "targetAlias" | "connected" | "failureReason" | "negotiated" | "devices"> {
  return {
    sessionId,
    sessionType: config.sessionType,
    initiatorName: config.initiatorName ?? defaultInitiatorName,
    initiatorAlias: config.initiatorAlias,
    targetName: config.targetName,
    targetAddress: config.targetAddress,
    user: config.user,
    hasSecret: config.secret !== undefined,
    mutualUser: config.mutualUser,
    hasMutualSecret: config.mutualSecret !== undefined,
    protocol: config.protocol,
    offload: config.offload,
    dscp: config.dscp,
    pcp: config.pcp,
    pingTimeoutS: config.pingTimeoutS,
    loginTimeoutS: config.loginTimeoutS,
    enable: config.enable,
  };
}
